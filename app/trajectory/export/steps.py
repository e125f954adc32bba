"""The records of a run put together into steps: an answer of the model, its calls, what became of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.trajectory.content import ToolCall
from app.trajectory.events import (
    AgentStarted,
    ApprovalAsked,
    ApprovalDecided,
    InputAwaited,
    JobStarted,
    ModelResponse,
    OutputCut,
    Record,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    UserMessage,
)

_LAG = 16  # items; a sub-agent may be told of right after the call that began it is answered
_MOST_HELD = 5_000  # items; a call may never be answered


@dataclass(slots=True)
class Call:
    """A call with all that happened to it, in order.

    Args:
        record: The one that asks for it.
        requested: What it asks for.
        invalid: The arguments as received, where they are no object.
        happened: The records after that.
        results: The answers among them; none if it was cut off.
        agents: The sub-agents that it began.
    """

    record: Record
    requested: ToolRequested
    invalid: str = ""
    happened: list[Record] = field(default_factory=list)
    results: list[ToolFinished] = field(default_factory=list)
    agents: list[AgentStarted] = field(default_factory=list)


@dataclass(slots=True)
class Step:
    """What an agent did in one go.

    Args:
        agent: Which one; empty for the main one.
        turn: Its number, as the answer or the calls have it.
        record: The answer, or the first of the calls.
        answer: None where there are calls alone.
        calls: In the order they were asked for.
    """

    agent: str
    turn: int
    record: Record
    answer: ModelResponse | None = None
    calls: list[Call] = field(default_factory=list)

    @property
    def is_answered(self) -> bool:
        """Whether no call waits for a result."""
        return all(call.results for call in self.calls)


Item = Step | Record


def steps(records: Iterable[Record]) -> Iterator[Item]:
    """Steps, and the records that belong to none, in the order in which they begin.

    A step comes once its calls are answered, so that only a few are held; what happens to a call after its
    step has come is a record of its own.
    """
    gathering = _Gathering()
    for record in records:
        gathering.take(record)
        yield from gathering.ready()
    yield from gathering.held


class _Gathering:
    """The steps that may still grow, and what came after them."""

    def __init__(self) -> None:
        self.held: deque[Item] = deque()
        self._current: dict[str, Step] = {}  # by agent
        self._calls: dict[str, Call] = {}

    def take(self, record: Record) -> None:
        """Put the next record where it belongs."""
        match event := record.event:
            case ModelResponse(turn=turn):
                self._begin(Step(record.agent, turn, record, event))
            case ToolRequested():
                self._request(record, event)
            case (
                ToolFinished(call=name)
                | ToolStarted(call=name)
                | ApprovalAsked(call=name)
                | ApprovalDecided(call=name)
                | InputAwaited(call=name)
                | OutputCut(call=name)
                | JobStarted(call=name)
                | AgentStarted(call=name)
            ) if (call := self._calls.get(name)) is not None:
                call.happened.append(record)
                if isinstance(event, ToolFinished):
                    call.results.append(event)
                elif isinstance(event, AgentStarted):
                    call.agents.append(event)
            case UserMessage() | TaskEnded():
                self._current.pop(record.agent, None)
                self.held.append(record)
            case _:
                self.held.append(record)

    def ready(self) -> Iterator[Item]:
        """What can go: it does not grow any more, or too much waits behind it."""
        while len(self.held) > _LAG:
            first = self.held[0]
            if isinstance(first, Step):
                if not first.is_answered and len(self.held) <= _MOST_HELD:
                    return
                for call in first.calls:
                    self._calls.pop(call.requested.call, None)
                if self._current.get(first.agent) is first:
                    del self._current[first.agent]
            yield self.held.popleft()

    def _begin(self, step: Step) -> Step:
        self._current[step.agent] = step
        self.held.append(step)
        return step

    def _request(self, record: Record, event: ToolRequested) -> None:
        step = self._current.get(record.agent)
        if step is None or (step.turn != event.turn and (step.calls or step.answer is None)):
            step = self._begin(Step(record.agent, event.turn, record))
        call = Call(record, event, _invalid(step.answer, event.call))
        step.calls.append(call)
        self._calls[event.call] = call


def _invalid(answer: ModelResponse | None, identity: str) -> str:
    """What the model gave in the place of arguments."""
    blocks = answer.blocks if answer is not None else ()
    return next(
        (block.invalid for block in blocks if isinstance(block, ToolCall) and block.id == identity), ""
    )
