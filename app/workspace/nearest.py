"""A hint for whoever looked for text that is not there."""

from __future__ import annotations

import difflib

from app.workspace.lines import back, forward, line_number

_MOST_LINES = 3_000
_LONGEST = 200


def nearest(content: bytes, wanted: bytes) -> str:
    """Where the file comes closest to the wanted text, in a sentence; empty if nowhere.

    Args:
        content: The file.
        wanted: Text of one or more lines that the file does not hold.
    """
    sought = [line.strip() for line in wanted.split(b"\n")]
    anchor = max(sought, key=len)
    if not anchor:
        return ""
    at = content.find(anchor)
    if at >= 0:
        return _where_it_parts(content, sought, at, sought.index(anchor))
    candidates = [_text(line) for line in content.split(b"\n", _MOST_LINES)[:_MOST_LINES]]
    close = difflib.get_close_matches(_text(anchor), candidates, n=1, cutoff=0.6)
    if not close:
        return ""
    return f"The nearest line is {candidates.index(close[0]) + 1}: {close[0]!r}"


def _where_it_parts(content: bytes, sought: list[bytes], at: int, index: int) -> str:
    """Compare line by line, given where one of the sought lines stands."""
    first = line_number(content, at) - index
    if first < 1:
        return f"Its line {_text(sought[index])!r} is at line {first + index}, too near the top"
    start = back(content, at, index)
    lines = content[start : forward(content, at, len(sought) - 1 - index)].split(b"\n")
    lines += [b""] * (len(sought) - len(lines))
    ends = (0, len(sought) - 1)  # the text may begin and end within a line
    for number, (found, line) in enumerate(zip(lines, sought, strict=False)):
        if line not in found if number in ends else line != found.strip():
            return f"It fits best from line {first}, but line {first + number} is {_text(found)!r}"
    return f"It differs only in blanks from what begins at line {first}; copy the indentation exactly"


def _text(line: bytes) -> str:
    return line.strip()[:_LONGEST].decode("utf-8", "replace")
