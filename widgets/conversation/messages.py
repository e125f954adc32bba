"""What people, the model and the workbench say in plain text."""

from __future__ import annotations

from rich.segment import Segment

from app.terminal.text import safe_text
from widgets.conversation.block import Block
from widgets.conversation.incoming import Incoming
from widgets.conversation.line import estimate_height
from widgets.conversation.palette import Palette
from widgets.conversation.part import Part, RowPart
from widgets.conversation.plain_text import PlainText


class _Plain(Block):
    """Text that is complete and in one style."""

    def __init__(self, text: str, role: str) -> None:
        super().__init__()
        self.text, self.role = safe_text(text), role

    def copy(self) -> str:
        return self.text

    def guess(self, width: int) -> int:
        return estimate_height(self.text, width)

    def parts(self) -> list[Part]:
        return PlainText(self.text, self.role, self.gap).parts


class UserMessage(_Plain):
    """What a person said."""

    glyph = ">"

    def __init__(self, text: str) -> None:
        super().__init__(text, "user")


class Notice(_Plain):
    """A remark of the workbench.

    Args:
        text: What it says; may quote untrusted text.
        role: A role of the palette: dim, asks, failed, ...
    """

    glyph = "!"

    def __init__(self, text: str, role: str = "dim") -> None:
        super().__init__(text, role)


class Thinking(Block):
    """Reasoning of the model, folded to one row until asked for.

    Args:
        text: What there is of it.
        seconds: How long it has taken, None if nobody knows; whoever measures it sets the attribute anew.
        streaming: More will come.
    """

    glyph, foldable = "✻", True

    def __init__(self, text: str = "", *, seconds: float | None = None, streaming: bool = False) -> None:
        super().__init__()
        self.seconds, self.streaming = seconds, streaming
        self._incoming = Incoming()
        self._pieces: list[str] = []
        self._plain: PlainText | None = None
        self.append(text)
        if not streaming:
            self.close(seconds)

    def append(self, text: str) -> None:
        """Add streamed text, in any split."""
        if safe := self._incoming.feed(text):
            self._add(safe)

    def close(self, seconds: float | None) -> None:
        """The reasoning is complete: it took this long, and folds."""
        self._add(self._incoming.finish())
        self._pieces = [self.copy()]
        self.seconds, self.streaming, self.folded = seconds, False, True
        self.changed()

    def copy(self) -> str:
        return "".join(self._pieces)

    def guess(self, width: int) -> int:
        return 1 if self.folded else 1 + estimate_height(self.copy(), width)

    def parts(self) -> list[Part]:
        head = RowPart(self._head, gap=self.gap)
        if self.folded:
            return [head]
        if self._plain is None:
            self._plain = PlainText(self.copy(), "dim")
        return [head, *self._plain.parts]

    def release(self) -> None:
        self._plain = None
        super().release()

    def _add(self, text: str) -> None:
        self._pieces.append(text)
        if self._plain is not None:
            self._plain.append(text)
        self.changed()

    def _head(self, palette: Palette) -> list[Segment]:
        style = palette.style("dim") + palette.emphasis
        if not self.streaming:
            return [
                Segment("Thought" if self.seconds is None else f"Thought for {self.seconds:.1f} s", style)
            ]
        row = [Segment(f"Thinking… {self.seconds or 0:.0f} s", style)]
        if self.folded and (last := self._last_line()):
            row.append(Segment(f"  {last}", palette.style("dim")))
        return row

    def _last_line(self) -> str:
        """The end of what has come so far."""
        recent = "".join(self._pieces[-64:])[-2048:]
        return recent.rstrip().rpartition("\n")[2].replace("\t", " ")
