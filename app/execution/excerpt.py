"""As much of a command's output as a model is given: its head and its tail."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from app.execution.line_index import Read
from app.terminal.reveal import reveal
from app.terminal.stream import Sanitiser, plain_text

_CHUNK = 1 << 18
_TRIED_WHOLE = 4 << 20  # bytes; colours and progress lines may shrink to little text
_RAW = 8  # bytes that may become one character of text: four of UTF-8, and as many of colours
_NOTICE = 200  # most characters of the notice, without the path
_WORTH_CUTTING = 500  # characters; a shorter line that does not fit is left out


def excerpt(path: Path, limit: int, start: int = 0, stop: int | None = None) -> str:
    """The plain text of a spool: whole if it fits, otherwise head and tail around a notice of the rest.

    All of the file may be read to count its lines, little of it at a time: not for an event loop.

    Args:
        path: The spool.
        limit: Most characters; the notice takes up to 200 of them, and the path.
        start: Bytes at the beginning of the file that are not wanted.
        stop: Where the file ends for this; its end if not given.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        size = (os.fstat(file.fileno()).st_size if stop is None else stop) - start

        def read(count: int, offset: int) -> bytes:
            return os.pread(file.fileno(), min(count, size - offset), start + offset)

        if size <= _TRIED_WHOLE and (whole := _whole(read, size, limit)) is not None:
            return whole
        name = reveal(str(path))
        room = max(0, limit - _NOTICE - len(name)) // 2
        region = min(_RAW * room, size)
        head, end = _take(_lines(read(region, 0)), room, lambda line, most: line[:most])
        region = min(region, size - end)
        tail, used = _take(
            reversed(_lines(read(region, size - region))),
            room,
            lambda line, most: line[len(line) - most :],
        )
        left_out = f"{size - used - end:,} bytes"
        if lines := _count_newlines(read, end, size - used):
            left_out = f"{lines:,} lines, {left_out}"
    notice = f"\n[… {left_out} left out; the whole output is in {name} …]\n"
    return "".join([*head, notice, *reversed(tail)])


def _whole(read: Read, size: int, limit: int) -> str | None:
    """The whole text, unless it is longer than the limit."""
    sanitiser, parts, length = Sanitiser(), list[str](), 0
    for offset in range(0, size, _CHUNK):
        parts.append(sanitiser.feed(read(_CHUNK, offset)))
        length += len(parts[-1])
        if length > limit:
            return None
    text = "".join(parts) + sanitiser.finish()
    return text if len(text) <= limit else None


def _lines(data: bytes) -> list[bytes]:
    """The lines of some bytes with their newlines, and what follows the last newline."""
    *lines, rest = data.split(b"\n")
    return [line + b"\n" for line in lines] + [rest]


def _take(lines: Iterable[bytes], room: int, cut: Callable[[bytes, int], bytes]) -> tuple[list[str], int]:
    """The text of the lines that fit, in order, and of how many bytes it is made."""
    texts, used = list[str](), 0
    for line in lines:
        text = plain_text(line)
        if len(text) > room:
            if len(text) >= _WORTH_CUTTING:
                part = cut(line, room)
                texts.append(plain_text(part).strip("\ufffd"))  # half a character at the cut
                used += len(part)
            break
        texts.append(text)
        used += len(line)
        room -= len(text)
    return texts, used


def _count_newlines(read: Read, start: int, stop: int) -> int:
    count = 0
    for offset in range(start, stop, _CHUNK):
        count += read(min(_CHUNK, stop - offset), offset).count(b"\n")
    return count
