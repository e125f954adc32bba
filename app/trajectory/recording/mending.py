"""The end of a trajectory file that was not closed, made one that can be appended to."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.trajectory.codec import DamagedLineError, decode_object
from app.trajectory.lines import Line, last_lines
from app.trajectory.recording.disk import Disk, sync_folder, write_all

_PIECE = 2**20  # bytes


class NoTrajectoryError(Exception):
    """A file has something in it, but no record."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What the end of a file was made.

    Args:
        records: Number of the record that comes next.
        set_aside: Where the torn end is kept; None if there was none.
        torn: How many bytes it has.
    """

    records: int
    set_aside: Path | None = None
    torn: int = 0


def mend(path: Path, disk: Disk) -> Mended:
    """Set aside what comes after the last whole record, and end its line. The caller has the lock.

    Raises:
        OSError: That cannot be done; nothing is lost.
        NoTrajectoryError: It has no record, so whose it is cannot be said.
    """
    last, number = _last_record(path)
    size = path.stat().st_size
    if last is None and size:
        raise NoTrajectoryError
    if last is None:
        return Mended(0)
    end = last.offset + last.length
    descriptor = disk.open(path, os.O_RDWR | os.O_APPEND)
    try:
        set_aside = _copied(path, end, disk) if end < size else None
        if set_aside is not None:
            disk.truncate(descriptor, end)
        if not last.ends:
            write_all(disk, descriptor, b"\n")
        if set_aside is not None or not last.ends:
            disk.sync(descriptor)
    finally:
        disk.close(descriptor)
    return Mended(number + 1, set_aside, size - end)


def _last_record(path: Path) -> tuple[Line | None, int]:
    """The last line that is whole, and the number of its record."""
    for line in last_lines(path):
        try:
            number = decode_object(line.data).get("seq")
        except DamagedLineError:
            continue
        if isinstance(number, int):
            return line, number
    return None, -1


def _copied(path: Path, start: int, disk: Disk) -> Path:
    """A copy of what a file has from some offset on, beside it."""
    target, descriptor = _new_file(path, disk)
    try:
        try:
            with path.open("rb") as stream:
                stream.seek(start)
                while piece := stream.read(_PIECE):
                    write_all(disk, descriptor, piece)
            disk.sync(descriptor)
        finally:
            disk.close(descriptor)
    except BaseException:
        with suppress(OSError):
            disk.remove(target)
        raise
    sync_folder(disk, path.parent)
    return target


def _new_file(path: Path, disk: Disk) -> tuple[Path, int]:
    number = 1
    while True:
        target = path.with_name(f"{path.name}.torn-{number}")
        try:
            return target, disk.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        except OSError as error:
            if error.errno != errno.EEXIST:
                raise
        number += 1
