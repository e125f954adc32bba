"""Pairs of what two runs did, a row each; both sides beside each other where there is room."""

from __future__ import annotations

from typing import Protocol

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from widgets.event_line import EventLine, Look
from widgets.event_list import EventList, EventRows

_WIDE = 108  # cells from which there is room for both sides
_NAME = 14
_NOTE = 20
_BETWEEN = " │ "


class PairRows(EventRows, Protocol):
    """What is listed."""

    def sides(self, place: int) -> tuple[str, str]:
        """What each run did, in a line that is safe to show; empty for the one that did not."""
        ...


class PairList(EventList):
    """Shows pairs. Where there is no room for both sides, each row says what it says as an event.

    Args:
        rows: The pairs.
        id: The widget's id.
    """

    HELP = "What both runs did: = the same, ≠ differs, ← only the left, → only the right."

    def __init__(self, rows: PairRows, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(rows, id=id)
        self._pairs = rows
        self._drawn_with: Look | None = None

    def show_pairs(self, rows: PairRows, cursor: int) -> None:
        """List other pairs.

        Args:
            rows: The pairs.
            cursor: The place to look at.
        """
        self._pairs = rows
        self.show(rows, cursor)

    def render_line(self, y: int) -> Strip:
        """Draw one row.

        Args:
            y: From the top of the view.
        """
        width = self.scrollable_content_region.width
        place = self._top + y
        if width < _WIDE or not self.is_attached or place >= min(self._count, len(self._pairs)):
            return super().render_line(y)
        self._fit(width)
        assert self._drawn_with is not None
        return _draw(
            self._pairs.line(place), self._pairs.sides(place), self._drawn_with, cursor=place == self.cursor
        )

    def _look(self, width: int, digits: int) -> Look:
        self._drawn_with = super()._look(width, digits)
        return self._drawn_with


def _draw(line: EventLine, sides: tuple[str, str], look: Look, *, cursor: bool) -> Strip:
    def style(role: str) -> Style:
        return look.base + look.roles[role] + (look.cursor if cursor else Style.null())

    text = style("dim" if line.dim else "plain")
    head = [
        Segment(f"{line.number:>{look.digits + 1}} ", style("dim")),
        Segment("│ " * line.depth, style("dim")),
        Segment(f"{line.glyph} ", style(line.role)),
        Segment(f"{_fitted(line.name, _NAME)} ", style("dim" if line.dim else line.role)),
    ]
    note = f" {_fitted(line.note, _NOTE)}"
    room = look.width - sum(segment.cell_length for segment in head) - len(_BETWEEN) - cell_len(note)
    row = [
        *head,
        Segment(_fitted(sides[0], room - room // 2), text),
        Segment(_BETWEEN, style("dim")),
        Segment(_fitted(sides[1], room // 2), text),
        Segment(note, style("dim")),
    ]
    return Strip(row).crop_extend(0, look.width, text)


def _fitted(text: str, cells: int) -> str:
    if cell_len(text) > cells:
        text = f"{set_cell_size(text, max(cells - 1, 0))}…"
    return set_cell_size(text, cells)
