"""What a recording asks of the file system, in one place, so that each call can be made to fail."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

Data = bytes | memoryview


class Disk(Protocol):
    """What is asked of the file system. Every call may raise `OSError`."""

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        """Open a file, never through a link, and not for child processes."""

    def write(self, descriptor: int, data: Data) -> int:
        """Write, perhaps less than all."""

    def write_at(self, descriptor: int, data: Data, offset: int) -> int:
        """Write at a place, perhaps less than all."""

    def sync(self, descriptor: int) -> None:
        """Wait until the disk has what was written."""

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut a file off."""

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name, in place of the file that has it."""

    def remove(self, path: Path) -> None:
        """Take a file away."""

    def close(self, descriptor: int) -> None:
        """Close a file."""


class RealDisk:
    """The file system itself."""

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, mode)

    def write(self, descriptor: int, data: Data) -> int:
        return os.write(descriptor, data)

    def write_at(self, descriptor: int, data: Data, offset: int) -> int:
        return os.pwrite(descriptor, data, offset)

    def sync(self, descriptor: int) -> None:
        _sync(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        os.ftruncate(descriptor, size)

    def rename(self, old: Path, new: Path) -> None:
        os.replace(old, new)

    def remove(self, path: Path) -> None:
        os.unlink(path)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)


_sync = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync
REAL_DISK = RealDisk()


def write_all(disk: Disk, descriptor: int, data: Data) -> None:
    """Write everything: a full disk takes a part first, and says so only with the next call."""
    rest = memoryview(data)
    while rest:
        rest = rest[disk.write(descriptor, rest) :]


def sync_folder(disk: Disk, folder: Path) -> None:
    """Make new names in a folder survive a power loss, where the file system can."""
    with suppress(OSError):
        descriptor = disk.open(folder, os.O_RDONLY)
        try:
            disk.sync(descriptor)
        finally:
            disk.close(descriptor)
