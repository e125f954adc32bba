"""Laid-out lines: breaking styled text into rows that fit, cutting it to one row."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len, get_character_cell_size, set_cell_size, split_graphemes
from rich.segment import Segment
from rich.style import Style

Span = tuple[str, Style]


class Line(NamedTuple):
    """One row of a block.

    Args:
        segments: What is drawn, without the gutter.
        indent: Leading characters that are decoration: they are not copied.
        joint: What stood between the row above and this one where one line was wrapped; else None.
        fill: The style of the rest of the row, if it is not that of the widget.
    """

    segments: list[Segment]
    indent: int = 0
    joint: str | None = None
    fill: Style | None = None

    @property
    def text(self) -> str:
        """The row without its styles."""
        return "".join(segment.text for segment in self.segments)

    def behind(self, prefix: list[Segment], indent: int) -> Line:
        """The row moved right by a prefix of which `indent` characters are decoration."""
        return Line([*prefix, *self.segments], indent, self.joint, self.fill)


BLANK = Line([])


def wrap(spans: list[Span], width: int, *, words: bool = True) -> list[Line]:
    """Break one logical line of styled text.

    Args:
        spans: The text; it holds no newline and no tab.
        width: Cells to fit in.
        words: Break at blanks where there are some.

    Returns:
        At least one row.
    """
    width = max(width, 2)
    text = "".join(part for part, _ in spans)
    breaks = _breaks(text, width, words) if len(text) * 2 > width else []
    if not breaks:
        return [Line([Segment(part, style) for part, style in spans if part])]
    rows: list[Line] = []
    row: list[Segment] = []
    joint: str | None = None
    position, targets = 0, iter(breaks)
    target = next(targets)
    for span, style in spans:
        part = span
        while position + len(part) >= target:
            row.append(Segment(part[: target - position], style))
            blanks = _take_blanks(row) if words else ""
            rows.append(Line(row, 0, joint))
            row, joint, part = [], blanks, part[target - position :]
            position, target = target, next(targets, 1 << 62)
        if part:
            row.append(Segment(part, style))
            position += len(part)
    if row:
        rows.append(Line(row, 0, joint))
    return rows


def _take_blanks(row: list[Segment]) -> str:
    """Take the blanks off the end of a row; returns them."""
    taken = ""
    while row and (text := row[-1].text) != (kept := text.rstrip(" ")):
        taken = text[len(kept) :] + taken
        last = row.pop()
        if kept:
            row.append(Segment(kept, last.style))
    return taken


def _breaks(text: str, width: int, words: bool) -> list[int]:
    """Where rows after the first begin."""
    breaks: list[int] = []
    end = len(text)
    if text.isascii() or (cell_len(text) == end and all(get_character_cell_size(c) == 1 for c in set(text))):
        position = 0
        while end - position > width:
            blank = text.rfind(" ", position + 1, position + width + 1) if words else -1
            position = blank + 1 if blank > position else position + width
            while words and position < end and text[position] == " ":
                position += 1
            breaks.append(position)
        return breaks
    row = cells = after_blank = cells_after_blank = 0
    for start, stop, size in split_graphemes(text)[0]:
        blank_here = words and text[start:stop] == " "
        while cells + size > width and start > row and not blank_here:
            if after_blank > row:
                row, cells = after_blank, cells - cells_after_blank
            else:
                row, cells = start, 0
            cells_after_blank = 0
            breaks.append(row)
        cells += size
        if blank_here:
            after_blank, cells_after_blank = stop, cells
    if cells > width:  # only blanks at the end may stick out
        breaks.append(end)
    return breaks


def split_spans(spans: list[Span]) -> list[list[Span]]:
    """Split styled text at its newlines."""
    lines: list[list[Span]] = [[]]
    for text, style in spans:
        head, *rest = text.split("\n")
        if head:
            lines[-1].append((head, style))
        for piece in rest:
            lines.append([(piece, style)] if piece else [])
    return lines


def cut(segments: list[Segment], width: int) -> list[Segment]:
    """Cut a row to `width` cells; an ellipsis stands for what is left out."""
    row: list[Segment] = []
    room = width
    for segment in segments:
        if segment.cell_length > room:
            while room < 1 and row:  # the cell for the ellipsis comes off what is already there
                text, style, _ = row.pop()
                room += cell_len(text)
                segment = Segment(text, style)  # noqa: PLW2901  # the piece that is left
            row.append(Segment(set_cell_size(segment.text, max(room - 1, 0)) + "…", segment.style))
            break
        row.append(segment)
        room -= segment.cell_length
    return row


def estimate_height(text: str, width: int) -> int:
    """A cheap guess of the rows that `text` takes."""
    return text.count("\n") + len(text) // max(width, 1) + 1
