"""Lines of bytes. Only a newline ends a line; a carriage return before it belongs to the end."""

from __future__ import annotations

import re

LONGEST_SHOWN = 2_000
PIECE = 1 << 20  # bytes looked at in one go: more would hold up every other thread, and the loops with them
_BARE_NEWLINE = re.compile(rb"(?<!\r)\n")


def split_lines(content: bytes) -> list[bytes]:
    """The lines, each with its end; a last one without an end counts."""
    lines = content.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])


def count_lines(content: bytes) -> int:
    """Lines in the content; a last one without an end counts."""
    return newlines(content, 0, len(content)) + (not content.endswith(b"\n") and content != b"")


def newlines(content: bytes, start: int, end: int) -> int:
    """Newlines in a part of the content."""
    return sum(content.count(b"\n", at, min(at + PIECE, end)) for at in range(start, end, PIECE))


def line_number(content: bytes, offset: int) -> int:
    """The number, from 1, of the line an offset lies in."""
    return newlines(content, 0, offset) + 1


def line_start(content: bytes, number: int) -> int:
    """Where a line begins, counted from 1; the end of the content for lines beyond it."""
    offset = 0
    for _ in range(number - 1):
        newline = content.find(b"\n", offset)
        if newline < 0:
            return len(content)
        offset = newline + 1
    return offset


def back(content: bytes, offset: int, lines: int) -> int:
    """Where the line begins that is some lines above the one an offset lies in."""
    for _ in range(lines + 1):
        offset = content.rfind(b"\n", 0, offset)
        if offset < 0:
            return 0
    return offset + 1


def forward(content: bytes, offset: int, lines: int) -> int:
    """Where the line ends, newline included, that is some lines below the one an offset lies in."""
    for _ in range(lines + 1):
        newline = content.find(b"\n", offset)
        if newline < 0:
            return len(content)
        offset = newline + 1
    return offset


def ending_at(content: bytes, offset: int) -> bytes:
    """How the line at an offset ends; the last line may have no end, and takes its neighbour's."""
    newline = content.find(b"\n", offset)
    if newline < 0:
        newline = content.rfind(b"\n", 0, offset)
    return b"\r\n" if newline > 0 and content[newline - 1 : newline] == b"\r" else b"\n"


def with_endings(text: bytes, ending: bytes) -> bytes:
    """The text with its bare newlines made that ending."""
    return _BARE_NEWLINE.sub(ending, text) if ending != b"\n" else text


def numbered(content: bytes, first: int, *, limit: int) -> tuple[str, int]:
    """Lines with their numbers, for a model.

    Args:
        content: Whole lines.
        first: Number of the first.
        limit: Most characters.

    Returns:
        The text, and how many lines it shows.
    """
    shown: list[str] = []
    length = 0
    for raw in content.removesuffix(b"\n").split(b"\n"):
        line = raw.removesuffix(b"\r").decode("utf-8", "replace").replace("\0", "␀")
        if len(line) > LONGEST_SHOWN:
            line = f"{line[:LONGEST_SHOWN]}… [{len(line) - LONGEST_SHOWN:,} more characters in this line]"
        line = f"{first + len(shown):6}\t{line}\n"
        length += len(line)
        if length > limit and shown:
            break
        shown.append(line)
    return "".join(shown), len(shown)
