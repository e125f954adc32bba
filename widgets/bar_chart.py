"""Amounts as bars below each other, with what they are at the left and in figures at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from widgets.text_view import revealed

Role = Literal["accent", "primary", "success", "warning", "error", "muted"]

BAR_STYLES: dict[Role, str] = {
    "accent": "$text-accent",
    "primary": "$text-primary",
    "success": "$text-success",
    "warning": "$text-warning",
    "error": "$text-error",
    "muted": "dim",
}
"""The colour of each role."""

_EIGHTHS = " ▏▎▍▌▋▊▉"
_LABEL = 28  # cells of what it is, at most; of less than half of the row
_BAR = 10  # cells of a bar, at least


@dataclass(frozen=True, slots=True)
class BarRow:
    """One amount.

    Args:
        label: What it is; untrusted.
        value: How much, from 0 on.
        figures: The same for a person, and whatever else is known; all rows of a chart are aligned right.
        role: The colour of the bar.
    """

    label: str
    value: float
    figures: str
    role: Role = "accent"


class BarChart(Widget):
    """Draws amounts; the greatest has the longest bar. Where there is no room for bars, there are none."""

    DEFAULT_CSS = "BarChart { width: 1fr; height: auto; padding: 0 1; text-wrap: nowrap; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._rows: tuple[BarRow, ...] = ()
        self._head = ("", "")

    def show(self, rows: Sequence[BarRow], head: tuple[str, str] = ("", "")) -> None:
        """Show other amounts; does nothing where they are shown already.

        Args:
            rows: The amounts.
            head: What stands above the labels and above the figures; empty for nothing.
        """
        before = self._rows, self._head
        self._rows, self._head = tuple(rows), head
        if before != (self._rows, self._head):
            self.refresh(layout=len(before[0]) != len(self._rows) or any(before[1]) != any(head))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual calls it so
        """A row each, and one for the head."""
        return len(self._rows) + any(self._head)

    def render(self) -> Content:
        """Fit the rows into the width there is."""
        width = self.content_size.width
        labels = [Content(revealed(row.label)) for row in self._rows]
        figures = max((len(row.figures) for row in self._rows), default=0)
        figures = max(figures, len(self._head[1]))
        widest = max((label.cell_length for label in labels), default=0)
        room = max(min(max(widest, len(self._head[0])), _LABEL, width // 2), 1)
        bar = width - room - figures - 2
        if bar < _BAR:
            bar, room = 0, max(width - figures - 1, 1)
        most = max((row.value for row in self._rows), default=0.0)
        gap = " " * (bar + 2 if bar else 1)
        lines: list[Content] = []
        if any(self._head):
            head = f"{self._head[0][:room]:<{room}}{gap}{self._head[1]:>{figures}}"
            lines.append(Content.styled(head, "dim").truncate(width))
        for label, row in zip(labels, self._rows, strict=True):
            drawn = f" {_bar(row.value / most if most else 0.0, bar)} " if bar else gap
            line = Content.assemble(
                label.truncate(room, ellipsis=True, pad=True),
                (drawn, BAR_STYLES[row.role]),
                f"{row.figures:>{figures}}",
            )
            lines.append(line.truncate(width, ellipsis=True))
        return Content("\n").join(lines)


def _bar(share: float, width: int) -> str:
    """A bar of a share of the width, in eighths of a cell; a thin one for what is nearly nothing."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    if share > 0:
        eighths = max(eighths, 1)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(width)
