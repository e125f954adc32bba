"""Opening by real path, at the moment of use: a link found on the way was put there since it was checked."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# A handle that may only be walked through needs no right to list the folder; macOS has none.
_WALK = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def open_folder(folder: Path, made: list[Path] | None = None) -> int:
    """Open a folder, following no link at all.

    Args:
        folder: Its real path.
        made: If given, missing folders are made, and added to it.

    Returns:
        A file descriptor of the folder, for the caller to close.

    Raises:
        OSError: It is missing, not a folder, or reached through a link.
    """
    here = os.open("/", _WALK)
    try:
        for number, name in enumerate(folder.parts[1:], start=2):
            try:
                below = os.open(name, _WALK, dir_fd=here)
            except FileNotFoundError:
                if made is None:
                    raise
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=here)
                    made.append(Path(*folder.parts[:number]))
                below = os.open(name, _WALK, dir_fd=here)
            os.close(here)
            here = below
        # A walking handle cannot be synced or listed, so the last one is opened for reading.
        return os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=here)
    finally:
        os.close(here)


@contextmanager
def opened_folder(folder: Path, *, create: bool = False) -> Iterator[int]:
    """Open a folder, following no link at all.

    Args:
        folder: Its real path.
        create: Make it and its parents where missing; those made are removed again if the block fails.

    Yields:
        A file descriptor of the folder.

    Raises:
        OSError: It is missing, not a folder, or reached through a link.
    """
    made: list[Path] = []
    try:
        descriptor = open_folder(folder, made if create else None)
        try:
            yield descriptor
        finally:
            os.close(descriptor)
    except BaseException:
        for empty in reversed(made):
            with suppress(OSError), opened_folder(empty.parent) as parent:
                os.rmdir(empty.name, dir_fd=parent)
        raise


@contextmanager
def opened_file(real: Path) -> Iterator[tuple[int, os.stat_result]]:
    """Open a regular file for reading.

    Args:
        real: Its real path.

    Yields:
        A file descriptor of the file, and its status.

    Raises:
        OSError: It is missing, or it is reached through a link.
        IsADirectoryError: It is a folder.
        NotARegularFileError: It is a pipe, a socket or a device.
    """
    with opened_folder(real.parent) as folder:
        descriptor = open_in(folder, real.name or ".")
    try:
        yield descriptor, os.fstat(descriptor)
    finally:
        os.close(descriptor)


class NotARegularFileError(OSError):
    """A pipe, a socket or a device: reading it may never end, and may change something."""


def open_in(folder: int, name: str) -> int:
    """Open a regular file of an open folder for reading; the same errors as `opened_file`."""
    # Asked before opening: to open a device or a pipe may already have an effect.
    _require_regular(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(name, flags, dir_fd=folder)
    try:
        _require_regular(os.fstat(descriptor).st_mode)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _require_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError("is a directory")
    if not stat.S_ISREG(mode):
        kind = "a link" if stat.S_ISLNK(mode) else "a pipe" if stat.S_ISFIFO(mode) else "a device or socket"
        raise NotARegularFileError(f"is {kind}, not a regular file")
