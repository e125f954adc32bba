"""The bytes of a file as UTF-8, whatever they are written in, and its lines while it grows."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

Follow = Callable[[], bool]
"""Waits until a file may have grown; False if that is no longer of interest."""

_HEAD = 2**16  # bytes
_PIECE = 2**20  # bytes
_LONGEST_LINE = 2**29  # bytes
_LARGEST = 2**30  # bytes of a file that has to be unpacked or turned into another encoding
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_ZSTANDARD = b"\x28\xb5\x2f\xfd"


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
    """

    def __init__(self, path: Path, follow: Follow | None, problem: Callable[[str], None]) -> None:
        self._path = path
        self._follow = follow
        self._problem = problem

    @cached_property
    def head(self) -> bytes:
        """The first 64 kB.

        Raises:
            SourceError: The file cannot be read.
        """
        return self._held[:_HEAD] if self._held is not None else self._read(0, _HEAD)

    @property
    def size(self) -> int:
        """Bytes.

        Raises:
            SourceError: The file cannot be read.
        """
        if self._held is not None:
            return len(self._held)
        try:
            return self._path.stat().st_size
        except OSError as error:
            raise SourceError(error.strerror or str(error)) from None

    def whole(self) -> bytes:
        """All of it.

        Raises:
            SourceError: The file cannot be read.
        """
        return self._held if self._held is not None else self._read(0, -1)

    def part(self, offset: int, length: int) -> bytes:
        """So many bytes from an offset on, fewer at the end.

        Raises:
            SourceError: The file cannot be read.
        """
        if self._held is not None:
            return self._held[offset : offset + length]
        return self._read(offset, length)

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
        return self._lines(self._follow)

    def _lines(self, follow: Follow | None) -> Iterator[ByteLine | None]:
        number = offset = 0
        rest = b""
        with self._opened() as stream:
            while True:
                piece = stream.read(_PIECE)
                if not piece:
                    if follow is None or self._held is not None:
                        break
                    yield None
                    if not follow() or not self._is_still(stream, offset + len(rest)):
                        break
                    continue
                *whole, rest = (rest + piece).split(b"\n") if b"\n" in piece else (rest + piece,)
                for data in whole:
                    number += 1
                    yield ByteLine(number, offset, data.rstrip(b"\r"), ends=True)
                    offset += len(data) + 1
                if len(rest) > _LONGEST_LINE:
                    self._problem(f"line {number + 1:,} is longer than {_LONGEST_LINE // 2**20} MB")
                    return
        if rest:
            yield ByteLine(number + 1, offset, rest.rstrip(b"\r"), ends=False)

    def _is_still(self, stream: BinaryIO, end: int) -> bool:
        """Whether the open file is still the one of that name, and as long as it was."""
        try:
            now, then = self._path.stat(), os.fstat(stream.fileno())
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

    def _opened(self) -> BinaryIO:
        if self._held is not None:
            import io

            return io.BytesIO(self._held)
        try:
            return self._path.open("rb")
        except OSError as error:
            raise SourceError(error.strerror or str(error)) from None

    def _read(self, offset: int, length: int) -> bytes:
        try:
            with self._path.open("rb") as stream:
                stream.seek(offset)
                return stream.read(length)
        except OSError as error:
            raise SourceError(error.strerror or str(error)) from None

    @cached_property
    def _held(self) -> bytes | None:
        """What a file that is not plain UTF-8 holds; None if it is plain."""
        head = self._read(0, 4)
        if head == _ZSTANDARD:
            return self._unpacked()
        for mark, encoding in _MARKS.items():
            if head.startswith(mark):
                self._problem("it is in UTF-16")
                data = self._read(len(mark), _LARGEST)
                return data.decode(encoding, "replace").encode()
        return None

    def _unpacked(self) -> bytes:
        import zstandard

        pieces: list[bytes] = []
        size = 0
        try:
            with self._path.open("rb") as stream:
                for piece in zstandard.ZstdDecompressor().read_to_iter(stream):
                    size += len(piece)
                    if size > _LARGEST:
                        self._problem(
                            f"more than {_LARGEST // 2**20:,} MB are packed in it; the rest is left out"
                        )
                        break
                    pieces.append(piece)
        except zstandard.ZstdError:
            self._problem("the compressed file is damaged; what comes before the damage is shown")
        return b"".join(pieces)
