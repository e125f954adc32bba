"""One entry of a conversation. A block knows its text and its parts, and nothing of the screen."""

from __future__ import annotations

from abc import ABC, abstractmethod

from rich.segment import Segment

from widgets.conversation.line import estimate_height
from widgets.conversation.palette import Palette
from widgets.conversation.part import Part, RowPart
from widgets.conversation.plain_text import PlainText
from widgets.conversation.stack import Stack


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
        return self.gap + self.guess(width)

    def release(self) -> None:
        """Drop what can be made again."""
        self.stack.replace(())
        self._stale = True


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
