"""Tables: columns as wide as their content; where there is no room, the widest give way and wrap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from widgets.conversation.line import Line, Span, wrap
from widgets.conversation.markdown import inline_spans
from widgets.conversation.palette import Palette

if TYPE_CHECKING:
    from markdown_it.token import Token

Cell = list[Span]
_LEAST_CELLS = 3
_PLAIN = Palette()


@dataclass(frozen=True, slots=True)
class Table:
    """A parsed table: its head is the first row. Rows may be shorter than the head."""

    rows: list[list[Cell]]
    aligns: list[str]

    @classmethod
    def parse(cls, tokens: list[Token], palette: Palette) -> Table:
        """Read the tokens of one table."""
        rows: list[list[Cell]] = []
        aligns: list[str] = []
        for token in tokens:
            match token.type:
                case "tr_open":
                    rows.append([])
                case "th_open":
                    aligns.append(str(token.attrGet("style") or "").rpartition(":")[2])
                case "inline":
                    style = palette.text + palette.strong if len(rows) == 1 else palette.text
                    rows[-1].append(_cell(token.content, style, palette))
        return cls(rows, aligns)

    def as_paragraphs(self, palette: Palette) -> Iterator[list[Span]]:
        """One line a cell, for a screen that is too narrow for columns."""
        head = self.rows[0]
        if len(self.rows) == 1:
            yield from head
        for row in self.rows[1:]:
            for title, cell in zip(head, row, strict=False):
                yield [*title, (": ", palette.text), *cell]


class Columns:
    """The widths that the parts of one table agree on: of the widest cells in all rows that are there."""

    __slots__ = ("widths",)

    def __init__(self) -> None:
        self.widths: tuple[int, ...] = ()

    def add(self, rows: list[list[str]], above: tuple[int, ...]) -> tuple[int, ...]:
        """Take the last rows of the table.

        Args:
            rows: Markdown of their cells.
            above: The widths of all rows above them.

        Returns:
            The widths of all rows.
        """
        cells = [[_cell(cell, Style.null(), _PLAIN) for cell in row] for row in rows]
        self.widths = widest(cells, above)
        return self.widths


def _cell(source: str, style: Style, palette: Palette) -> Cell:
    return [(text.replace("\n", " "), base) for text, base in inline_spans(source, style, palette)]


def widest(rows: list[list[Cell]], above: tuple[int, ...] = ()) -> tuple[int, ...]:
    """Cells that each column takes; `above` are those that it takes in other rows."""
    widths = list(above) or [1] * len(rows[0])
    for row in rows:
        for column, cell in enumerate(row[: len(widths)]):
            widths[column] = max(widths[column], sum(cell_len(text) for text, _ in cell))
    found = tuple(widths)
    return above if found == above else found


def table_rows(
    table: Table, natural: Sequence[int], width: int, palette: Palette, *, head: bool = True
) -> list[Line] | None:
    """Lay out a table; None where it does not fit.

    Args:
        table: Its rows.
        natural: Cells that its columns would like to have.
        width: Cells to fit in.
        palette: Its styles.
        head: Show its first row.
    """
    widths = _shrink(list(natural), width - 3 * (len(table.aligns) - 1))
    if widths is None:
        return None
    rule = Segment("─┼─".join("─" * cells for cells in widths), palette.text + palette.dim)
    rows: list[Line] = []
    for number, row in enumerate(table.rows):
        if number == 0 and not head:
            continue
        padded = [*row, *([] for _ in widths)]
        cells = [wrap(cell, width) for cell, width in zip(padded, widths, strict=False)]
        for y in range(max(map(len, cells))):
            rows.append(Line(_row(cells, y, widths, table.aligns, palette)))
        if number == 0:
            rows.append(Line([rule]))
    return rows


def _shrink(widths: list[int], room: int) -> list[int] | None:
    if room < _LEAST_CELLS * len(widths):
        return None
    while (excess := sum(widths) - room) > 0:
        widest = max(range(len(widths)), key=widths.__getitem__)
        second = sorted(widths)[-2] if len(widths) > 1 else _LEAST_CELLS
        widths[widest] = max(_LEAST_CELLS, min(widths[widest] - 1, max(second, widths[widest] - excess)))
    return widths


def _row(
    cells: list[list[Line]], y: int, widths: list[int], aligns: list[str], palette: Palette
) -> list[Segment]:
    row: list[Segment] = []
    for column, (lines, width) in enumerate(zip(cells, widths, strict=True)):
        if column:
            row.append(Segment(" │ ", palette.text + palette.dim))
        segments = lines[y].segments if y < len(lines) else []
        free = max(width - sum(segment.cell_length for segment in segments), 0)
        left = {"right": free, "center": free // 2}.get(aligns[column], 0)
        row += [Segment(" " * left, palette.text), *segments, Segment(" " * (free - left), palette.text)]
    return row
