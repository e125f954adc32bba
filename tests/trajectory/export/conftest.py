"""A small run with something of everything in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.trajectory.codec import encode
from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    AgentStarted,
    ContextCompacted,
    Event,
    ModelRequest,
    ModelResponse,
    Record,
    SessionEnded,
    SessionStarted,
    SystemMessage,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    UserMessage,
)

NOON = 1_700_000_000.0  # 2023-11-14T22:13:20Z


@dataclass(slots=True)
class Recording:
    """Events that become records as they are told, a second apart."""

    records: list[Record] = field(default_factory=list)

    def tell(self, *events: Event, agent: str = "") -> Recording:
        """Append events of one agent."""
        for event in events:
            number = len(self.records)
            self.records.append(Record(number, NOON + number, event, agent))
        return self

    def save(self, path: Path) -> Path:
        """Write them to a file of ours."""
        path.write_bytes(b"".join(map(encode, self.records)))
        return path


def answer(turn: int, *blocks: Text | Thinking | ToolCall, cost: float | None = None) -> ModelResponse:
    """An answer that took 100 tokens in, 900 from the cache, 50 to the cache, and 20 out."""
    return ModelResponse(turn, "m-1", blocks, "tools", Usage(100, 20, 900, 50), cost, 0.1, 1.5, 1)


def asked(turn: int, call: str, command: str = "ls", name: str = "bash") -> ToolRequested:
    """A call of a command."""
    return ToolRequested(call, turn, name, {"command": command}, Effects(command, command=command))


def done(call: str, content: str = "ok") -> ToolFinished:
    """A call that went well."""
    return ToolFinished(call, "done", content, 0.25)


@pytest.fixture
def recording() -> Recording:
    """A run that is empty so far."""
    return Recording()


@pytest.fixture
def run(recording: Recording) -> Sequence[Record]:
    """Two turns: two calls at once, one of which fails, and a sub-agent with a call of its own."""
    recording.tell(
        SessionStarted("s-1", "/work", "openai/m-1", "auto", "1.2"),
        SystemMessage("You are careful."),
        UserMessage("Look around."),
        ModelRequest(1, "m-1", 2, 5),
        answer(1, Thinking("Where am I?"), Text("I look."), cost=0.25),
        asked(1, "c1"),
        asked(1, "c2", "cat none"),
        ToolStarted("c1"),
        ToolStarted("c2"),
        ToolFinished("c2", "failed", "no such file", 0.5, 1),
        done("c1", "a.py"),
        answer(2, Text("Somebody else should look."), cost=0.5),
        asked(2, "c3", "look", "task"),
        AgentStarted("scout", "c3", "Look everywhere"),
    )
    recording.tell(
        UserMessage("Look everywhere"), answer(1, Text("Looking."), cost=1.0), asked(1, "c4"), agent="scout"
    )
    recording.tell(done("c4", "b.py"), agent="scout")
    recording.tell(
        done("c3", "there is b.py"),
        ContextCompacted("There are two files."),
        answer(3, Text("There are two files.")),
        TaskEnded("done", 3),
        SessionEnded(),
    )
    return recording.records
