"""The bytes of a file as UTF-8, whatever they are written in, and its lines while it grows."""

from __future__ import annotations

import os
import stat
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.trajectory.formats.json_value import parsed
from app.trajectory.formats.limits import LIMITS, Limits
from app.trajectory.formats.plain_copy import plain_copy

Follow = Callable[[], bool]
"""Waits until a file may have grown; False if that is no longer of interest."""

_HEAD = 2**16  # bytes
_PIECE = 2**20  # bytes
_LONGEST_READ = 2**30  # bytes; no limit of a part is beyond, nor does the system read more at once
_MARK = b"\xef\xbb\xbf"


class SourceError(Exception):
    """A file cannot be read. One line that says why."""


@dataclass(frozen=True, slots=True)
class ByteLine:
    """A line in its place: its number counts from 1; its data is without the line ending."""

    number: int
    offset: int
    data: bytes
    ends: bool


class FileBytes:
    """A file that may be compressed, in UTF-16, or growing.

    Args:
        path: The file.
        follow: Waits at the end of a file that grows; left out, the end is the end.
        problem: Told what is wrong with it.
        limits: How much of it is read.
    """

    def __init__(
        self, path: Path, follow: Follow | None, problem: Callable[[str], None], limits: Limits = LIMITS
    ) -> None:
        self._path = path
        self._follow = follow
        self._problem = problem
        self._limits = limits

    @cached_property
    def head(self) -> bytes:
        """The first 64 kB.

        Raises:
            SourceError: The file cannot be read.
        """
        return self.part(0, _HEAD)

    @property
    def size(self) -> int:
        """Bytes.

        Raises:
            SourceError: The file cannot be read.
        """
        with self._descriptor() as descriptor:
            return os.fstat(descriptor).st_size

    def whole(self) -> bytes:
        """All of it, from a mark of its encoding on.

        Raises:
            SourceError: The file cannot be read.
        """
        return self.part(0, self.size).removeprefix(_MARK)

    def part(self, offset: int, length: int) -> bytes:
        """So many bytes from an offset on, fewer at the end.

        Raises:
            SourceError: The file cannot be read.
        """
        with self._descriptor() as descriptor:
            return os.pread(descriptor, min(length, _LONGEST_READ), offset)

    def lines(self) -> Iterator[ByteLine]:
        """Each line as the file is now.

        Raises:
            SourceError: The file cannot be read.
        """
        return (line for line in self._lines(follow=None) if line is not None)

    def growing_lines(self) -> Iterator[ByteLine | None]:
        """Each line, and None wherever more are waited for, if the file is followed.

        Raises:
            SourceError: The file cannot be read.
        """
        return self._lines(self._follow if self._copy is None else None)

    def _lines(self, follow: Follow | None) -> Iterator[ByteLine | None]:
        number, offset, at = 1, 0, 0
        rest = bytearray()
        shown = b""
        with self._descriptor() as descriptor:
            while True:
                piece = os.pread(descriptor, _PIECE, at)
                if not piece:
                    if follow is None:
                        break
                    if not shown and _is_whole(rest):
                        shown = bytes(rest)
                        yield ByteLine(number, offset, shown, ends=False)
                    yield None
                    if not follow() or not self._is_still(descriptor, at):
                        break
                    continue
                if at == 0 and piece.startswith(_MARK):
                    piece, offset, at = piece[len(_MARK) :], len(_MARK), len(_MARK)
                at += len(piece)
                first, *more = piece.split(b"\n")
                rest += first
                for beginning in more:
                    data = bytes(rest).rstrip(b"\r")
                    if not shown or data != shown.rstrip(b"\r"):
                        yield ByteLine(number, offset, data, ends=True)
                    offset += len(rest) + 1
                    number += 1
                    rest, shown = bytearray(beginning), b""
                if len(rest) > self._limits.line:
                    self._problem(f"line {number:,} is longer than {self._limits.line / 2**20:,.0f} MB")
                    return
        if rest and not shown:
            yield ByteLine(number, offset, bytes(rest).rstrip(b"\r"), ends=False)

    def _is_still(self, descriptor: int, end: int) -> bool:
        """Whether the open file is still the one of that name, and as long as it was."""
        try:
            now, then = self._path.stat(), os.fstat(descriptor)
        except OSError:
            self._problem("the file was taken away while it was open")
            return False
        if (now.st_dev, now.st_ino) != (then.st_dev, then.st_ino):
            self._problem("the file was replaced while it was open: open it again")
            return False
        if now.st_size < end:
            self._problem("the file was cut while it was open: open it again")
            return False
        return True

    @contextmanager
    def _descriptor(self) -> Iterator[int]:
        if self._copy is not None:
            yield self._copy
            return
        descriptor = self._opened()
        try:
            yield descriptor
        except OSError as error:
            raise SourceError(error.strerror or str(error)) from None
        finally:
            os.close(descriptor)

    def _opened(self) -> int:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError) as error:
            raise SourceError(getattr(error, "strerror", None) or str(error)) from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise SourceError("it is no file")
        return descriptor

    @cached_property
    def _copy(self) -> int | None:
        """What a file that is not plain UTF-8 holds; None if it is plain."""
        descriptor = self._opened()
        try:
            head = os.pread(descriptor, 4, 0)
            copy = plain_copy(self._path, head, self._limits.unpacked, self._problem)
        except OSError as error:
            raise SourceError(error.strerror or str(error)) from None
        finally:
            os.close(descriptor)
        if copy is None:
            return None
        with copy:
            kept = os.dup(copy.fileno())
        weakref.finalize(self, os.close, kept)
        return kept


def _is_whole(line: bytearray) -> bool:
    """Whether a line that has no ending yet is an object: not all programs end their last line."""
    return line.rstrip().endswith(b"}") and parsed(bytes(line))[0] is not None
