"""Lines of plain text, drawn as they are needed: a command, a diff, the result of a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from app.terminal.text import safe_text

Role = Literal["plain", "dim", "strong", "added", "removed", "hunk"]


class TextView(ScrollView, can_focus=True):
    """A scrolling view of lines, each in one style. Lines of a diff are coloured by their first character."""

    DEFAULT_CSS = """
    TextView {
        height: 1fr; background: $background; color: $foreground;
        overflow-x: auto; overflow-y: auto; scrollbar-size: 1 1;
        & .text-view--dim { color: $text-muted; }
        & .text-view--strong { text-style: bold; }
        & .text-view--added { color: $text-success; }
        & .text-view--removed { color: $text-error; }
        & .text-view--hunk { color: $text-accent; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "text-view--dim",
        "text-view--strong",
        "text-view--added",
        "text-view--removed",
        "text-view--hunk",
    }
    LONGEST = 4096  # characters of one line that are drawn

    def __init__(self, lines: Sequence[tuple[str, Role]] = (), *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines = list(lines)

    def on_mount(self) -> None:
        """Learn how far one can scroll."""
        self._measure()

    def show(self, lines: Sequence[tuple[str, Role]]) -> None:
        """Show other lines."""
        self._lines = list(lines)
        self._measure()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        x, top = self.scroll_offset
        width = self.size.width
        if top + y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        text, role = self._lines[top + y]
        style = self.rich_style if role == "plain" else self.get_component_rich_style(f"text-view--{role}")
        strip = Strip([Segment(text, style)]).crop_extend(x, x + width, self.rich_style)
        return strip.apply_offsets(x, top + y)

    def _measure(self) -> None:
        width = max((len(text) for text, _ in self._lines), default=0)
        self.virtual_size = Size(width, len(self._lines))


def plain(text: str, role: Role = "plain") -> list[tuple[str, Role]]:
    """The lines of an untrusted text, all in one style."""
    return [
        (line.expandtabs(8)[: TextView.LONGEST], role) for line in safe_text(text).rstrip("\n").split("\n")
    ]


def diff(text: str) -> list[tuple[str, Role]]:
    """The lines of a unified diff, coloured by what they do."""
    return [(line, _role(line)) for line, _ in plain(text)] if text else []


def _role(line: str) -> Role:
    match line[:1]:
        case _ if line.startswith(("+++ ", "--- ")):
            return "dim"
        case "+":
            return "added"
        case "-":
            return "removed"
        case "@":
            return "hunk"
        case _:
            return "plain"
