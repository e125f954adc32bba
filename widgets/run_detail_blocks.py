"""What the detail of an event is made of: facts, and texts that fold where they are long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich.segment import Segment

from app.terminal.line import styled_line
from app.terminal.text import safe_line, safe_text
from widgets.conversation.block import Block
from widgets.conversation.line import Line, estimate_height, wrap
from widgets.conversation.palette import Palette
from widgets.conversation.part import Part, RowPart, TextPart
from widgets.conversation.plain_text import PlainText
from widgets.facts import WARNING, Fact
from widgets.status import size
from widgets.text_view import revealed

Look = Literal["text", "dim", "output"]

HEAD, TAIL = 24, 8
"""Lines of a folded text that are shown at its beginning and its end."""
_AT_ONCE = 100  # lines of an output that are laid out together
_MOST = 1_000_000  # characters that are shown
_LONGEST = 8192  # bytes of a line of output


class FactsBlock(Block):
    """Facts below each other; a long one goes on below its own beginning.

    Args:
        facts: The facts.
        gap: Blank rows above.
    """

    def __init__(self, facts: Sequence[Fact], gap: int = 0) -> None:
        super().__init__()
        self.gap = gap
        self._facts = [
            (word.removeprefix(WARNING), revealed(text), word.startswith(WARNING)) for word, text in facts
        ]

    def copy(self) -> str:
        return "\n".join(f"{word}: {text}" for word, text, _ in self._facts)

    def guess(self, width: int) -> int:  # noqa: ARG002  # most fit into a row
        return len(self._facts)

    def parts(self) -> list[Part]:
        indent = max((len(word) for word, _, _ in self._facts), default=0) + 2
        gaps = [self.gap, *[0] * len(self._facts)]
        return [_FactPart(*fact, indent, gap) for fact, gap in zip(self._facts, gaps, strict=False)]


class FoldedText(Block):
    """A text under a heading. A long one is folded to its beginning and its end.

    Args:
        heading: What it is; untrusted, too.
        text: Untrusted.
        look: `output` has the colours of a terminal.

    Attributes:
        long: It can be folded.
    """

    role = "marker"

    def __init__(self, heading: str, text: str, look: Look) -> None:
        super().__init__()
        self._heading, self._look = safe_line(heading), look
        self._size = len(text)
        self._text = text[:_MOST].rstrip("\n")
        self.long = self._text.count("\n") > HEAD + TAIL or self._size > 8 * _LONGEST
        self.folded = self.foldable = self.long

    def copy(self) -> str:
        return safe_text(self._text)

    def guess(self, width: int) -> int:
        return HEAD + TAIL + 2 if self.folded else 1 + estimate_height(self._text, width)

    def parts(self) -> list[Part]:
        self.glyph = "▸" if self.folded else "▾" if self.long else " "
        head: Part = RowPart(self._head, self._end, self.gap)
        if not self._text:
            return [head, TextPart("nothing", "comment")]
        if not self.folded:
            rest = self._size - _MOST
            more = [TextPart(f"… {rest:,} characters more; p opens all", "comment")] if rest > 0 else []
            return [head, *self._body(self._text), *more]
        start, end = _ends(self._text)
        left_out = self._text[start + 1 : end]
        lines = left_out.count("\n")
        what = f"{lines:,} lines" if lines > 1 else f"{len(left_out):,} characters"
        note = TextPart(f"… {what} are folded; z unfolds …", "comment")
        return [head, *self._body(self._text[:start]), note, *self._body(self._text[end:])]

    def _body(self, text: str) -> Sequence[Part]:
        if self._look == "output":
            lines = text.split("\n")
            return [_OutputPart(lines[at : at + _AT_ONCE]) for at in range(0, len(lines), _AT_ONCE)]
        return PlainText(safe_text(text), self._look).parts

    def _head(self, palette: Palette) -> list[Segment]:
        return [Segment(self._heading, palette.style("heading"))]

    def _end(self, palette: Palette) -> list[Segment]:
        return [Segment(size(self._size), palette.style("dim"))] if self.long else []


class _FactPart(Part):
    """One fact, behind the word that says what it is."""

    __slots__ = ("_indent", "_text", "_warns", "_word")

    def __init__(self, word: str, text: str, warns: bool, indent: int, gap: int) -> None:
        super().__init__(gap)
        self._word, self._text, self._warns, self._indent = word, text, warns, indent

    def guess(self, width: int) -> int:
        return estimate_height(self._text, max(width - self._indent, 1))

    def compose(self, width: int, palette: Palette) -> list[Line]:
        style = palette.style("asks" if self._warns else "text")
        rows = wrap([(self._text.expandtabs(4), style)], max(width - self._indent, 1))
        words = (self._word, *[""] * (len(rows) - 1))
        return [
            row.behind([Segment(word.ljust(self._indent), palette.style("dim"))], self._indent)
            for word, row in zip(words, rows, strict=True)
        ]


class _OutputPart(Part):
    """Lines of output, in the colours that they ask for."""

    __slots__ = ("_lines",)

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self._lines = lines

    def guess(self, width: int) -> int:
        return sum(len(line) // max(width, 1) + 1 for line in self._lines)

    def compose(self, width: int, palette: Palette) -> list[Line]:
        rows: list[Line] = []
        for line in self._lines:
            drawn = styled_line(line.encode(errors="replace"), palette.text, _LONGEST)
            spans = [(segment.text, segment.style or palette.text) for segment in drawn]
            rows += wrap(spans, width, words=False)
        return rows


def _ends(text: str) -> tuple[int, int]:
    """Where the beginning of a folded text ends, and where its end begins."""
    start = min(_nth_newline(text, HEAD), 2 * _LONGEST)
    end = len(text)
    for _ in range(TAIL):
        newline = text.rfind("\n", start, end)
        if newline < 0 or len(text) - newline > 2 * _LONGEST:
            break
        end = newline
    return start, max(start, end + 1 if end < len(text) else len(text))


def _nth_newline(text: str, count: int) -> int:
    position = -1
    for _ in range(count):
        position = text.find("\n", position + 1)
        if position < 0:
            return len(text)
    return position
