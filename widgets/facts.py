"""What is known of something, a line each: a word that says what, and the text."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from widgets.text_view import revealed

Fact = tuple[str, str]
"""What it is about, and the text: untrusted, shown with anything invisible written out."""

WARNING = "!"
"""Begins the word of a fact that nobody should miss; it is not shown."""


class Facts(Widget):
    """Draws facts below each other; a long one goes on below its own beginning."""

    DEFAULT_CSS = "Facts { width: 1fr; height: auto; padding: 0 1; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._facts: tuple[Fact, ...] = ()

    def show(self, facts: Sequence[Fact]) -> None:
        """Show other facts; does nothing where they are shown already."""
        if (shown := tuple(facts)) != self._facts:
            self._facts = shown
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual calls it so
        """As many rows as the facts take."""
        return len(self._rows(width))

    def render(self) -> Content:
        """Fit the facts into the width there is."""
        return Content("\n").join(self._rows(self.content_size.width))

    def _rows(self, width: int) -> list[Content]:
        indent = max((len(word.removeprefix(WARNING)) for word, _ in self._facts), default=0) + 2
        rows: list[Content] = []
        for word, text in self._facts:
            style = "$text-warning bold" if word.startswith(WARNING) else ""
            lines = Content.styled(revealed(text), style).wrap(max(width - indent, 1))
            label = word.removeprefix(WARNING).ljust(indent)
            for line in lines or [Content("")]:
                rows.append(Content.assemble((label, "dim"), line))
                label = " " * indent
        return rows
