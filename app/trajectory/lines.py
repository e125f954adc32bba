"""The lines of a trajectory file, plain or compressed, forwards and backwards, a piece of it in memory."""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPRESSED = ".zst"
LONGEST = 16 * 2**20  # bytes; no line that we write comes near
_PIECE = 2**18  # bytes
_HEADER = 18  # bytes, at most
_KEPT = 1000  # lines of a compressed file that can be read backwards


@dataclass(frozen=True, slots=True)
class Line:
    """A line in its place.

    Args:
        offset: Of its first byte, in the plain file.
        length: How many bytes it has, its newline counted.
        data: Without the newline; of a line beyond `LONGEST`, its beginning.
        ends: It has a newline.
    """

    offset: int
    length: int
    data: bytes
    ends: bool


def located(path: Path) -> Path:
    """The file of a trajectory: where it was written, or what it was compressed to."""
    packed = path.parent / f"{path.name}{COMPRESSED}"
    return packed if not path.exists() and packed.exists() else path


def is_compressed(path: Path) -> bool:
    """Whether a file of a trajectory is a compressed one."""
    return path.suffix == COMPRESSED


def lines(path: Path, start: int = 0) -> Iterator[Line]:
    """Each line from an offset on, at which one begins.

    Raises:
        OSError: The file cannot be read.
    """
    path = located(path)
    return _unpacked_lines(path, start) if is_compressed(path) else _plain_lines(path, start)


def last_lines(path: Path) -> Iterator[Line]:
    """Each line from the last one to the first. Of a compressed file, read forwards, only the last thousand.

    Raises:
        OSError: The file cannot be read.
    """
    path = located(path)
    if is_compressed(path):
        return reversed(deque(lines(path), maxlen=_KEPT))
    return _plain_lines_backwards(path)


def _plain_lines(path: Path, start: int) -> Iterator[Line]:
    with path.open("rb") as stream:
        offset = stream.seek(start)
        while data := stream.readline(LONGEST):
            length = len(data)
            ends = data.endswith(b"\n")
            while not ends and (more := stream.readline(LONGEST)):
                length += len(more)
                ends = more.endswith(b"\n")
            yield Line(offset, length, data.removesuffix(b"\n"), ends)
            offset += length


def _unpacked_lines(path: Path, start: int) -> Iterator[Line]:
    import zstandard

    offset = 0
    rest = b""
    hidden = 0  # bytes of a line beyond the longest
    with path.open("rb") as stream:
        size = zstandard.frame_content_size(stream.read(_HEADER))
        stream.seek(0)
        try:
            for piece in zstandard.ZstdDecompressor().read_to_iter(stream):
                *whole, rest = (rest + piece).split(b"\n")
                for data in whole:
                    length = len(data) + hidden + 1
                    if offset >= start:
                        yield Line(offset, length, data, ends=True)
                    offset += length
                    hidden = 0
                hidden += max(len(rest) - LONGEST, 0)
                rest = rest[:LONGEST]
        except zstandard.ZstdError:
            raise OSError(errno.EIO, "the compressed file is damaged") from None
        if rest:
            yield Line(offset, len(rest) + hidden, rest, ends=False)
        if offset + len(rest) + hidden != size:
            raise OSError(errno.EIO, "the compressed file is cut off")


def _plain_lines_backwards(path: Path) -> Iterator[Line]:
    with path.open("rb") as stream:
        at = stream.seek(0, os.SEEK_END)
        rest = b""  # of the line that begins further ahead
        hidden = 0  # bytes of it beyond the longest
        ends = False
        while at:
            length = min(at, _PIECE)
            at = stream.seek(at - length)
            rest, *whole = (stream.read(length) + rest).split(b"\n")
            offset = at + len(rest) + sum(len(data) + 1 for data in whole) + hidden
            for data in reversed(whole):
                offset -= len(data) + hidden
                if data or ends:
                    yield Line(offset, len(data) + hidden + ends, data, ends)
                offset -= 1
                hidden, ends = 0, True
            hidden += max(len(rest) - LONGEST, 0)
            rest = rest[:LONGEST]
        if rest or ends:
            yield Line(0, len(rest) + hidden + ends, rest, ends)
