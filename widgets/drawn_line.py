"""Lines of output, drawn as rows of cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from rich.cells import cell_len, chop_cells, split_graphemes
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from app.terminal.line import styled_line
from widgets.output_source import LONGEST_LINE

_CUT = "…"
_HEAD = 1024  # bytes of a line, of which no more are drawn if they fill the view: colours are dear
_MORE_IN_A_TAB = 7  # cells than bytes


class Shape(NamedTuple):
    """What lines are fitted into."""

    width: int = 1
    left: int = 0
    """Columns that are hidden at the left; none where lines are wrapped."""
    wraps: bool = False
    base: Style = Style.null()


class DrawnRow(NamedTuple):
    """A row: the first character of its line that it shows, the one after the last, and the look."""

    start: int
    end: int
    strip: Strip


class DrawnLine:
    """A line as one row, or as many as it takes at the width of the view. Rows are drawn when asked for.

    Args:
        line: The bytes of the line.
        shape: What it is fitted into.

    Attributes:
        text: Its characters, or as many of them as the view can show.
        cells: The width of the whole line, or somewhat more.
    """

    def __init__(self, line: bytes, shape: Shape) -> None:
        self._shape = shape
        self._rows: dict[int, DrawnRow] = {}
        rewrites = b"\r" in line
        sign = _CUT if len(line) >= LONGEST_LINE and not rewrites else ""
        needs_all = shape.wraps or rewrites or len(line) <= _HEAD
        if not needs_all:
            self._take(line[:_HEAD], "")
            self.cells = len(line) + _MORE_IN_A_TAB * line.count(b"\t") + len(sign)
            needs_all = self._width(self._segments) <= shape.left + shape.width
        if needs_all:
            self._take(line, sign)
            self.cells = self._width(self._segments)
        self._starts = list(self._wrap()) if shape.wraps else [0]

    @property
    def row_count(self) -> int:
        """How many rows it has; at least one."""
        return len(self._starts)

    def row_of(self, character: int) -> int:
        """The number of the row that shows a character."""
        return bisect_right(self._starts, character) - 1

    def row(self, number: int) -> DrawnRow:
        """One of its rows, as wide as the view."""
        row = self._rows.get(number)
        if row is None:
            row = self._rows[number] = self._draw(number)
        return row

    def _take(self, line: bytes, sign: str) -> None:
        self._segments = styled_line(line, self._shape.base, LONGEST_LINE)
        self.text = "".join(segment.text for segment in self._segments)
        self._is_narrow = self.text.isascii()  # each character takes one cell
        if sign:
            self._segments.append(Segment(sign, self._shape.base))
            self.text += sign

    def _wrap(self) -> Iterator[int]:
        """Where each row starts."""
        width = self._shape.width
        if self._is_narrow:
            return iter(range(0, len(self.text), width) or [0])
        pieces = chop_cells(self.text, width) or [""]
        return accumulate((len(piece) for piece in pieces[:-1]), initial=0)

    def _draw(self, number: int) -> DrawnRow:
        width, left, wraps, base = self._shape
        indent = 0
        if wraps:
            start, end = [*self._starts, len(self.text)][number : number + 2]
        elif self._is_narrow:
            start, end = left, min(left + width, len(self.text))
        else:
            start, end, indent = _columns(self.text, left, left + width)
        segments = [Segment(" " * indent, base)] if indent else []
        segments += self._between(start, end)
        free = width - self._width(segments)
        if free > 0:
            segments.append(Segment(" " * free, base))
        strip = Strip(segments, width) if free >= 0 else Strip(segments).crop(0, width)
        return DrawnRow(start - indent, end, strip)

    def _between(self, start: int, end: int) -> Iterator[Segment]:
        first = 0
        for segment in self._segments:
            text, style, _ = segment
            last = first + len(text)
            if last > start and first < end:
                inside = start <= first and last <= end
                yield segment if inside else Segment(text[max(start - first, 0) : end - first], style)
            first = last

    def _width(self, segments: list[Segment]) -> int:
        return sum(len(text) if self._is_narrow else cell_len(text) for text, _, _ in segments)


class LinePainter:
    """Draws lines, and keeps those that were drawn last."""

    def __init__(self) -> None:
        self._shape = Shape()
        self._lines: LRUCache[bytes, DrawnLine] = LRUCache(512)

    @property
    def wraps(self) -> bool:
        """Whether a line may have several rows."""
        return self._shape.wraps

    def fit(self, shape: Shape) -> None:
        """Draw for this shape from now on."""
        if shape != self._shape:
            self._shape = shape
            self._lines.clear()

    def draw(self, line: bytes) -> DrawnLine:
        """Draw a line."""
        drawn = self._lines.get(line)
        if drawn is None:
            drawn = self._lines[line] = DrawnLine(line, self._shape)
        return drawn


def text_before(line: bytes, byte: int) -> str | None:
    """What is drawn of a line before one of its bytes; None if that was overwritten or cut off.

    Args:
        line: The bytes of the line.
        byte: From its start.
    """
    newest = line.rstrip(b"\r").rfind(b"\r") + 1
    if not newest <= byte < len(line):
        return None
    return drawn_text(line[newest:byte])


def drawn_text(line: bytes) -> str:
    """The characters that a line is drawn with.

    Args:
        line: The bytes of the line.
    """
    return "".join(segment.text for segment in styled_line(line, Style.null(), LONGEST_LINE))


def _columns(text: str, left: int, right: int) -> tuple[int, int, int]:
    """The characters that are whole between two columns, and how many cells are free in front of them."""
    # No letter has more than a few code points, so what is far to the right need not be measured.
    spans, _ = split_graphemes(text[: right * 4])
    column, start, end, indent = 0, None, 0, 0
    for first, last, cells in spans:
        if start is None and column >= left:
            start, indent = first, column - left
        if column + cells > right:
            break
        column, end = column + cells, last
    return (end if start is None else start), end, indent
