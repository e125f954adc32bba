"""Many amounts in a row as a line of small bars."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from widgets.bar_chart import BAR_STYLES, Role

_BLOCKS = " ▁▂▃▄▅▆▇█"
_WIDEST = 4  # columns of one amount

Gathers = Literal["most", "sum"]
"""What stands for amounts that share a column: the greatest of them, or all together."""


class SparklineView(Widget):
    """Draws amounts from left to right under a heading; where there are more than columns, some share one.

    Args:
        heading: What they are.
        gathers: What stands for amounts that share a column.
        rows: The height of the tallest bar.
        role: The colour of the bars.
        id: The widget's id.
    """

    DEFAULT_CSS = "SparklineView { width: 1fr; height: auto; padding: 0 1; text-wrap: nowrap; }"

    def __init__(
        self,
        heading: str,
        *,
        gathers: Gathers = "most",
        rows: int = 2,
        role: Role = "accent",
        id: str | None = None,  # noqa: A002  # Textual's name
    ) -> None:
        super().__init__(id=id)
        self._heading, self._gathers, self._rows, self._role = heading, gathers, rows, role
        self._values: Sequence[float] = ()
        self._note = ""

    def show(self, values: Sequence[float], note: str) -> None:
        """Show other amounts.

        Args:
            values: From 0 on, in order.
            note: What is to know of them, such as the greatest.
        """
        self._values, self._note = values, note
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual calls it so
        """The heading and the bars."""
        return 1 + self._rows

    def render(self) -> Content:
        """Fit the amounts into the width there is."""
        width = self.content_size.width
        note = Content.styled(self._note, "dim").truncate(max(width - len(self._heading) - 2, 0))
        gap = " " * max(width - len(self._heading) - note.cell_length, 0)
        heading = Content.assemble(self._heading, gap, note)
        columns = gathered(self._values, max(width, 1), self._gathers)
        most = max(columns, default=0.0)
        style = BAR_STYLES[self._role]
        lines = [Content.styled(line, style) for line in _drawn(columns, most, self._rows)]
        return Content("\n").join([heading, *lines])


def gathered(values: Sequence[float], columns: int, how: Gathers) -> list[float]:
    """The amounts in so many columns, or in fewer where there are few amounts."""
    count = len(values)
    if count <= columns:
        wide = min(columns // max(count, 1), _WIDEST)
        return [value for value in values for _ in range(wide)]
    edges = [count * column // columns for column in range(columns + 1)]
    take = max if how == "most" else sum
    return [take(values[start:stop]) for start, stop in pairwise(edges)]


def _drawn(columns: Sequence[float], most: float, rows: int) -> list[str]:
    """The bars from the top row to the bottom one, in eighths of a cell; what is there is seen."""
    heights = [max(round(value / most * rows * 8), 1) if most > 0 and value > 0 else 0 for value in columns]
    return [
        "".join(_BLOCKS[min(max(height - 8 * row, 0), 8)] for height in heights)
        for row in reversed(range(rows))
    ]
