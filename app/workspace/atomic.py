"""Whole files, replaced in one step: a reader, a crash or a full disk meets the old content or the new one.

These functions block; `files` runs them in threads.
"""

from __future__ import annotations

import os
import secrets
import stat
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from app.workspace.errors import FileError
from app.workspace.opening import open_in, opened_file, opened_folder

LARGEST_EDIT = 64 * 2**20
_PIECE = 2**20


class Stamp(NamedTuple):
    """Tells one state of a file from another."""

    device: int
    inode: int
    modified_ns: int
    size: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """The stamp of an open file."""
        return cls(status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file as it was read: what an edit starts from, and must still find when it writes."""

    data: bytes
    stamp: Stamp
    mode: int
    owner: int
    group: int
    links: int


class StoppedError(Exception):
    """Nobody waits for the work any more; nothing was changed."""


def read_file(real: Path, stop: threading.Event) -> Snapshot:
    """Read a whole file of at most 64 MiB.

    Raises:
        OSError: It cannot be opened or read.
        FileError: It is larger.
    """
    with opened_file(real) as (descriptor, status):
        if status.st_size > LARGEST_EDIT:
            size = f"{status.st_size / 2**20:,.0f} MiB"
            raise FileError(f"the file has {size}, more than can be edited; use a command such as sed")
        return Snapshot(
            data=_read_all(descriptor, stop),
            stamp=Stamp.of(status),
            mode=stat.S_IMODE(status.st_mode),
            owner=status.st_uid,
            group=status.st_gid,
            links=status.st_nlink,
        )


def write_file(
    real: Path, data: bytes, expected: Snapshot | None, stop: threading.Event, *, mode: int | None = None
) -> Stamp:
    """Make a file, or replace one that is still as it was read.

    Args:
        real: Its real path.
        data: The new content.
        expected: The file as it was read; None if there was none. Missing parent folders are then made.
        stop: Set to give up; heeded until just before the new content takes its place.
        mode: Of a file that is made; left out, the person's umask says.

    Returns:
        The stamp of the new file.

    Raises:
        FileError: Somebody else has changed, made or removed the file.
        OSError: It cannot be written. Nothing was changed, and nothing is left behind.
    """
    with opened_folder(real.parent, create=expected is None) as folder:
        temporary = f".sawhorse-{secrets.token_hex(8)}.tmp"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, 0o600 if expected else 0o666, dir_fd=folder)
        try:
            try:
                _fill(descriptor, data, stop)
                if expected is not None:
                    _dress(descriptor, folder, real.name, expected)
                elif mode is not None:
                    os.fchmod(descriptor, mode)
                os.fsync(descriptor)
                stamp = Stamp.of(os.fstat(descriptor))
            finally:
                os.close(descriptor)
            if expected is None:
                _heed(stop)
                _publish(folder, temporary, real.name)
            else:
                _require_unchanged(folder, real.name, expected, stop)
                os.rename(temporary, real.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise
        _sync_folder(folder)
    return stamp


def remove_file(real: Path, expected: Snapshot, stop: threading.Event) -> None:
    """Remove a file that is still as it was read.

    Raises:
        FileError: Somebody else has changed or removed the file.
        OSError: It cannot be removed.
    """
    with opened_folder(real.parent) as folder:
        _require_unchanged(folder, real.name, expected, stop)
        os.unlink(real.name, dir_fd=folder)
        _sync_folder(folder)


def _fill(descriptor: int, data: bytes, stop: threading.Event) -> None:
    rest = memoryview(data)
    while rest:
        _heed(stop)
        rest = rest[os.write(descriptor, rest[:_PIECE]) :]


def _dress(descriptor: int, folder: int, name: str, expected: Snapshot) -> None:
    """Give the new file the old one's owner, attributes and mode."""
    if (expected.owner, expected.group) != (os.geteuid(), os.getegid()):
        try:
            os.fchown(descriptor, expected.owner, expected.group)
        except PermissionError:
            if expected.owner != os.geteuid():
                raise FileError(
                    "the file belongs to another user, and an edit would change its owner"
                ) from None
    if hasattr(os, "listxattr"):
        original = open_in(folder, name)
        try:
            for attribute in os.listxattr(original):
                with suppress(OSError):
                    os.setxattr(descriptor, attribute, os.getxattr(original, attribute))
        except OSError:
            pass  # a file system without attributes
        finally:
            os.close(original)
    os.fchmod(descriptor, expected.mode)


def _require_unchanged(folder: int, name: str, expected: Snapshot, stop: threading.Event) -> None:
    changed = FileError("somebody else has changed the file meanwhile, and nothing was written; look again")
    try:
        descriptor = open_in(folder, name)
    except OSError:
        raise changed from None
    try:
        # The content too: a save of the same length within one tick of the clock has the same stamp.
        if Stamp.of(os.fstat(descriptor)) != expected.stamp or not _holds(descriptor, expected.data, stop):
            raise changed
    finally:
        os.close(descriptor)
    _heed(stop)


def _publish(folder: int, temporary: str, name: str) -> None:
    """Give a new file its name, which nobody may have taken."""
    taken = FileError("somebody else has made the file meanwhile, and nothing was written; look at it first")
    try:
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise taken from None
    except OSError:  # a file system without hard links
        try:
            os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            return
        raise taken from None
    os.unlink(temporary, dir_fd=folder)


def _sync_folder(folder: int) -> None:
    # The new name is in place: that it could not be synced must not make a failure of it.
    with suppress(OSError):
        os.fsync(folder)


def _read_all(descriptor: int, stop: threading.Event) -> bytes:
    # In one piece: to join some would hold up every other thread of the interpreter, and the loops with them.
    size = max(os.fstat(descriptor).st_size + 1, _PIECE)
    content = os.read(descriptor, size)
    while piece := os.read(descriptor, size):
        _heed(stop)
        content += piece
    _heed(stop)
    return content


def _holds(descriptor: int, content: bytes, stop: threading.Event) -> bool:
    at = 0
    while piece := os.read(descriptor, _PIECE):
        _heed(stop)
        if not content.startswith(piece, at):
            return False
        at += len(piece)
    return at == len(content)


def _heed(stop: threading.Event) -> None:
    if stop.is_set():
        raise StoppedError
