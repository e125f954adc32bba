"""Rows of a diff to strips."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from widgets.conversation.highlight import CodeLine
from widgets.conversation.line import cut
from widgets.diff.changes import changed_spans
from widgets.diff.hunk_lines import HunkLines, LineRow, Side
from widgets.diff.palette import Palette
from widgets.highlight import Span, highlighted

MORE = "›"
TEXT = 64
"""Where the text of a row begins, in the characters that the mouse selects; before it is the gutter."""
RIGHT = 100_000
"""Where the right side begins, in the same characters."""

_BAR = "▌"
_SIGNS = {"context": " ", "added": "+", "removed": "-"}
_ESCAPE = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[rnt])")
_UNENDED = "  no newline at the end"

Colouring = Callable[[HunkLines, Side, int], CodeLine | None]


class Mark(NamedTuple):
    """What a person has decided about a hunk.

    Args:
        glyph: At the left of its heading.
        role: Of the palette, for the glyph and the remark.
        remark: At the right of its heading.
        dim: Nothing comes of the hunk.
    """

    glyph: str = ""
    role: str = "note"
    remark: str = ""
    dim: bool = False


NO_MARK = Mark()


class ShownLine(NamedTuple):
    """A row of a hunk, and where it is.

    Args:
        hunk: The hunk.
        row: The row of it.
        mark: What was decided about the hunk.
        bar: The style of the bar at its left, if it is the current one.
        number: Of the row in the whole diff.
    """

    hunk: HunkLines
    row: LineRow
    mark: Mark
    bar: Style | None
    number: int


class Shape(NamedTuple):
    """What there is room for.

    Args:
        width: Cells of a row.
        left: Cells of the text that are scrolled out of view.
        digits: Of the highest line number.
        split: The old and the new file stand side by side.
        brief: A line has one number, that of the file it is in.
    """

    width: int
    left: int
    digits: int
    split: bool
    brief: bool = False

    @property
    def gutter(self) -> int:
        """Cells before the text: of the numbers, the sign, and what separates them."""
        return self.digits + 3 if self.split or self.brief else 2 * self.digits + 4

    @property
    def text(self) -> int:
        """Cells of the text; of either side."""
        sides = (self.width - 2) // 2 if self.split else self.width - 1
        return max(sides - self.gutter, 1)


class RowPainter:
    """Draws rows of one shape.

    Args:
        palette: The styles.
        shape: What there is room for.
        colouring: Gives the colours of code.
        searched: Spans that were searched for, of a line of a hunk.
    """

    def __init__(
        self,
        palette: Palette,
        shape: Shape,
        colouring: Colouring,
        searched: Callable[[HunkLines, int, str], list[Span]],
    ) -> None:
        self.palette = palette
        self.shape = shape
        self._colouring = colouring
        self._searched = searched

    def file(self, name: str, added: int, removed: int) -> Strip:
        """The name of a file, and how much of it changes."""
        style = self.palette.text + self.palette.file
        figures = [
            Segment(f"+{added:,}", style + self.palette.added_sign),
            Segment(" ", style),
            Segment(f"-{removed:,} ", style + self.palette.removed_sign),
        ]
        return self._with_right([Segment(f" {name}", style)], figures if added or removed else [], style)

    def note(self, text: str) -> Strip:
        """What there is to say of a file."""
        style = self.palette.text + self.palette.note
        return Strip(cut([Segment(" " + text, style)], self.shape.width)).extend_cell_length(
            self.shape.width, style
        )

    def heading(self, spans: str, heading: str, mark: Mark, bar: Style | None) -> Strip:
        """Where a hunk is, and what was decided about it."""
        style = self.palette.text + self.palette.hunk
        decided = style + getattr(self.palette, mark.role)
        glyph = [Segment(f"{mark.glyph} ", decided)] if mark.glyph else []
        left = [
            Segment(_BAR if bar else " ", style + bar if bar else style),
            *glyph,
            Segment(spans, style),
            Segment(f"  {heading}" if heading else "", style + Style(bold=True)),
        ]
        return self._with_right(left, [Segment(f"{mark.remark} ", decided)] if mark.remark else [], style)

    def line(self, shown: ShownLine) -> Strip:
        """A line of a hunk; or as it was, and beside it as it becomes."""
        left, right, _ = shown.row
        strips = [self._bar(shown)]
        if self.shape.split:
            strips += self._side(shown, left, "old", 0)
            strips.append(Strip([Segment("│", self.palette.text + self.palette.rule)]))
            strips += self._side(shown, right, "new", RIGHT)
        elif right < 0:
            strips += self._side(shown, left, "old", 0)
        else:
            strips += self._side(shown, right, "new", 0)
        return Strip.join(strips).extend_cell_length(self.shape.width, self.palette.text)

    def _side(self, shown: ShownLine, line: int, side: Side, first: int) -> list[Strip]:
        """The gutter and the text of a line, or that there is none; its characters count from `first`."""
        palette, hunk = self.palette, shown.hunk
        if line < 0:
            blank = Strip.blank(self.shape.gutter + self.shape.text, palette.text + palette.missing)
            return [blank.apply_offsets(first, shown.number)]
        kind, _, exact, newline = hunk.hunk.lines[line]
        base = sign = palette.text
        if shown.mark.dim:
            base = sign = palette.text + palette.rejected
        elif kind != "context":
            base = palette.text + getattr(palette, kind)
            sign = base + getattr(palette, f"{kind}_sign")
        numbers = Segment(f"{self._numbers(shown, line, side)} ", base + palette.number)
        gutter = Strip([numbers, Segment(f"{_SIGNS[kind]} ", sign)])
        text = hunk.text(line, shown.row.piece)
        strip = self._text(hunk, line, side, text, base, plain=shown.mark.dim)
        if not exact:
            strip = highlighted(strip, [(*match.span(), palette.escape) for match in _ESCAPE.finditer(text)])
        if found := self._searched(hunk, line, text):
            strip = highlighted(strip, found)
        if not newline:
            strip = Strip([*strip, Segment(_UNENDED, base + palette.note)])
        strip = self._in_view(strip, base, shown.number, first + TEXT)
        return [gutter.apply_offsets(first, shown.number), strip]

    def _numbers(self, shown: ShownLine, line: int, side: Side) -> str:
        """The numbers of a line in the files that it is in; none where it only goes on."""
        kind, digits = shown.hunk.hunk.lines[line].kind, self.shape.digits
        old, new = map(str, shown.hunk.numbers(line))
        old = f"{'' if shown.row.piece or kind == 'added' else old:>{digits}}"
        new = f"{'' if shown.row.piece or kind == 'removed' else new:>{digits}}"
        if self.shape.split or self.shape.brief:
            return old if side == "old" else new
        return f"{old} {new}"

    def _text(self, hunk: HunkLines, line: int, side: Side, text: str, base: Style, *, plain: bool) -> Strip:
        """The text of a line in its colours, what changes in it on another background."""
        if plain:
            return Strip([Segment(text, base)])
        coloured = self._colouring(hunk, side, line)
        if coloured is None or "".join(part for part, _ in coloured) != text:
            strip = Strip([Segment(text, base)])
        else:
            strip = Strip([Segment(part, base + self.palette.code(role)) for part, role in coloured])
        partner = hunk.partner(line)
        if partner < 0:
            return strip
        if side == "old":
            spans, style = changed_spans(text, hunk.text(partner))[0], self.palette.removed_words
        else:
            spans, style = changed_spans(hunk.text(partner), text)[1], self.palette.added_words
        return highlighted(strip, [(start, end, style) for start, end in spans])

    def _in_view(self, strip: Strip, base: Style, row: int, first: int) -> Strip:
        """What of a text is not scrolled out of view."""
        left, width = self.shape.left, self.shape.text
        hidden = len(strip.text) - len(strip.crop(left).text) if left else 0
        if strip.cell_length > left + width:
            more = Segment(MORE, base + self.palette.more)
            strip = Strip([*strip.crop(left, left + width - 1), more])
        else:
            strip = strip.crop_extend(left, left + width, base)
        return strip.apply_offsets(first + hidden, row)

    def _with_right(self, left: list[Segment], right: list[Segment], style: Style) -> Strip:
        """A row with something at its right end, which is cut last."""
        width = self.shape.width
        right = cut(right, width)
        room = width - sum(segment.cell_length for segment in right)
        strip = Strip(cut(left, max(room - 1, 0))).extend_cell_length(room, style)
        return Strip([*strip, *right])

    def _bar(self, shown: ShownLine) -> Strip:
        style = self.palette.text
        bar = Segment(_BAR, style + shown.bar) if shown.bar else Segment(" ", style)
        return Strip([bar]).apply_offsets(0, shown.number)


def cells(hunk: HunkLines, line: int, piece: int) -> int:
    """Cells of what a row shows of a line."""
    text = hunk.text(line, piece)
    return cell_len(text) + (0 if hunk.hunk.lines[line].newline else len(_UNENDED))
