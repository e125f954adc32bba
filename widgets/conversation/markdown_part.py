"""A part of a markdown text: one paragraph, list item, fence, table, ..."""

from __future__ import annotations

import re

from widgets.conversation.highlight import CodeLine
from widgets.conversation.line import BLANK, Line, estimate_height
from widgets.conversation.palette import Palette
from widgets.conversation.part import Part
from widgets.conversation.writer import code_rows, render

_OPEN_FENCE = re.compile(r" {0,3}(`{3,})([^`\n]*)\n| {0,3}(~{3,})([^\n]*)\n")


class MarkdownPart(Part):
    """The unit of layout of a markdown text.

    Args:
        source: Safe text.
        kind: The type of its first token.
        ordinal: The number of an item in an ordered list.
        gap: Blank rows above.
        joint: What stood between it and the part above in one paragraph that was split.
    """

    def __init__(
        self, source: str, kind: str, ordinal: int | None = None, gap: int = 1, joint: str | None = None
    ) -> None:
        super().__init__(gap, joint)
        self.source, self.kind, self.ordinal = source, kind, ordinal
        self.colours: list[CodeLine] | None = None
        self._final_rows = 0  # while growing: rows that stay as they are,
        self._final_source = 0  # and the source that they show

    def key(self) -> tuple[object, ...]:
        """Parts with the same key look the same."""
        source = self.source.rstrip("\n") if self.kind == "paragraph_open" else self.source
        return source, self.kind, self.ordinal, self.gap, self.joint

    def guess(self, width: int) -> int:
        return estimate_height(self.source.strip("\n"), width)

    def compose(self, width: int, palette: Palette) -> list[Line]:
        return render(self.source, width, palette, self.ordinal, self.colours)

    def lay_out(self, width: int, palette: Palette) -> list[Line]:
        if not self.growing:
            return super().lay_out(width, palette)
        if self.lines is None or self.width != width:
            self.lines = [BLANK] * self.gap
            self._final_rows, self._final_source = self.gap, self.source.index("\n") + 1
        del self.lines[self._final_rows :]
        complete, newline, tail = self.source[self._final_source :].rpartition("\n")
        if newline:
            self.lines += code_rows(complete.split("\n"), width, palette)
            self._final_rows, self._final_source = len(self.lines), len(self.source) - len(tail)
        if tail or len(self.lines) == self.gap:
            self.lines += code_rows([tail], width, palette)
        self.width, self.height = width, len(self.lines)
        return self.lines

    def grow(self) -> None:
        """Take the part for a fence that is still open, if it is one: only its new rows are laid out."""
        if self.kind == "fence" and (opening := _OPEN_FENCE.match(self.source)):
            mark = opening[1] or opening[3]
            closing = rf"^ {{0,3}}{re.escape(mark)}{mark[0]}*[ \t]*$"
            self.growing = re.search(closing, self.source[opening.end() :], re.MULTILINE) is None

    def may_close(self, text: str) -> bool:
        """Whether an open fence may end where `text` comes after it."""
        mark = self.source.lstrip(" ")[0]
        return mark * 3 in self.source[self.source.rfind("\n") + 1 :] + text

    def end(self) -> None:
        """No more text will come."""
        if self.growing:
            self.growing, self.lines = False, None

    def fence(self) -> tuple[str, str] | None:
        """Language and code of a fence that is closed and plain."""
        if self.kind != "fence" or self.growing or self.colours is not None:
            return None
        if not (opening := _OPEN_FENCE.match(self.source)):
            return None
        language = (opening[2] or opening[4] or "").strip().partition(" ")[0].lower()
        code = self.source[opening.end() :].rstrip("\n").rpartition("\n")[0]
        return language, code.expandtabs(4)

    def colour(self, colours: list[CodeLine]) -> None:
        """Show a fence in these colours."""
        self.colours, self.lines = colours, None
