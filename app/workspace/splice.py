"""An edit as pure bytes: at an offset, some bytes make way for others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.workspace.errors import EditError
from app.workspace.lines import count_lines, line_number, line_start
from app.workspace.nearest import nearest

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BARE_NEWLINE = re.compile(rb"(?<!\r)\n")
_MOST_MATCHES = 1000


@dataclass(frozen=True, slots=True)
class Splice:
    """One change of a file's content."""

    offset: int
    removed: bytes
    added: bytes

    def apply(self, content: bytes) -> bytes:
        """The content after the change."""
        return content[: self.offset] + self.added + content[self.offset + len(self.removed) :]

    def inverse(self) -> Splice:
        """The change that takes this one back."""
        return Splice(self.offset, self.added, self.removed)


def replacement(content: bytes, old: bytes, new: bytes) -> Splice:
    """Replace the one place where `old` stands.

    A newline of `old` meets a line end of either kind; newlines of `new` become what the lines there end in.

    Raises:
        EditError: `old` stands nowhere, or in several places.
    """
    if not old:
        raise EditError("old_str is empty; give the text to replace, or use insert or create")
    if old == new:
        raise EditError("old_str and new_str are the same; nothing to change")
    places = _places(content, old)
    if not places:
        raise EditError(f"no match: old_str was not found in the file. {nearest(content, old)}".rstrip())
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
    return Splice(start, content[start:end], _with_endings(new, _ending_at(content, start)))


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
    ending = _ending_at(content, max(offset - 1, 0))
    added = _with_endings(text, ending)
    if after_line and not content.endswith(b"\n", 0, offset):
        return Splice(offset, b"", ending + added)  # the last line had no end, and the new last line has none
    return Splice(offset, b"", added if added.endswith(b"\n") else added + ending)


def _places(content: bytes, wanted: bytes) -> list[tuple[int, int]]:
    """Where the text stands, overlapping places too; at most a thousand."""
    places: list[tuple[int, int]] = []
    if b"\r\n" in content and _BARE_NEWLINE.search(wanted):
        pattern = re.compile(rb"(?:\r\n|(?<!\r)\n)".join(map(re.escape, _BARE_NEWLINE.split(wanted))))
        match = pattern.search(content)
        while match is not None and len(places) < _MOST_MATCHES:
            places.append(match.span())
            match = pattern.search(content, match.start() + 1)
        return places
    start = content.find(wanted)
    while start >= 0 and len(places) < _MOST_MATCHES:
        places.append((start, start + len(wanted)))
        start = content.find(wanted, start + 1)
    return places


def _ending_at(content: bytes, offset: int) -> bytes:
    """How the line at an offset ends; the last line may have no end, and takes its neighbour's."""
    newline = content.find(b"\n", offset)
    if newline < 0:
        newline = content.rfind(b"\n", 0, offset)
    return b"\r\n" if newline > 0 and content[newline - 1 : newline] == b"\r" else b"\n"


def _with_endings(text: bytes, ending: bytes) -> bytes:
    return _BARE_NEWLINE.sub(ending, text) if ending != b"\n" else text
