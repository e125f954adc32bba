"""Rows to strips."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.cache import LRUCache
from textual.strip import Strip

from widgets.conversation.column import Row
from widgets.conversation.line import Line
from widgets.conversation.palette import Palette


class Gutter(NamedTuple):
    """What stands at the left of a row: the glyph of its block, or the bar of the cursor."""

    text: str = " "
    role: str = "text"
    cursor: bool = False


NO_GUTTER = Gutter()


def gutter(row: Row, cursor: bool) -> Gutter:
    """The gutter of a row; `cursor` where its block has the cursor."""
    block = row.block
    if block is None or (row.place.part == 0 and row.place.row < block.gap):
        return NO_GUTTER
    if row.leads:
        return Gutter(block.glyph, block.role, cursor)
    return Gutter("▌", "user") if cursor else NO_GUTTER


class Painter:
    """Makes strips, and keeps those that were made last."""

    def __init__(self) -> None:
        self._strips: LRUCache[tuple[int, int, Gutter], tuple[Line, Strip]] = LRUCache(512)

    def clear(self) -> None:
        """The styles have changed."""
        self._strips.clear()

    def strip(self, line: Line, beside: Gutter, width: int, palette: Palette) -> Strip:
        """Draw a row of `width` cells."""
        key = (id(line), width, beside)
        if (kept := self._strips.get(key)) is not None and kept[0] is line:
            return kept[1]
        style = palette.style(beside.role)
        glyph = Segment(beside.text, style + palette.cursor if beside.cursor else style)
        strip = Strip([glyph, Segment(" ", palette.text), *line.segments])
        strip = strip.crop_extend(0, width, line.fill or palette.text)
        self._strips[key] = line, strip
        return strip


def with_hint(strip: Strip, hint: str, palette: Palette) -> Strip:
    """A row with a remark over its right end."""
    left = strip.cell_length - cell_len(hint)
    if left < 1:
        return strip
    return Strip.join([strip.crop(0, left), Strip([Segment(hint, palette.style("hint"))])])
