"""A recorded run, carried out again: the model says what it said, and its calls run for real."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from app.session.foreign_calls import Moved, ours
from app.session.recorded_model import RecordedModel, tasks_of
from app.trajectory.content import ToolCall
from app.trajectory.events import (
    Event,
    Note,
    Record,
    SessionImported,
    SessionStarted,
    ToolFinished,
    ToolRequested,
)

_SHOWN = 60  # characters of a difference


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a recorded call.

    Args:
        call: Its id, then and now.
        name: The tool that was called now.
        title: What it does, in a line.
        recorded: What came of it then; None if the recording has no result.
        now: What came of it now.
        difference: How the two differ, in a line; empty if they do not.
    """

    call: str
    name: str
    title: str
    recorded: ToolFinished | None
    now: ToolFinished
    difference: str


class Rehearsal:
    """Compares what happens with what was recorded.

    Args:
        records: The recorded run.
        workspace: The folder it is carried out in.

    Attributes:
        tasks: What the person said, to be said again.
        model: Answers as the model did then.
        outcomes: What became of the calls so far.
    """

    def __init__(self, records: Sequence[Record], workspace: Path) -> None:
        began = next((e for e in (record.event for record in records) if isinstance(e, _BEGINNINGS)), None)
        self._own = isinstance(began, SessionStarted)
        self._moved = Moved(began.workspace if began is not None else "", str(workspace))
        self._recorded = {
            event.call: event
            for record in records
            if isinstance(event := record.event, ToolFinished) and not record.agent
        }
        self._asked: dict[str, ToolRequested] = {}
        tasks = tasks_of(records)
        self.tasks = [task.text for task in tasks]
        self.model = RecordedModel(tasks, self._call)
        self.outcomes: list[Outcome] = []

    @property
    def missing(self) -> int:
        """How many recorded calls have not come."""
        return len(self._recorded.keys() - {outcome.call for outcome in self.outcomes})

    def look(self, event: Event) -> Note | None:
        """See what happens now.

        Returns:
            What is to be said of it, if it differs from what was recorded.
        """
        match event:
            case ToolRequested(call=call):
                self._asked[call] = event
            case ToolFinished(call=call) if asked := self._asked.pop(call, None):
                recorded = self._recorded.get(call)
                difference = self._difference(recorded, event) if recorded is not None else ""
                title = asked.effects.title
                self.outcomes.append(Outcome(call, asked.name, title, recorded, event, difference))
                if difference:
                    return Note(f"otherwise than recorded: {asked.name} {title}: {difference}", "warning")
            case _:
                pass
        return None

    def _call(self, call: ToolCall) -> ToolCall:
        call = call if self._own else ours(call)
        return replace(call, arguments=cast("Mapping[str, object]", self._moved.there(dict(call.arguments))))

    def _difference(self, recorded: ToolFinished, now: ToolFinished) -> str:
        if (recorded.status == "done") != (now.status == "done"):
            return f"{now.status}, was {recorded.status}"
        if None not in (recorded.exit_code, now.exit_code) and recorded.exit_code != now.exit_code:
            return f"exit code {now.exit_code}, was {recorded.exit_code}"
        then, text = _lines(recorded.content), _lines(self._moved.back(now.content))
        if then == text or (not self._own and _within(then, text)):
            return ""
        at = next((at for at, pair in enumerate(zip(then, text, strict=False)) if pair[0] != pair[1]), None)
        if at is None:
            return f"{len(text)} line{'' if len(text) == 1 else 's'}, were {len(then)}"
        return f"line {at + 1} is {_short(text[at])}, was {_short(then[at])}"


_BEGINNINGS = (SessionStarted, SessionImported)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def _within(then: list[str], now: list[str]) -> bool:
    """Whether one says what the other says: agents put different words around the same output."""
    one, other = " ".join(then), " ".join(now)
    return bool(one and other) and (one in other or other in one)


def _short(line: str) -> str:
    line = line.strip()
    return repr(line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…")
