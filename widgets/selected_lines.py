"""The text of selected lines of an output."""

from __future__ import annotations

from textual.selection import Selection

from widgets.drawn_line import drawn_text
from widgets.output_source import OutputSource

_MOST = 1_000_000  # characters, beyond which the start is left out
_STEP = 500  # lines that are read at once


def selected_text(source: OutputSource, selection: Selection) -> str:
    """The selected text, or its end if it is long. Only the lines of that are read.

    Args:
        source: The output.
        selection: Lines and characters.
    """
    start, end = selection
    first = start.y if start else 0
    top = end.y + 1 if end else source.total_lines()[0]
    texts: list[str] = []
    length = 0
    while first < top and length < _MOST:
        bottom, top = top, max(first, top - _STEP)
        step = [drawn_text(line) for line in source.lines(top, bottom)]
        if end and bottom == end.y + 1 and len(step) == bottom - top:
            step[-1] = step[-1][: end.x]
        texts[:0] = step
        length += sum(map(len, step))
    if start and texts and top == first:
        texts[0] = texts[0][start.x :]
    return "\n".join(texts)
