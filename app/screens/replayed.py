"""A recorded run in the place of a session: its records come when they are due, and nothing can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.trajectory.events import (
    JobStarted,
    ModelRequest,
    Record,
    ToolFinished,
    ToolStarted,
    UserMessage,
)
from app.trajectory.own_files import is_own_file
from app.trajectory.runs.playback import Playback
from app.trajectory.runs.run import Run

if TYPE_CHECKING:
    from app.execution.sandbox.confinement import Confinement
    from app.session.stream import Item

_LOOK_BACK = 2_000  # records; the calls of a turn are rarely further apart
_AT_ONCE = 200  # records of a frame
_TURNS = (ModelRequest.kind, UserMessage.kind)


class ReplayedRun:
    """Gives out the records of a run up to where its playback is.

    Args:
        run: The run.
        playback: Says which records are due.
        refused: Told when the person would answer or steer it.

    Attributes:
        begins: The first record that it gives out: the last beginning of a turn before where it was put.
    """

    confinement: Confinement | None = None

    def __init__(self, run: Run, playback: Playback, refused: Callable[[], object]) -> None:
        self._run = run
        self._playback = playback
        self._refused = refused
        self.begins = self._taken = _beginning(run, playback.position)

    @property
    def events(self) -> ReplayedRun:
        return self

    @property
    def records(self) -> RunRecords:
        return RunRecords(self._run)

    def take(self) -> list[Item]:
        """The records that have become due; of many at once, a part: the next calls have the rest."""
        stop = min(self._playback.position, self._taken + _AT_ONCE)
        start, self._taken = self._taken, max(self._taken, stop)
        return list(self.records.records(start, stop))

    def type(self, call: str, data: bytes, *, by_person: bool = True) -> None:  # noqa: ARG002  # as of a session
        if by_person:
            self._refused()

    def resize_terminal(self, call: str, columns: int, rows: int) -> None:
        """The terminal is no more."""

    def _refuse(self, *_: object) -> None:
        self._refused()

    decide = cancel = to_terminal = to_background = _refuse


class RunRecords:
    """The records of a run, none of them counted as in memory."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @property
    def oldest(self) -> int:
        return len(self._run)

    def records(self, start: int, stop: int) -> Sequence[Record]:
        folder = self._run.path.parent
        return [_within(folder, record) for record in self._run.records(start, stop)]


def _within(folder: Path, record: Record) -> Record:
    """A record that leads to no output but one in the folder of its run."""
    match record.event:
        case ToolStarted() | ToolFinished() | JobStarted() as event:
            if event.output and not is_own_file(event.output, folder):
                return replace(record, event=replace(event, output=""))
    return record


def _beginning(run: Run, position: int) -> int:
    """Where to begin so that all calls are there that go on at a position."""
    first = max(0, position - _LOOK_BACK)
    turns = [row for row in range(first, min(position, len(run))) if run.rows.kind(row) in _TURNS]
    if not first and len(turns) <= 1:  # nothing was said before it
        return 0
    return turns[-1] if turns else first
