"""What the model answers: markdown, possibly still arriving."""

from __future__ import annotations

from rich.segment import Segment

from widgets.conversation.block import Block
from widgets.conversation.document import Document
from widgets.conversation.incoming import Incoming
from widgets.conversation.line import estimate_height
from widgets.conversation.palette import Palette
from widgets.conversation.part import Part, RowPart
from widgets.conversation.plain_text import PlainText


class AssistantMessage(Block):
    """An answer. Its text is parsed when it is first seen, and laid out part by part.

    Args:
        text: What there is of it.
        streaming: More will come.
    """

    role = "text"

    def __init__(self, text: str = "", *, streaming: bool = False) -> None:
        super().__init__()
        self.streaming = streaming
        self._incoming = Incoming()
        self._waiting: list[str] = []  # safe text that is not parsed yet
        self._document = Document(self.gap)
        self._discarded: str | None = None
        self.stack.replace(self._document.parts)
        self.append(text)
        if not streaming:
            self.close()

    def append(self, text: str) -> None:
        """Add streamed text, in any split."""
        if safe := self._incoming.feed(text):
            self._waiting.append(safe)
            self.changed()

    def close(self) -> None:
        """The text is complete."""
        if rest := self._incoming.finish():
            self._waiting.append(rest)
        self.streaming = False
        self.changed()

    def discard(self, reason: str = "the answer broke off") -> None:
        """Set aside what has come: it is folded away and struck through. The next try is another message.

        Args:
            reason: Why, in our own words.
        """
        self.close()
        text = self.copy()
        self._discarded, self._document, self._waiting = reason, Document(), [text]
        self.glyph, self.role = "⊘", "waits"
        self.foldable, self.folded = bool(text), True
        self.changed()

    def copy(self) -> str:
        return self._document.source + "".join(self._waiting)

    def parts(self) -> list[Part]:
        """Of an answer that was set aside."""
        text = self.copy()
        head = RowPart(self._discarded_head, gap=self.gap)
        return [head] if self.folded else [head, *PlainText(text, "struck").parts]

    def prepare(self) -> None:
        if self._discarded is not None:
            super().prepare()
            return
        if not self._stale:
            return
        text, self._waiting = "".join(self._waiting), []
        first = self._document.append(text)
        if not self.streaming:
            first = min(first, self._document.close())
        self.stack.changed_from(first)
        self._stale = False

    def estimate(self, width: int) -> int:
        if self._discarded is not None:
            return super().estimate(width)
        known = self.stack.measure(width)
        if not self._waiting:
            return known
        text = "".join(self._waiting)
        return known + (0 if known else self.gap) + estimate_height(text, width) + text.count("\n\n") // 8

    def guess(self, width: int) -> int:
        return 1 if self.folded else 1 + estimate_height(self.copy(), width)

    def _discarded_head(self, palette: Palette) -> list[Segment]:
        size = f"{len(self.copy()):,} characters"
        return [Segment(f"set aside: {self._discarded} · {size}", palette.style("dim") + palette.emphasis)]
