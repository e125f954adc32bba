"""The thumb of a scroll bar. To draw the bar costs as much as the rows beside it: only if it changes."""

from __future__ import annotations

from math import ceil


class ScrollThumb:
    """Where the thumb was when the bar was drawn last, in eighths of a cell."""

    def __init__(self) -> None:
        self._shown = (-1, -1)

    def moves(self, height: int, rows: int, position: float, last: float) -> bool:
        """Whether the bar looks different now.

        Args:
            height: Cells of the bar.
            rows: All there are.
            position: The row at the top.
            last: The row at the top when the end is in view.
        """
        length = max(height * height / max(rows, height, 1), 1)
        shown = int((height - length) * position / max(last, 1) * 8), ceil(length * 8)
        if shown == self._shown:
            return False
        self._shown = shown
        return True
