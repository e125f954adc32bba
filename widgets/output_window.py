"""The rows of an output that are in view, and where they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from widgets.drawn_line import DrawnLine, DrawnRow, LinePainter, text_before
from widgets.output_source import OutputSource


class ViewRow(NamedTuple):
    """A row in view, its line, and the number of that."""

    number: int
    line: DrawnLine
    row: DrawnRow


class Spot(NamedTuple):
    """A byte of the output: the number of its line, where that starts, and what is drawn before it there."""

    number: int
    offset: int
    before: str | None

    @property
    def character(self) -> int | None:
        """The character of the line that it was drawn as."""
        return None if self.before is None else len(self.before)


class OutputWindow:
    """A window over an output. It is moved by rows, by lines or to a byte, and reads no more than it shows.

    While lines are not counted their numbers are guesses; what is in view goes by its place in the output.

    Args:
        source: The output.
        painter: Draws its lines; one may have several rows.
    """

    def __init__(self, source: OutputSource, painter: LinePainter) -> None:
        self._source = source
        self._painter = painter
        self._first = 0  # the line at the top
        self._above = 0  # rows of it that are above the window
        self._near = (0, 0)  # the number of a line, and where it starts
        self.rows: list[ViewRow] = []
        self.at_end = True
        """Nothing is below."""

    @property
    def place(self) -> tuple[int, int]:
        """The line at the top, and how many of its rows are above the window."""
        return self._first, self._above

    @property
    def offset(self) -> int:
        """Where the line at the top starts."""
        return self._near[1]

    def show(self, height: int) -> bool:
        """Show what is at the place now; False if rows stay blank although there is more above."""
        self.correct()
        # One line more than fits tells whether anything is below.
        offset, lines = self._source.page(self._first, height + 1, self._near)
        self._take(offset, lines, height)
        return len(self.rows) == height or self.place == (0, 0)

    def show_end(self, height: int) -> None:
        """Show the last rows."""
        offset, lines = self._source.tail(height)
        hidden, self._above = self._overflow(lines, height)
        if hidden:
            offset, lines = self._source.tail(len(lines) - hidden)
        self._first = max(self._source.total_lines()[0] - len(lines), 0)
        self._take(offset, lines, height)

    def last_top(self, height: int) -> int:
        """The line at the top when the end is in view."""
        if self.at_end:
            return self._first
        lines, hidden = height, 0
        if self._painter.wraps:
            _, tail = self._source.tail(height)
            lines, hidden = len(tail), self._overflow(tail, height)[0]
        return max(self._source.total_lines()[0] - lines + hidden, 0)

    def move(self, rows: int) -> None:
        """Move by rows: down, or up if negative. Nothing is shown yet."""
        self.correct()
        self._above += rows
        if rows < 0:
            count = min(max(-self._above, 0), self._first)
            _, lines = self._source.page(self._first - count, count, self._near)
            while self._above < 0 and lines:
                self._first -= 1
                self._above += self._painter.draw(lines.pop()).row_count
            self._above = max(self._above, 0)
        else:
            for line in self._source.page(self._first, rows + 1, self._near)[1]:
                if self._above < (count := self._painter.draw(line).row_count):
                    break
                self._first += 1
                self._above -= count

    def go_to_line(self, number: int) -> None:
        """Move to the start of a line."""
        self.correct()
        self._first, self._above = number, 0

    def find(self, byte: int) -> Spot:
        """Where a byte is."""
        number = self._source.line_at(byte)
        if number is None:
            number = self._source.total_lines()[0] * byte // max(self._source.size, 1)
        offset, lines = self._source.page(number, 1, (number, byte))
        return Spot(number, offset, text_before(lines[0], byte - offset) if lines else None)

    def shows(self, spot: Spot) -> bool:
        """Whether a spot is in view."""
        return any(
            number == spot.number and row is line.row(line.row_of(spot.character or 0))
            for number, line, row in self.rows
        )

    def bring_into_view(self, spot: Spot, height: int) -> None:
        """Move so that a spot is in view, with something above it; not at all if it is in view already."""
        self.correct()
        if self.shows(spot):
            return
        self._near = spot.number, spot.offset
        self._first, self._above = spot.number, 0
        if spot.character is not None:
            for line in self._source.page(spot.number, 1, self._near)[1]:
                self._above = self._painter.draw(line).row_of(spot.character)
        self.move(-(height // 3))

    def correct(self) -> None:
        """Put the true number of the line at the top for a guess, once it is known."""
        number, offset = self._near
        known = self._source.line_at(offset)
        if known is not None:
            self._first += known - number
            self._near = known, offset

    def _overflow(self, lines: Sequence[bytes], height: int) -> tuple[int, int]:
        """What does not fit if these lines come last: how many lines, and rows of the one after them."""
        for index in range(len(lines) - 1, -1, -1):
            height -= self._painter.draw(lines[index]).row_count
            if height <= 0:
                return index, -height
        return 0, 0

    def _take(self, offset: int, lines: Sequence[bytes], height: int) -> None:
        self._near = self._first, offset
        if lines:
            self._above = min(self._above, self._painter.draw(lines[0]).row_count - 1)
        rows = list(islice(self._rows_of(lines), height + 1))
        self.at_end = len(rows) <= height
        self.rows = rows[:height]

    def _rows_of(self, lines: Sequence[bytes]) -> Iterator[ViewRow]:
        above = self._above
        for number, text in enumerate(lines, self._first):
            line = self._painter.draw(text)
            for index in range(above, line.row_count):
                yield ViewRow(number, line, line.row(index))
            above = 0
