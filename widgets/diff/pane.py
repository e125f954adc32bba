"""The diff of one call, where there is little room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from widgets.copied import COPY
from widgets.diff.canvas import DiffCanvas
from widgets.text_view import Row


class DiffPane(DiffCanvas, can_focus=True):
    """Begins with what changes first, unless the person has scrolled to something else.

    Args:
        diff: Untrusted text of a unified diff.
        lines: Said below it.
    """

    BRIEF = True
    BINDINGS: ClassVar[list[BindingType]] = [COPY]

    def __init__(self, diff: str, lines: Sequence[Row] = ()) -> None:
        super().__init__()
        self.copies = True
        self._diff = ""
        self._start = 0  # the row that it began with
        self.show_diff(diff, lines)

    def show_diff(self, diff: str, lines: Sequence[Row] = ()) -> None:
        """Show another diff; does nothing where it is shown already."""
        if diff != self._diff:
            self._diff, self._start = diff, 0
            self.show_text(diff, "\n".join(text for text, _ in lines))

    def lay_out(self) -> None:
        """Fit the size there is."""
        is_at_start = self.scroll_offset.y == min(self._start, self.max_scroll_y)
        super().lay_out()
        if is_at_start and self.rows.total:
            self.scroll_to(y=self._first_row(), animate=False)
            self._start = self.scroll_offset.y

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key may be needed for something else."""
        return self.copies if action == "copy" else super().check_action(action, parameters)

    def _first_row(self) -> int:
        """The row to begin with: the first, unless what changes first would then end below the view."""
        if not self.lines:
            return 0
        signs, height = self.lines[0].hunk.signs, self.size.height
        above = len(signs) - len(signs.lstrip(" "))
        below = len(signs) - above - len(signs[above:].lstrip("+-"))
        first = self.rows.place(0, above)
        return max(first - 1, 0) if first + below > height else 0
