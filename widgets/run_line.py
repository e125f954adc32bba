"""How one run stands in a list: a row of cells in columns, and below it what was found in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from widgets.highlight import highlighted

ROLES = {
    "plain": "color: $foreground;",
    "dim": "color: $text-muted;",
    "heading": "color: $text-muted; text-style: bold;",
    "match": "color: $text-warning; text-style: bold;",
    "error": "color: $text-error;",
    "live": "color: $text-accent; text-style: bold;",
    "ended": "color: $text-success;",
    "crashed": "color: $text-error;",
    "unfinished": "color: $text-warning;",
}
"""The look of each role, in the words of a style sheet."""

_TITLE = 34  # cells that it has at least, before another column has any
_INDENT = 4  # of what was found


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run. All of it is safe to show.

    Args:
        glyph: How it stands, as a sign that needs no colour.
        state: How it stands, in a word: one of `ROLES`.
        when: When it began.
        title: What it is about; cut where it does not fit.
        model: Which model answered.
        turns: Answers of the model.
        calls: Calls of tools.
        errors: Those that failed; empty for none.
        tokens: To the model and from it.
        cost: What it cost.
        duration: How long it took.
        size: Of its file.
        found: What stands where the words were found; empty if none were looked for.
        spans: The words in that: first character, and the one after the last.
    """

    glyph: str
    state: str
    when: str
    title: str
    model: str
    turns: str
    calls: str
    errors: str
    tokens: str
    cost: str
    duration: str
    size: str
    found: str = ""
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what of a line it shows, its heading, its cells. The one of lowest rank is shown first."""

    name: str
    heading: str
    cells: int
    rank: int
    to_right: bool = True


COLUMNS = (
    Column("when", "when", 12, 0, to_right=False),
    Column("title", "title", 0, 0, to_right=False),
    Column("model", "model", 20, 7, to_right=False),
    Column("turns", "turns", 5, 3),
    Column("calls", "calls", 5, 1),
    Column("errors", "err", 4, 2),
    Column("tokens", "tokens", 7, 5),
    Column("cost", "cost", 8, 4),
    Column("duration", "time", 8, 6),
    Column("size", "size", 8, 8),
    Column("state", "state", 10, 9, to_right=False),
)


@dataclass(frozen=True, slots=True)
class Look:
    """What lines are drawn with: cells, the style of what has no role, of the cursor, of each role."""

    width: int
    base: Style
    cursor: Style
    roles: Mapping[str, Style]

    def style(self, role: str, *, cursor: bool = False) -> Style:
        """The style of a role, on a row with the cursor or without."""
        return self.base + self.roles[role] + (self.cursor if cursor else Style.null())


def heading(look: Look) -> Strip:
    """The names of the columns."""
    style = look.style("heading")
    cells = ((column, column.heading, style) for column in columns_in(look.width))
    return _row(Segment("  ", style), cells, look.width, style)


def columns_in(width: int) -> Sequence[Column]:
    """The columns that there is room for, in their order."""
    room = width - 2 - _TITLE
    chosen = set()
    for column in sorted(COLUMNS, key=lambda each: each.rank):
        if column.cells + 1 > room:
            break
        room -= column.cells + (1 if column.cells else 0)
        chosen.add(column.name)
    return [column for column in COLUMNS if column.name in chosen or column.name == "title"]


def first_row(line: RunLine, look: Look, *, cursor: bool) -> Strip:
    """What a run comes to."""
    plain = look.style("plain", cursor=cursor)
    special = {
        "when": look.style("dim", cursor=cursor),
        "errors": look.style("error", cursor=cursor),
        "state": look.style(line.state, cursor=cursor),
    }
    cells = (
        (column, getattr(line, column.name), special.get(column.name, plain))
        for column in columns_in(look.width)
    )
    return _row(Segment(f"{line.glyph} ", special["state"]), cells, look.width, plain)


def second_row(line: RunLine, look: Look, *, cursor: bool) -> Strip:
    """What was found in a run."""
    dim = look.style("dim", cursor=cursor)
    match = look.style("match", cursor=cursor)
    room = max(look.width - _INDENT, 0)
    found = Strip([Segment(fitted(line.found, room), dim)], room)
    found = highlighted(found, [(start, end, match) for start, end in line.spans])
    return Strip([Segment(" " * _INDENT, dim), *found]).crop_extend(0, look.width, dim)


def fitted(text: str, cells: int, *, to_right: bool = False) -> str:
    """A text in so many cells; an ellipsis stands for what is left out."""
    length = cell_len(text)
    if length > cells:
        text = f"{set_cell_size(text, max(cells - 1, 0))}…"
    return " " * (cells - length) + text if to_right and length < cells else set_cell_size(text, cells)


def _row(sign: Segment, cells: Iterable[tuple[Column, str, Style]], width: int, rest: Style) -> Strip:
    columns = list(cells)
    taken = sum(column.cells + 1 for column, _, _ in columns if column.cells)
    title = max(width - sign.cell_length - taken - 1, 0)
    row = [sign]
    for column, text, style in columns:
        row.append(Segment(fitted(text, column.cells or title, to_right=column.to_right), style))
        row.append(Segment(" ", rest))
    return Strip(row).crop_extend(0, width, rest)
