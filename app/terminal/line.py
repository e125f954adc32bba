"""One line of a child's output, drawn."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style

from app.terminal.grammar import LEADING_MARKS, MARK_FLOOD, UNSAFE
from app.terminal.pen import Pen

_TAB = 8


def styled_line(line: bytes, base: Style, limit: int = 4096) -> list[Segment]:
    """Draw one line of untrusted output. No control character survives, and no bytes make it raise.

    A line that rewrites itself after a carriage return is drawn in its newest state. Colours are made anew
    from the numbers asked for; each line starts without any.

    Args:
        line: The bytes of the line, without its newline.
        base: The look of text without colour.
        limit: Most bytes that are drawn; an ellipsis stands for the rest.
    """
    line = line.rstrip(b"\r")
    newest = line[line.rfind(b"\r") + 1 :]
    text = newest[:limit].decode("utf-8", "replace")
    pen, style, segments = Pen(), base, list[Segment]()
    position = column = 0
    for match in UNSAFE.finditer(text):
        column += _draw(text[position : match.start()], style, column, segments)
        position = match.end()
        if match["style"] is not None:
            pen = pen.after(match["style"])
            style = pen.style(base)
        elif match["ending"] is not None:
            column += _draw(" ", style, column, segments)
    _draw(text[position:], style, column, segments)
    if len(newest) > limit:
        segments.append(Segment("…", base))
    return segments


def _draw(text: str, style: Style, column: int, segments: list[Segment]) -> int:
    """Append text that holds no control character but tabs; how many characters were added."""
    if not text.isascii():
        # Marks that follow a removed sequence have lost their letter, and could go on with a flood before it.
        text = MARK_FLOOD.sub(r"\1", LEADING_MARKS.sub("", text) if segments else text)
    if "\t" in text:
        before = " " * (column % _TAB)
        text = (before + text).expandtabs(_TAB)[len(before) :]
    if text:
        segments.append(Segment(text, style))
    return len(text)
