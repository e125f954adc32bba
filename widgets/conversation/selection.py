"""What a person has selected. It is kept by place, so it stays the same while the conversation grows."""

from __future__ import annotations

from collections.abc import Iterator

from textual.geometry import Offset
from textual.selection import Selection

from widgets.conversation.column import GUTTER, Column, Place, Row

_BITS = 24


def row_number(place: Place) -> int:
    """A place as the `y` of an offset, as Textual keeps a selection: in the same order."""
    return (((place.block << _BITS) | place.part) << _BITS) | place.row


def selected_text(column: Column, selection: Selection) -> str:
    """The text without gutters and quote bars; rows that were wrapped from one line are joined again."""
    start, end = selection
    if start is None and end is None:
        return "\n\n".join(filter(None, (block.copy() for block in column.blocks)))
    pieces: list[str] = []
    for row in _rows(column, start, end):
        text = " " * GUTTER + row.line.text
        y = row_number(row.place)
        left = start.x if start is not None and start.y == y else 0
        right = end.x if end is not None and end.y == y else len(text)
        joint = "\n" if row.line.joint is None else row.line.joint
        pieces += [joint if pieces else "", text[max(left, GUTTER + row.line.indent) : right]]
    return "".join(pieces)


def _rows(column: Column, start: Offset | None, end: Offset | None) -> Iterator[Row]:
    first = _place(start.y) if start is not None else Place(0, 0, 0)
    last = _place(end.y) if end is not None else Place(len(column.blocks), 0, 0)
    for block in range(first.block, min(last.block + 1, len(column.blocks))):
        part = first.part if block == first.block else 0
        while rows := column.part_rows(block, part):
            for row in rows:
                if first <= row.place <= last:
                    yield row
            part += 1
            if Place(block, part, 0) > last:
                break


def _place(y: int) -> Place:
    mask = (1 << _BITS) - 1
    return Place(y >> (2 * _BITS), (y >> _BITS) & mask, y & mask)
