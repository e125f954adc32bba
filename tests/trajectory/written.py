"""Runs of ours for tests, and what they are opened with."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from app.trajectory.codec import encode
from app.trajectory.content import Text, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    Event,
    ModelRequest,
    ModelResponse,
    Note,
    Record,
    Status,
    ToolFinished,
    ToolRequested,
)
from app.trajectory.runs.rows import Rows
from app.trajectory.runs.run import Run

BEGAN = 1_700_000_000.0
FOREVER = 10**9
"""More rows than there are: waits until all are there."""

Opened = Callable[..., Run]
_LATE = 20.0  # seconds; longer than anything takes here


def records(*events: Event, first: int = 0, agent: str = "") -> list[Record]:
    """A record for each event, a second apart."""
    return [
        Record(number, BEGAN + number, event, agent)
        for number, event in zip(count(first), events, strict=False)
    ]


def write(path: Path, written: Sequence[Record]) -> Path:
    """A file of records, or more at the end of it."""
    with path.open("ab") as stream:
        stream.write(b"".join(map(encode, written)))
    return path


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    late = time.monotonic() + _LATE
    while not condition():
        assert time.monotonic() < late, "it never came"
        time.sleep(0.002)


def notes(number: int, first: int = 0) -> list[Record]:
    """So many remarks."""
    return records(*(Note(f"note {first + at}") for at in range(number)), first=first)


def requested(call: str, turn: int = 1, name: str = "bash") -> ToolRequested:
    """The model asks for a call."""
    return ToolRequested(call, turn, name, {"command": "ls"}, Effects("List"))


def finished(call: str, status: Status = "done", content: str = "output") -> ToolFinished:
    """A call is answered."""
    return ToolFinished(call, status, content)


def asked(turn: int) -> ModelRequest:
    """A request goes to the model."""
    return ModelRequest(turn, "p/m", 1, 1)


def answered(turn: int, text: str = "words") -> ModelResponse:
    """The model answers."""
    return ModelResponse(turn, "p/m", (Text(text),), "tools", Usage(), None, None, 1.0, 1)


def rows_of(path: Path, written: Sequence[Record]) -> Rows:
    """The rows of records."""
    run = Run.open(write(path, written), follow=False)
    run.wait(FOREVER)
    run.close()
    return run.rows
