"""What the model answers: markdown, possibly still arriving."""

from __future__ import annotations

from rich.segment import Segment

from widgets.conversation.block import Block
from widgets.conversation.document import Document
from widgets.conversation.incoming import Incoming
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
        self._size = self._newlines = 0
        self._waiting: list[str] = []  # safe text that is not parsed yet
        self._discarded: str | None = None
        self._document = Document(self.gap)
        self.stack.replace(self._document.parts)
        self.append(text)
        if not streaming:
            self.close()

    def append(self, text: str) -> None:
        """Add streamed text, in any split."""
        self._take(self._incoming.feed(text))

    def close(self) -> None:
        """The text is complete."""
        self._take(self._incoming.finish())
        self.streaming = False
        self.changed()

    def discard(self, reason: str = "the answer broke off") -> None:
        """Set aside what has come: it is folded away and struck through. The next try is another message.

        Args:
            reason: Why, in our own words.
        """
        self.close()
        self._begin()
        self._discarded = reason
        self.glyph, self.role = "⊘", "waits"
        self.foldable, self.folded = self._size > 0, True

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

    def release(self) -> None:
        if self.streaming:
            self.stack.forget()
        else:
            self._begin()

    def estimate(self, width: int) -> int:
        return super().estimate(width) if self._size or self._discarded is not None else 0

    def guess(self, width: int) -> int:
        if self._discarded is not None and self.folded:
            return 1
        return self._newlines + self._size // max(width, 1) + 1

    def _begin(self) -> None:
        """Parse from the beginning, when it is seen."""
        self._waiting = [self.copy()]
        self._document = Document(self.gap)
        self.stack.replace(self._document.parts)
        self.changed()

    def _take(self, text: str) -> None:
        if text:
            self._waiting.append(text)
            self._size += len(text)
            self._newlines += text.count("\n")
            self.changed()

    def _discarded_head(self, palette: Palette) -> list[Segment]:
        size = f"{self._size:,} characters"
        return [Segment(f"set aside: {self._discarded} · {size}", palette.style("dim") + palette.emphasis)]
