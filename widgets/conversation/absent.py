"""What stands for blocks that are not in memory."""

from __future__ import annotations

from rich.segment import Segment

from widgets.conversation.block import Block
from widgets.conversation.line import BLANK, Line
from widgets.conversation.palette import Palette
from widgets.conversation.part import Part


class Absent(Block):
    """Takes the room of blocks that can be had again.

    Args:
        start: Which they are: the number of the first, as whoever has them counts.
        stop: One past the number of the last.
        rows: How many rows they take, or may take.
        width: Cells for which that is so.

    Attributes:
        wanted: They have come into view, and were asked for.
    """

    MOST_ROWS = 10_000
    """Of one of these: more would say no more."""

    glyph, gap = "┆", 0

    def __init__(self, start: int, stop: int, rows: int, width: int) -> None:
        super().__init__()
        self.start, self.stop = start, stop
        self.wanted = False
        self._cells = max(rows, 1) * max(width, 1)

    def copy(self) -> str:
        return ""

    def guess(self, width: int) -> int:
        return min(max(self._cells // max(width, 1), 1), self.MOST_ROWS)

    def parts(self) -> list[Part]:
        return [_Rows(self)]


class _Rows(Part):
    """Rows that say what they stand for, now and then."""

    __slots__ = ("_absent",)

    EACH = 10  # rows

    def __init__(self, absent: Absent) -> None:
        super().__init__()
        self._absent = absent

    def guess(self, width: int) -> int:
        return self._absent.guess(width)

    def compose(self, width: int, palette: Palette) -> list[Line]:
        said = Line([Segment("… being read …", palette.style("dim"))])
        return [BLANK if row % self.EACH else said for row in range(self.guess(width))]
