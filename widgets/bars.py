"""One-line bars at the edges of a screen."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

SEPARATOR = " · "
_NOTHING = Content("")


class Bar(Widget):
    """One line with something at the left, which makes way for something at the right."""

    DEFAULT_CSS = """
    Bar { height: 1; width: 1fr; padding: 0 1; color: $text-muted; text-wrap: nowrap; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._left = self._right = _NOTHING

    def show(self, left: Content, right: Content = _NOTHING) -> None:
        """Show both parts; does nothing where they are shown already."""
        if not (left.is_same(self._left) and right.is_same(self._right)):
            self._left, self._right = left, right
            self.refresh()

    def render(self) -> Content:
        """Fit the parts into the width there is."""
        width = self.content_size.width
        right = self._right.truncate(width, ellipsis=True)
        between = 1 if right else 0
        left = self._left.truncate(max(width - right.cell_length - between, 0), ellipsis=True)
        gap = " " * (width - left.cell_length - right.cell_length)
        return Content.assemble(left, gap, right)


def joined(*parts: str | Content) -> Content:
    """The parts that are not empty, with a dot between them."""
    return Content(SEPARATOR).join(
        part if isinstance(part, Content) else Content(part) for part in parts if part
    )
