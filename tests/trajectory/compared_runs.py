"""Runs for tests that compare or measure them, made of a few words each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.trajectory.codec import encode
from app.trajectory.content import Block, Text, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    Event,
    ModelRequest,
    ModelResponse,
    Record,
    SessionStarted,
    Status,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    UserMessage,
)

BEGIN = 1_700_000_000.0


@dataclass(frozen=True, slots=True)
class Did:
    """One call: a command, and what came of it."""

    command: str
    result: str = "ok"
    tool: str = "bash"
    status: Status = "done"
    took: float = 1.0


@dataclass
class Recording:
    """Records, a second apart unless told otherwise."""

    records: list[Record] = field(default_factory=list)
    now: float = BEGIN

    def add(self, event: Event, *, after: float = 0.0, agent: str = "") -> None:
        """The next event, so many seconds after the one before."""
        self.now += after
        self.records.append(Record(len(self.records), self.now, event, agent))

    @property
    def lines(self) -> bytes:
        """The file."""
        return b"".join(map(encode, self.records))


def a_run(
    *turns: tuple[str, Sequence[Did]],
    workspace: str = "/work",
    task: str = "repair it",
    begin: float = BEGIN,
    cost: float | None = 0.25,
) -> Recording:
    """A whole run: what the model said in each turn, and its calls, which run one after the other."""
    run = Recording(now=begin)
    run.add(SessionStarted("s", workspace, "openai/m", "auto", "1"))
    run.add(UserMessage(task), after=2)
    number = 0
    for turn, (said, calls) in enumerate(turns, 1):
        run.add(ModelRequest(turn, "m", turn, 1))
        asked = [
            ToolCall(f"c{number + place}", did.tool, {"command": did.command})
            for place, did in enumerate(calls)
        ]
        number += len(calls)
        blocks: list[Block] = [*([Text(said)] if said else []), *asked]
        run.add(ModelResponse(turn, "m", tuple(blocks), "end", Usage(100, 10), cost, None, 3.0, 1), after=3)
        for call, did in zip(asked, calls, strict=True):
            run.add(
                ToolRequested(
                    call.id, turn, did.tool, call.arguments, Effects(did.command, command=did.command)
                )
            )
        for call, did in zip(asked, calls, strict=True):
            run.add(ToolStarted(call.id))
            run.add(ToolFinished(call.id, did.status, did.result, did.took, 0), after=did.took)
    run.add(TaskEnded("done", len(turns)))
    return run
