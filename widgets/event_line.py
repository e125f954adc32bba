"""How one event of a run stands in a list: a row of cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from widgets.status import CallStatus

ROLES = {
    "plain": "color: $foreground;",
    "dim": "color: $text-muted;",
    "user": "color: $text-primary; text-style: bold;",
    "model": "color: $foreground;",
    "match": "color: $text-warning; text-style: bold;",
    "mark": "color: $text-accent; text-style: bold;",
    **{status.value: f"color: {status.colour};" for status in CallStatus},
}
"""The look of each role, in the words of a style sheet."""

_NAME, _WIDE_NAME = 10, 14  # cells
_WIDE = 90  # cells from which names have more
_DEEPEST = 6  # levels that are indented
_WITH_TIME = 56  # cells from which there is room for the time
_WITH_NOTE = 44


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event. All of it is safe to show.

    Args:
        number: What the person calls it.
        time: When it was, in a few characters.
        glyph: A sign that needs no colour to be told apart.
        role: One of `ROLES`: the colour of the glyph and the name.
        name: What it is, in a word.
        title: What it is about, on one line; cut where it does not fit.
        note: At the right end: how long it took.
        depth: Of how many agents it is the sub-agent's.
        dim: Nobody looks for it.
        marked: The person has marked it.
        matched: It has what was searched for.
    """

    number: int
    time: str
    glyph: str
    role: str
    name: str
    title: str
    note: str = ""
    depth: int = 0
    dim: bool = False
    marked: bool = False
    matched: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What lines are drawn with.

    Args:
        width: Cells.
        digits: Of the greatest number.
        base: The style of what has no role.
        cursor: Laid over the row with the cursor.
        roles: A style for each role.
    """

    width: int
    digits: int
    base: Style
    cursor: Style
    roles: Mapping[str, Style]


class LinePainter:
    """Draws lines, and keeps those that were drawn last."""

    def __init__(self) -> None:
        self._look: Look | None = None
        self._strips: LRUCache[tuple[EventLine, bool], Strip] = LRUCache(512)

    def fit(self, look: Look) -> None:
        """Draw like this from now on."""
        if look != self._look:
            self._look = look
            self._strips.clear()

    def strip(self, line: EventLine, *, cursor: bool) -> Strip:
        """The row of a line."""
        assert self._look is not None
        key = (line, cursor)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = _draw(line, self._look, cursor=cursor)
        return strip


def _draw(line: EventLine, look: Look, *, cursor: bool) -> Strip:
    def style(role: str) -> Style:
        return look.base + look.roles[role] + (look.cursor if cursor else Style.null())

    text = style("dim" if line.dim else "plain")
    sign, sign_role = ("◆", "mark") if line.marked else ("*", "match") if line.matched else (" ", "plain")
    row = [Segment(sign, style(sign_role)), Segment(f"{line.number:>{look.digits}} ", style("dim"))]
    if look.width >= _WITH_TIME:
        row.append(Segment(f"{line.time:>8} ", style("dim")))
    if line.depth:
        row.append(Segment("│ " * min(line.depth, _DEEPEST), style("dim")))
    name = _fitted(line.name, _WIDE_NAME if look.width >= _WIDE else _NAME)
    row += [
        Segment(f"{line.glyph} ", style(line.role)),
        Segment(f"{name} ", style("dim" if line.dim else line.role)),
    ]
    note = f"  {line.note} " if line.note and look.width >= _WITH_NOTE else " "
    room = look.width - sum(segment.cell_length for segment in row) - cell_len(note)
    row += [Segment(_fitted(line.title, max(room, 0)), text), Segment(note, style("dim"))]
    return Strip(row).crop_extend(0, look.width, text)


def _fitted(text: str, cells: int) -> str:
    """A text in so many cells; an ellipsis stands for what is left out."""
    if cell_len(text) > cells:
        text = f"{set_cell_size(text, max(cells - 1, 0))}…"
    return set_cell_size(text, cells)
