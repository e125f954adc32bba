"""Who worked when: the whole run in one row; below it a part of it, with a row for each concurrent call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from widgets.component_style import own_style
from widgets.status import CallStatus

LABEL = 6
"""Cells at the left of each row."""

_ROLES = {
    "dim": "color: $text-muted;",
    "model": "color: $text-primary;",
    "window": "background: $panel;",
    "at": "text-style: reverse;",
    **{status.value: f"color: {status.colour};" for status in CallStatus},
}
_HEIGHTS = "▁▂▃▄▅▆▇█"
_LOW = 3.0  # calls at a time that fill a row at least

Cell = tuple[str, str]
"""A character, and its role."""


@dataclass(frozen=True, slots=True)
class TimelineBar:
    """Something that took time, on the clock of the timeline.

    Args:
        lane: 0 for the model, 1 and more for calls beside each other.
        start: When it was asked for.
        started: When it began; it waited before.
        end: When it was over, or now.
        name: What it is; safe to show.
        failed: It failed.
        ended: It is over.
        asked: From when until when a person was asked.
    """

    lane: int
    start: float
    started: float
    end: float
    name: str = ""
    failed: bool = False
    ended: bool = True
    asked: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True)
class TimelinePart:
    """A column of the whole run: how many calls ran, whether the model did, whether something failed."""

    calls: float = 0.0
    model: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class TimelineView:
    """What a timeline shows.

    Args:
        begin: Of the whole run.
        end: Of the whole run.
        start: Of the part that is shown in detail.
        stop: Of that.
        at: What is looked at.
        parts: The whole run, a column each.
        bars: What is in the part that is shown in detail.
        lanes: How many there are in the whole run.
        ticks: Places in the part, with what is said there.
        note: What is said of the whole.
    """

    begin: float = 0.0
    end: float = 0.0
    start: float = 0.0
    stop: float = 1.0
    at: float = 0.0
    parts: Sequence[TimelinePart] = ()
    bars: Sequence[TimelineBar] = ()
    lanes: int = 1
    ticks: Sequence[tuple[float, str]] = ()
    note: str = ""


class Timeline(Widget):
    """Draws a view of a run.

    Args:
        id: The widget's id.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"timeline--{role}" for role in _ROLES}
    DEFAULT_CSS = (
        "Timeline { height: 5; width: 1fr; background: $background; color: $foreground;\n"
        + "\n".join(f"    & > .timeline--{role} {{ {look} }}" for role, look in _ROLES.items())
        + "\n}"
    )

    @dataclass
    class Pointed(Message):
        """The person has pointed at a time."""

        at: float

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._view = TimelineView()
        self._rows: list[list[Cell]] | None = None
        self._styles: dict[str, Style] = {}  # by their roles

    def show(self, view: TimelineView) -> None:
        """Show another view; does nothing where it is shown already."""
        if view != self._view:
            self._view = view
            self._renew()

    @property
    def columns(self) -> int:
        """Cells of a row that stand for time."""
        return max(self.size.width - LABEL, 1)

    def on_resize(self) -> None:
        """Draw for another width."""
        self._renew()

    def on_click(self, event: events.Click) -> None:
        """Point at a time: of the whole run in the first row, of the part below."""
        view = self._view
        start, stop = (view.begin, view.end) if event.y == 0 else (view.start, view.stop)
        share = (event.x - LABEL + 0.5) / self.columns
        if share >= 0:
            self.post_message(self.Pointed(start + share * (stop - start)))

    def notify_style_update(self) -> None:
        """Draw with the new theme."""
        super().notify_style_update()
        if self.is_attached:
            self.call_later(self._restyle)  # the component styles come after this

    def render_line(self, y: int) -> Strip:
        """Draw one row.

        Args:
            y: From the top.
        """
        if not self.is_attached:
            return Strip.blank(self.size.width)
        if self._rows is None:
            self._rows = _drawn(self._view, self.columns, self.size.height)
        cells = self._rows[y] if y < len(self._rows) else []
        return self._strip(cells).crop_extend(0, self.size.width, self.rich_style)

    def _restyle(self) -> None:
        self._styles = {}
        self.refresh()

    def _renew(self) -> None:
        self._rows = None
        self.refresh()

    def _strip(self, cells: Sequence[Cell]) -> Strip:
        segments: list[Segment] = []
        text, last = "", ""
        for character, roles in [*cells, ("", "\0")]:
            if roles != last and text:
                segments.append(Segment(text, self._style(last)))
                text = ""
            text, last = text + character, roles
        return Strip(segments)

    def _style(self, roles: str) -> Style:
        """The style of some roles, one laid over the other."""
        style = self._styles.get(roles)
        if style is None:
            own = (own_style(self, f"timeline--{role}") for role in roles.split())
            style = self._styles[roles] = sum(own, start=self.rich_style)
        return style


def _drawn(view: TimelineView, columns: int, height: int) -> list[list[Cell]]:
    rows = [_overview(view, columns)]
    shown = max(height - 2, 1)
    lanes: list[list[Cell]] = [[(" ", "")] * columns for _ in range(shown)]
    for bar in sorted(view.bars, key=lambda bar: bar.failed):  # a failure is hidden by nothing
        _draw_bar(lanes[min(bar.lane, shown - 1)], bar, view)
    at = _column(view.at, view.start, view.stop, columns)
    for number, lane in enumerate(lanes):
        if 0 <= at < columns:
            character, roles = lane[at]
            lane[at] = (character if character != " " else "│", f"{roles or 'dim'} window")
        rows.append([*_label(_lane_name(number, shown, view.lanes)), *lane])
    rows.append([*_label(""), *_axis(view, columns, at)])
    return rows


def _lane_name(number: int, shown: int, lanes: int) -> str:
    if number >= lanes:
        return ""
    if number == shown - 1 and lanes > shown > 1:
        return f"+{lanes - number}"
    return f"{number:>2}" if number else "model"


def _overview(view: TimelineView, columns: int) -> list[Cell]:
    most = max((part.calls for part in view.parts), default=0.0)
    most = max(most, _LOW)
    first, last = (_column(edge, view.begin, view.end, columns) for edge in (view.start, view.stop))
    at = _column(view.at, view.begin, view.end, columns)
    cells = _label("whole")
    for number, part in enumerate(view.parts[:columns]):
        character, role = _part(part, most)
        if first <= number <= last:
            role += " window"
        if number == at:
            role += " at"
        cells.append((character, role))
    return cells


def _part(part: TimelinePart, most: float) -> Cell:
    if part.failed:
        return "✗", "failed"
    if part.calls > 0:
        return _HEIGHTS[min(round(part.calls / most * len(_HEIGHTS)), len(_HEIGHTS) - 1)], "running"
    return ("─", "model") if part.model else ("·", "dim")


def _draw_bar(lane: list[Cell], bar: TimelineBar, view: TimelineView) -> None:
    columns = len(lane)
    first, begun, last = (
        _column(when, view.start, view.stop, columns) for when in (bar.start, bar.started, bar.end)
    )
    role = "failed" if bar.failed else "model" if not bar.lane else "running" if not bar.ended else "done"
    for column in range(max(first, 0), min(last, columns - 1) + 1):
        lane[column] = ("┄", "waits") if column < begun else ("━", role)
    for start, end in bar.asked:
        edges = [_column(when, view.start, view.stop, columns) for when in (start, end)]
        for column in range(max(edges[0], 0), min(edges[1], columns - 1) + 1):
            lane[column] = ("?", "asks")
    begun = max(begun, first, 0)
    name = bar.name if bar.lane else ""
    if name and cell_len(name) == len(name) and last - begun > len(name) + 1:
        for offset, character in enumerate(name, begun):
            if offset < columns:
                lane[offset] = (character, role)
    if 0 <= last < columns and (bar.failed or not bar.ended):
        lane[last] = ("✗", "failed") if bar.failed else ("▶", "running")


def _axis(view: TimelineView, columns: int, at: int) -> list[Cell]:
    cells: list[Cell] = [(" ", "dim")] * columns
    free = 0
    for when, text in view.ticks:
        column = _column(when, view.start, view.stop, columns)
        if free <= column and column + len(text) + 1 < columns:
            cells[column : column + len(text) + 1] = [(character, "dim") for character in f"╵{text}"]
            free = column + len(text) + 3
    note = view.note[: max(columns - 2, 0)]
    if note and free + len(note) < columns:
        cells[columns - len(note) :] = [(character, "dim") for character in note]
    if 0 <= at < columns:
        cells[at] = ("▲", "running") if cells[at][0] == " " else (cells[at][0], "at")
    return cells


def _label(text: str) -> list[Cell]:
    return [(character, "dim") for character in set_cell_size(text, LABEL)]


def _column(when: float, start: float, stop: float, columns: int) -> int:
    """The column of a time; beyond the columns for one that is not in view."""
    share = (when - start) / max(stop - start, 1e-9)
    return max(-1, min(int(share * columns) if share >= 0 else -1, columns - (when <= stop)))
