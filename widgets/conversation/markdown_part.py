"""A part of a markdown text: one paragraph, list item, row of a table, stretch of code, ..."""

from __future__ import annotations

from widgets.conversation.cuts import CODE_ROWS, Start
from widgets.conversation.fence import Fence
from widgets.conversation.line import Line, estimate_height
from widgets.conversation.markdown import parse_blocks
from widgets.conversation.palette import Palette
from widgets.conversation.part import Part
from widgets.conversation.table import Columns
from widgets.conversation.writer import render


class MarkdownPart(Part):
    """The unit of layout of a markdown text.

    Args:
        source: Safe text.
        kind: The type of its block.
        start: How it begins.
    """

    __slots__ = ("_look", "columns", "fence", "kind", "reach", "source", "start")

    def __init__(self, source: str, kind: str, start: Start) -> None:
        super().__init__(0 if start.level else start.gap, start.joint)  # an inner gap may show a quote
        self.source, self.kind, self.start = source, kind, start
        self.columns: Columns | None = None
        self.reach: tuple[int, ...] = ()
        """How wide its columns and those of the rows above it are."""
        self.fence: Fence | None = None
        self._look: object = None  # of the rows that are there

    def key(self) -> tuple[object, ...]:
        """Parts with the same key look the same."""
        source = self.source.rstrip("\n") if self.kind == "paragraph_open" else self.source
        return source, self.kind, self.start

    def guess(self, width: int) -> int:
        return self.start.gap - self.gap + estimate_height(self.source.strip("\n"), width)

    def is_laid_out(self, width: int) -> bool:
        return super().is_laid_out(width) and self._look == self._shared_look()

    def lay_out(self, width: int, palette: Palette) -> list[Line]:
        if (look := self._shared_look()) != self._look:
            self._look, self.lines = look, None
        return super().lay_out(width, palette)

    def compose(self, width: int, palette: Palette) -> list[Line]:
        widths = self.columns.widths if self.columns else None
        colours = self.fence.colours if self.fence else None
        if colours is not None:
            colours = colours[self.start.code_line : self.start.code_line + CODE_ROWS]
        return render(self.source, width, palette, self.start, widths=widths, colours=colours)

    def code(self) -> str:
        """The code of a part of a fence."""
        for token in parse_blocks(self.start.context + self.source):
            if token.type == "fence":
                return token.content.removesuffix("\n").expandtabs(4)
        return ""

    def _shared_look(self) -> object:
        """What other parts may change."""
        if self.columns is not None:
            return self.columns.widths
        return self.fence.version if self.fence is not None else None
