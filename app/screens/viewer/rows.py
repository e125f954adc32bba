"""The rows of a run that are listed: all of them, or those that a filter lets through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.cache import LRUCache

from app.screens.viewer.agents import Agents
from app.screens.viewer.line import Said, said_in_line
from app.trajectory.events import Record, ToolFinished, ToolRequested, Unmapped
from app.trajectory.runs.row_set import RowSet
from app.trajectory.runs.selection import Filter, marks
from app.trajectory.verb import verb
from widgets.event_line import EventLine

if TYPE_CHECKING:
    from app.trajectory.runs.run import Run

_LOOKED_AT = 200  # rows at the beginning, one of which tells when the run began
_NEAR = 5_000  # rows within which the other half of a call is looked for
_CLOSE = 200  # the same for each line that is listed


class ShownRows:
    """Lists a run. A place is a position in the list, a row a position in the run.

    Args:
        run: The run; it may grow.

    Attributes:
        marks: Rows that the person has marked.
        found: Rows that have what was searched for.
        agents: The sub-agents.
        filter: What is let through.
        chosen: The rows that are; None if all are.
    """

    def __init__(self, run: Run) -> None:
        self.marks: set[int] = set()
        self.found = RowSet()
        self.filter = Filter()
        self.agents = Agents(run)
        self._run = run
        self.chosen: RowSet | None = None
        self._began = 0.0
        self._said: LRUCache[int, Said] = LRUCache(2048)

    def __len__(self) -> int:
        return len(self._run) if self.chosen is None else len(self.chosen)

    @property
    def most(self) -> int:
        """The greatest number of an event."""
        return max(len(self._run) - 1, 0)

    @property
    def began(self) -> float:
        """When the run began, in seconds since the epoch; 0 as long as that is not known."""
        if not self._began:
            rows = self._run.rows
            times = (rows.ts(row) for row in range(min(len(rows), _LOOKED_AT)))
            self._began = next(filter(None, times), 0.0)
        return self._began

    def choose(self, wanted: Filter) -> None:
        """List only what a filter lets through."""
        self.filter = wanted
        self.chosen = None if wanted == Filter() else RowSet()
        self.grow()

    def grow(self) -> None:
        """Take in what has been added to the run."""
        if self.chosen is not None:
            self.chosen.extend(marks(self._run.rows, self.filter, self.chosen.end))

    def row(self, place: int) -> int:
        """The row at a place."""
        return place if self.chosen is None else self.chosen[place]

    def place(self, row: int) -> int:
        """The place of a row, or of the next one that is listed, or else of the last."""
        place = row if self.chosen is None else self.chosen.before(row)
        return max(min(place, len(self) - 1), 0)

    def lists(self, row: int) -> bool:
        """Whether a row is listed."""
        return row < len(self._run) if self.chosen is None else row in self.chosen

    def lists_match(self, row: int) -> bool:
        """Whether a row has what was searched for."""
        return row in self.found

    def line(self, place: int) -> EventLine:
        """How the row at a place is listed."""
        row = self.row(place)
        rows, said = self._run.rows, self._said.get(row)
        if said is None:
            said = self._said[row] = said_in_line(record_at(self._run, row).event, self._tool(row))
        return EventLine(
            row,
            since(rows.ts(row), self.began),
            said.glyph,
            said.role,
            said.name,
            said.title,
            said.note,
            self.agents.depth(rows.agent(row)),
            said.dim,
            row in self.marks,
            row in self.found,
        )

    def _tool(self, row: int) -> str:
        """The tool of a call: what that does, in a word, if its request is near."""
        request = other_half(self._run, row, _CLOSE)
        event = record_at(self._run, request).event if request is not None else None
        return verb(event) if isinstance(event, ToolRequested) else self._run.rows.tool(row)


def record_at(run: Run, row: int) -> Record:
    """A record, or one that says why it cannot be read."""
    try:
        return run.record(row)
    except (OSError, ValueError) as error:
        return Record(row, 0.0, Unmapped("not readable", str(error)))


def other_half(run: Run, row: int, within: int = _NEAR) -> int | None:
    """Of the request of a call the row of its answer, of anything else about it that of the request.

    Args:
        run: The run.
        row: Of something about a call.
        within: So many rows are looked at.
    """
    rows, call = run.rows, run.rows.calls[row]
    if not call:
        return None
    if rows.kind(row) == ToolRequested.kind:
        kind, near = ToolFinished.kind, range(row + 1, min(row + within, len(rows)))
    else:
        kind, near = ToolRequested.kind, range(row - 1, max(row - within, -1), -1)
    return next((other for other in near if rows.kind(other) == kind and rows.calls[other] == call), None)


def since(ts: float, began: float) -> str:
    """A time in a run, in a few characters: `0:07.3`, `1:02:05`; empty if it is not known."""
    if not ts:
        return ""
    tenths = round(max(ts - began, 0) * 10)
    minutes, tenths = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours:,}:{minutes:02d}:{tenths // 10:02d}"
    return f"{minutes}:{tenths // 10:02d}.{tenths % 10}"
