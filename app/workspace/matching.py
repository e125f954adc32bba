"""Where an edit goes in a file: text that is found exactly, or a line that is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from app.workspace.errors import EditError
from app.workspace.lines import PIECE, count_lines, ending_at, line_number, line_start, with_endings
from app.workspace.nearest import nearest
from app.workspace.splice import BYTE_ORDER_MARK, Splice

_BARE_NEWLINE = re.compile(rb"(?<!\r)\n")
_MOST_MATCHES = 1000


def replacement(content: bytes, old: bytes, new: bytes) -> Splice:
    """Replace the one place where `old` stands.

    A newline of `old` meets a line end of either kind; newlines of `new` become what the lines there end in.

    Raises:
        EditError: `old` stands nowhere, or in several places.
    """
    _require_change(old, new)
    places = _places(content, old)
    if not places:
        raise _no_match(content, old)
    if len(places) > 1:
        count = (
            f"{len(places)} matches" if len(places) < _MOST_MATCHES else f"{_MOST_MATCHES} matches or more"
        )
        numbers = dict.fromkeys(line_number(content, start) for start, _ in places[:10])
        lines = ", ".join(map(str, numbers)) + (" …" if len(places) > 10 else "")
        raise EditError(
            f"old_str is not unique: {count}, at lines {lines}. Add lines around it until one fits"
        )
    start, end = places[0]
    return Splice(start, content[start:end], with_endings(new, ending_at(content, start)))


def replacements(content: bytes, old: bytes, new: bytes) -> list[Splice]:
    """Replace `old` wherever it stands, from the top; matches do not overlap. Line ends as in `replacement`.

    Raises:
        EditError: `old` stands nowhere.
    """
    _require_change(old, new)
    splices = [
        Splice(start, content[start:end], with_endings(new, ending_at(content, start)))
        for start, end in _found(content, old, overlapping=False)
    ]
    if not splices:
        raise _no_match(content, old)
    return splices


def insertion(content: bytes, after_line: int, text: bytes) -> Splice:
    """Put whole lines after a line; 0 is the top of the file.

    Raises:
        EditError: There is no such line.
    """
    total = count_lines(content)
    if not 0 <= after_line <= total:
        raise EditError(
            f"insert_line {after_line} is out of range: the file has {total} lines, so 0 to {total}"
        )
    offset = line_start(content, after_line + 1)
    if after_line == 0 and content.startswith(BYTE_ORDER_MARK):
        offset = len(BYTE_ORDER_MARK)
    ending = ending_at(content, max(offset - 1, 0))
    added = with_endings(text, ending)
    if after_line and not content.endswith(b"\n", 0, offset):
        return Splice(offset, b"", ending + added)  # the last line had no end, and the new last line has none
    return Splice(offset, b"", added if added.endswith(b"\n") else added + ending)


def _require_change(old: bytes, new: bytes) -> None:
    if not old:
        raise EditError("old_str is empty; give the text to replace, or use insert or create")
    if old == new:
        raise EditError("old_str and new_str are the same; nothing to change")


def _no_match(content: bytes, old: bytes) -> EditError:
    return EditError(f"no match: old_str was not found in the file. {nearest(content, old)}".rstrip())


def _places(content: bytes, wanted: bytes) -> list[tuple[int, int]]:
    """Where the text stands, overlapping places too; at most a thousand."""
    return list(islice(_found(content, wanted, overlapping=True), _MOST_MATCHES))


def _found(content: bytes, wanted: bytes, *, overlapping: bool) -> Iterator[tuple[int, int]]:
    pieces = [wanted]
    if _BARE_NEWLINE.search(wanted) and next(_matches(content, re.compile(b"\r\n"), 2), None):
        pieces = _BARE_NEWLINE.split(wanted)
    pattern = re.compile(rb"(?:\r\n|(?<!\r)\n)".join(map(re.escape, pieces)))
    yield from _matches(content, pattern, len(wanted) + len(pieces) - 1, overlapping=overlapping)


def _matches(
    content: bytes, pattern: re.Pattern[bytes], longest: int, *, overlapping: bool = False
) -> Iterator[tuple[int, int]]:
    """Where a pattern stands whose matches have at most so many bytes, from the top."""
    start = 0
    while start < len(content):
        # In pieces: a long search would hold up every other thread, and the loops with them.
        match = pattern.search(content, start, start + PIECE + longest - 1)
        if match is None:
            start += PIECE
            continue
        yield match.span()
        start = match.start() + 1 if overlapping else match.end()
