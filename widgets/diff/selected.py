"""What is selected of a diff: text without numbers and signs, and of one side only."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from widgets.diff.hunk_lines import HunkLines
from widgets.diff.painter import RIGHT, TEXT
from widgets.diff.rows import Row, Rows
from widgets.highlight import highlighted

_END = RIGHT - 2 * TEXT


def span_of(selection: Selection, row: int) -> tuple[bool, int, int] | None:
    """What is selected of the text in a row: if on the right, its first character, the one after its last.

    Args:
        selection: Rows and characters, as the painter numbers them.
        row: The number of the row.
    """
    if (span := selection.get_span(row)) is None:
        return None
    right = selection.start is not None and selection.start.x >= RIGHT
    first = TEXT + (RIGHT if right else 0)
    start, end = span[0] - first, _END if span[1] < 0 else span[1] - first
    return right, max(start, 0), min(end, _END)


def with_selected(widget: Widget, strip: Strip, selection: Selection | None, row: int) -> Strip:
    """A row, what is selected of its text on another background.

    Args:
        widget: Whose row it is.
        strip: The row; its parts know which characters they hold.
        selection: Rows and characters.
        row: The number of the row.
    """
    if selection is None or (span := span_of(selection, row)) is None:
        return strip
    right, start, end = span
    first = TEXT + (RIGHT if right else 0)
    style = Style(bgcolor=widget.screen.get_component_rich_style("screen--selection").bgcolor)
    parts: list[Strip] = []
    for segment in strip:
        at = segment.style.meta.get("offset", (-1, -1))[0] - first if segment.style else -1
        part = Strip([segment])
        if 0 <= at < _END:
            part = highlighted(part, [(start - at, end - at, style)]).apply_offsets(at + first, row)
        parts.append(part)
    return Strip.join(parts)


def selected_text(rows: Rows, hunks: Sequence[HunkLines], selection: Selection) -> str:
    """The selected text.

    Args:
        rows: What is shown where.
        hunks: Of all files.
        selection: Rows and characters.
    """
    first = selection.start.y if selection.start else 0
    last = min(selection.end.y if selection.end else rows.total - 1, rows.total - 1)
    texts: list[str] = []
    for number in range(first, last + 1):
        row = rows[number]
        if row.kind == "line" and (span := span_of(selection, number)) is not None:
            right, start, end = span
            text = _text(row, hunks[row.hunk], split=rows.split, right=right)
            if text is not None:
                texts.append(text[start : max(end, start)])
    return "\n".join(texts)


def _text(row: Row, hunk: HunkLines, *, split: bool, right: bool) -> str | None:
    """The text of a row on one side, if there is any."""
    left_line, right_line, piece = row.line
    line = (right_line if right else left_line) if split else max(left_line, right_line)
    return hunk.text(line, piece) if line >= 0 else None
