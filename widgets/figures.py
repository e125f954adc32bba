"""Figures that move, in columns: drawn anew without moving anything else."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from widgets.text_view import revealed

Figure = tuple[str, str]
"""What is counted, and how much it is."""


class Figures(Widget):
    """Draws figures below and beside each other."""

    COLUMN = 36  # cells that one takes at least
    LABEL = 16  # of these, for what is counted
    DEFAULT_CSS = "Figures { width: 1fr; height: auto; padding: 0 1; text-wrap: nowrap; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._figures: tuple[Figure, ...] = ()

    def show(self, figures: Sequence[Figure]) -> None:
        """Show other figures; does nothing where they are shown already."""
        before, self._figures = self._figures, tuple(figures)
        if before != self._figures:
            self.refresh(layout=len(before) != len(self._figures))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual calls it so
        """As many rows as the figures take."""
        return ceil(len(self._figures) / self._columns(width))

    def render(self) -> Content:
        """Fit the figures into the width there is, down the columns."""
        width = self.content_size.width
        columns = self._columns(width)
        rows = ceil(len(self._figures) / columns)
        cells = width // columns
        lines = []
        for row in range(rows):
            lines.append(
                Content.assemble(*(self._cell(figure, cells) for figure in self._figures[row::rows]))
            )
        return Content("\n").join(lines)

    def _columns(self, width: int) -> int:
        return max(1, width // self.COLUMN)

    def _cell(self, figure: Figure, width: int) -> Content:
        label, value = figure
        return Content.assemble((label.ljust(self.LABEL), "dim"), revealed(value)).truncate(
            width, ellipsis=True, pad=True
        )
