"""A tool call: one tight row; its diff and its output on request."""

from __future__ import annotations

from collections.abc import Iterator

from rich.segment import Segment

from app.terminal.text import safe_line, safe_text
from widgets.conversation.block import Block
from widgets.conversation.excerpt import Excerpt, excerpt
from widgets.conversation.line import estimate_height
from widgets.conversation.palette import Palette
from widgets.conversation.part import LineRoles, Part, RowPart, TextPart
from widgets.status import CallStatus
from widgets.text_view import revealed

_NAME_CELLS = 6


class ToolCallLine(Block):
    """A tool call.

    Args:
        name: Of the tool.
        title: What it is about to do; cut where it does not fit.
        status: Where it stands.
        detail: At the right end: a duration, a size.
        output: What it wrote; only head and tail are kept.
        diff: A unified diff of what it changed; only head and tail are kept.
    """

    foldable, gap = True, 0

    def __init__(
        self,
        name: str,
        title: str,
        status: CallStatus = CallStatus.RUNNING,
        detail: str = "",
        output: str = "",
        diff: str = "",
    ) -> None:
        super().__init__()
        self.name = safe_line(name)
        self.status = status
        self._title = self._detail = ""
        self._output = self._diff = Excerpt()
        self.update(title=title, detail=detail, output=output, diff=diff)

    def update(
        self,
        status: CallStatus | None = None,
        *,
        title: str | None = None,
        detail: str | None = None,
        output: str | None = None,
        diff: str | None = None,
    ) -> None:
        """Change what is given; the rest stays."""
        self.status = status or self.status
        if title is not None:
            self._title = revealed(title)
        if detail is not None:
            self._detail = safe_line(detail)
        if output is not None:
            self._output = _safe_excerpt(output)
        if diff is not None:
            self._diff = _safe_excerpt(diff)
        self.glyph, self.role = self.status.glyph, self.status.value
        self.changed()

    def copy(self) -> str:
        return "\n".join(filter(None, (f"{self.name} {self._title}", str(self._diff), str(self._output))))

    def guess(self, width: int) -> int:
        if self.folded:
            return 1
        return 1 + estimate_height(str(self._diff), width) + estimate_height(str(self._output), width)

    def parts(self) -> list[Part]:
        parts: list[Part] = [RowPart(self._head, self._end, self.gap)]
        if not self.folded:
            parts += _excerpt_parts(self._diff, _diff_roles, _change_roles)
            parts += _excerpt_parts(self._output, "dim", "dim")
            if len(parts) == 1:
                parts.append(TextPart("no output", "comment"))
        return parts

    def _head(self, palette: Palette) -> list[Segment]:
        name = Segment(self.name.ljust(_NAME_CELLS) + " ", palette.style("strong"))
        return [name, Segment(self._title, palette.style("dim"))]

    def _end(self, palette: Palette) -> list[Segment]:
        return [Segment(self._detail, palette.style("dim"))] if self._detail else []


def _safe_excerpt(text: str) -> Excerpt:
    """Cut first, then made safe: the cost does not grow with what is left out."""
    kept = excerpt(text)
    return Excerpt(safe_text(kept.head), kept.left_out, safe_text(kept.tail))


def _excerpt_parts(kept: Excerpt, role: LineRoles, tail_role: LineRoles) -> list[Part]:
    if not kept.head:
        return []
    parts: list[Part] = [TextPart(kept.head, role, words=False)]
    if kept.left_out:
        parts.append(TextPart(f"… {kept.left_out} left out …", "comment"))
        parts.append(TextPart(kept.tail, tail_role, words=False))
    return parts


def _diff_roles(lines: list[str]) -> Iterator[str]:
    """Roles of a unified diff: until the first hunk come names of files, which begin like changes."""
    names = True
    for line in lines:
        names = names and not line.startswith("@@")
        yield "dim" if names else _CHANGES.get(line[:1], "text")


def _change_roles(lines: list[str]) -> Iterator[str]:
    return (_CHANGES.get(line[:1], "text") for line in lines)


_CHANGES = {"+": "added", "-": "removed", "@": "marker", "\\": "dim"}
