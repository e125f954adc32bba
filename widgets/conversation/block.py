"""One entry of a conversation. A block knows its text and its parts, and nothing of the screen."""

from __future__ import annotations

from abc import ABC, abstractmethod

from rich.segment import Segment

from widgets.conversation.line import estimate_height
from widgets.conversation.palette import Palette
from widgets.conversation.part import Part, RowPart, TextPart
from widgets.conversation.stack import Stack

PIECE = 4096
"""Characters of plain text that are laid out at once."""


class Block(ABC):
    """One entry of a conversation."""

    glyph = " "
    role = "dim"
    """Of the glyph."""
    gap = 1
    """Blank rows above."""
    foldable = False

    def __init__(self) -> None:
        self.index = -1
        """The place in the conversation, which sets it; below zero outside of one."""
        self.folded = True
        self.stack = Stack()
        self._stale = True

    @abstractmethod
    def copy(self) -> str:
        """The text that a person who copies the block wants. Never raises."""

    @abstractmethod
    def parts(self) -> list[Part]:
        """What is to be shown now; the first part has the gap of the block."""

    @abstractmethod
    def guess(self, width: int) -> int:
        """A cheap height for a block that nobody has seen, without its gap."""

    def toggle(self) -> None:
        """Fold or unfold."""
        self.folded = not self.folded
        self.changed()

    def changed(self) -> None:
        """What is to be shown has changed."""
        self._stale = True

    def prepare(self) -> None:
        """Bring the parts up to date."""
        if self._stale:
            self.stack.replace(self.parts())
            self._stale = False

    def estimate(self, width: int) -> int:
        """A height that costs no layout."""
        return self.gap + self.guess(width) if self._stale else self.stack.measure(width)


class PlainText:
    """Plain text as parts of limited size, so that a long text is laid out where it is seen. It may grow."""

    def __init__(self, text: str, role: str, gap: int = 0) -> None:
        self.parts: list[Part] = []
        self._role, self._gap = role, gap
        self._last = ""
        self._joint: str | None = None
        self.append(text)

    def append(self, text: str) -> int:
        """Add text; returns the index of the first part that changed."""
        first = max(len(self.parts) - 1, 0)
        del self.parts[first:]
        self._last += text
        start = 0
        while len(self._last) - start > PIECE:
            newline = self._last.rfind("\n", start, start + PIECE)
            if newline >= 0:
                self._add(self._last[start:newline])
                start, self._joint = newline + 1, None
                continue
            blank = self._last.rfind(" ", start + PIECE // 2, start + PIECE)
            piece = self._last[start : blank + 1 if blank >= 0 else start + PIECE]
            text = piece.rstrip(" ")
            self._add(text)
            start, self._joint = start + len(piece), piece[len(text) :]
        self._last = self._last[start:]
        self._add(self._last)
        return first

    def _add(self, text: str) -> None:
        gap = 0 if self.parts else self._gap
        self.parts.append(TextPart(text, self._role, gap=gap, joint=self._joint))


class Fallback(Block):
    """Stands for a block that could not be laid out: its plain text."""

    def __init__(self, original: Block, error: Exception) -> None:
        super().__init__()
        self.index, self.gap = original.index, original.gap
        self.glyph, self.role = original.glyph, original.role
        self._original, self._reason = original, type(error).__name__

    def copy(self) -> str:
        return self._original.copy()

    def guess(self, width: int) -> int:
        return 1 + estimate_height(self.copy(), width)

    def parts(self) -> list[Part]:
        return [RowPart(self._head, gap=self.gap), *PlainText(self.copy(), "text").parts]

    def _head(self, palette: Palette) -> list[Segment]:
        return [Segment(f"shown as it came: {self._reason} in its layout", palette.style("dim"))]
