"""What a run comes to, measured while its records go by once: times, tokens, cost, calls."""

from __future__ import annotations

import heapq
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import isnan, nan

from app.trajectory.content import Usage
from app.trajectory.events import (
    AgentStarted,
    ModelResponse,
    ModelRetry,
    Record,
    SessionEnded,
    Status,
    ToolFinished,
    ToolRequested,
)
from app.trajectory.measuring.working_times import LONGEST, Parallelism, Phases, WorkingTimes
from app.trajectory.verb import verb

_KEPT = 20  # calls that were the slowest, and turns that were the dearest
_LONGEST_TITLE = 200  # characters
_PIECE = 20_000  # times that are sorted in one go
_MOST = 2**53  # of anything that is counted
_FAILED = frozenset(("failed", "timeout"))


@dataclass(frozen=True, slots=True)
class ToolFigures:
    """The calls of one tool. Times are in seconds, None where none is known."""

    name: str
    calls: int
    failed: int
    denied: int
    interrupted: int
    median: float | None
    p95: float | None
    total: float | None


@dataclass(frozen=True, slots=True)
class SlowCall:
    """A call that took long.

    Args:
        took: Seconds.
        row: Of its request.
        verb: What it did, in a word.
        title: What it was about.
        status: What came of it.
    """

    took: float
    row: int
    verb: str
    title: str
    status: Status


@dataclass(slots=True)
class Turns:
    """The answers of the model, a value in each column for each of them.

    Args:
        rows: Of the answer.
        entering: Tokens of what the model had to read anew.
        cached: Tokens that were read from the cache.
        produced: Tokens of the answer.
        costs: US dollars; not a number where that is not known.
        took: Seconds; 0 where that is not known.
    """

    rows: array[int] = field(default_factory=lambda: array("Q"))
    entering: array[float] = field(default_factory=lambda: array("d"))
    cached: array[float] = field(default_factory=lambda: array("d"))
    produced: array[float] = field(default_factory=lambda: array("d"))
    costs: array[float] = field(default_factory=lambda: array("d"))
    took: array[float] = field(default_factory=lambda: array("d"))

    def __len__(self) -> int:
        return len(self.took)

    def dearest(self, most: int = _KEPT) -> list[int]:
        """The places of those that cost the most; where that is not known, that took the most tokens."""
        known = [0.0 if isnan(cost) else cost for cost in self.costs]
        tokens = map(sum, zip(self.entering, self.cached, self.produced, strict=False))
        weights = known if any(known) else list(tokens)
        return heapq.nlargest(most, range(len(weights)), key=weights.__getitem__) if any(weights) else []


@dataclass(slots=True)
class AgentFigures:
    """What one agent did; the main one has no name. `cost` is None where none is known."""

    name: str
    title: str = ""
    answers: int = 0
    calls: int = 0
    failed: int = 0
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run comes to, so far.

    Args:
        records: How many there were.
        phases: What its time went to; None where the file has no times.
        parallelism: How much calls ran beside each other; None where the file does not say when they ran.
        turns: The answers of the model.
        tools: Those with the most calls first.
        slowest: The slowest calls, the slowest first.
        dearest: The places of the turns that cost the most, or took the most tokens; the dearest first.
        agents: The main one, and its sub-agents in the order they came up.
        retries: Requests that were made again.
        waited: Seconds that were waited before that.
        usage: Tokens of all answers.
        cost: US dollars; None where the file does not say.
        unrecorded: What the file does not say, a line each.
    """

    records: int
    phases: Phases | None
    parallelism: Parallelism | None
    turns: Turns
    tools: Sequence[ToolFigures]
    slowest: Sequence[SlowCall]
    dearest: Sequence[int]
    agents: Sequence[AgentFigures]
    retries: int
    waited: float
    usage: Usage
    cost: float | None
    unrecorded: Sequence[str]


@dataclass(slots=True)
class _Tool:
    calls: int = 0
    failed: int = 0
    denied: int = 0
    interrupted: int = 0
    took: array[float] = field(default_factory=lambda: array("d"))


class Measures:
    """Takes the records of a run in their order; what is kept of each is a few numbers."""

    def __init__(self) -> None:
        self.records = 0
        self._times = WorkingTimes()
        self._turns = Turns()
        self._tools: dict[str, _Tool] = defaultdict(_Tool)
        self._open: dict[str, tuple[int, str, str, str, str]] = {}  # row, tool, verb, title, agent
        self._slowest: list[tuple[float, int, str, str, Status]] = []  # a heap of the fields of `SlowCall`
        self._agents: dict[str, AgentFigures] = {}
        self._attempts = 0  # beyond the first of each answer
        self._retries = 0
        self._waited = 0.0
        self._ended: SessionEnded | None = None
        self._timed_calls = 0

    def take(self, row: int, record: Record) -> float | None:
        """Take the next record.

        Args:
            row: That it is in.
            record: The record.

        Returns:
            Of the answer to a call, how many seconds it took; None for anything else, or if it is not known.
        """
        self.records += 1
        took = self._times.take(record)
        match event := record.event:
            case ModelResponse():
                self._answer(row, record.agent, event)
            case ToolRequested(call=call, name=name, effects=effects) as request:
                self._tools[name].calls += 1
                self._agent(record.agent).calls += 1
                title = effects.title[:_LONGEST_TITLE]
                self._open[call] = row, name, verb(request), title, record.agent
            case ToolFinished():
                self._finish(event, took)
            case ModelRetry(delay=delay):
                self._retries += 1
                self._waited += delay if 0 < delay < LONGEST else 0.0
            case AgentStarted(name=name, title=title):
                self._agent(name).title = title[:_LONGEST_TITLE]
            case SessionEnded():
                self._ended = event
            case _:
                pass
        return took

    def measured(self) -> Measured:
        """What it comes to so far."""
        usage = sum((agent.usage for agent in self._agents.values()), Usage())
        costs = [agent.cost for agent in self._agents.values() if agent.cost is not None]
        cost = sum(costs) if costs else None
        if self._ended is not None:
            usage = self._ended.usage if usage == Usage() else usage
            cost = self._ended.cost if cost is None else cost
        phases, parallelism = self._times.phases(), self._times.parallelism()
        return Measured(
            self.records,
            phases,
            parallelism,
            self._turns,
            sorted((_figures(*item) for item in self._tools.items()), key=lambda tool: -tool.calls),
            [SlowCall(*call) for call in sorted(self._slowest, reverse=True)],
            self._turns.dearest(),
            [replace(agent) for agent in self._agents.values()],
            self._retries or self._attempts,
            self._waited,
            usage,
            cost,
            list(self._unrecorded(phases, usage, cost)),
        )

    def _agent(self, name: str) -> AgentFigures:
        if (agent := self._agents.get(name)) is None:
            agent = self._agents[name] = AgentFigures(name)
        return agent

    def _answer(self, row: int, name: str, event: ModelResponse) -> None:
        usage, turns, agent = _sane(event.usage), self._turns, self._agent(name)
        agent.answers += 1
        agent.usage += usage
        if event.cost is not None:
            agent.cost = (agent.cost or 0.0) + event.cost
        self._attempts += max(event.attempts - 1, 0)
        turns.rows.append(row)
        turns.entering.append(usage.input_tokens + usage.cache_write_tokens)
        turns.cached.append(usage.cache_read_tokens)
        turns.produced.append(usage.output_tokens)
        turns.costs.append(nan if event.cost is None else event.cost)
        turns.took.append(event.duration if 0 < event.duration < LONGEST else 0.0)

    def _finish(self, event: ToolFinished, took: float | None) -> None:
        asked = self._open.pop(event.call, None)
        if asked is None:
            return
        row, name, did, title, agent = asked
        tool, failed = self._tools[name], event.status in _FAILED
        tool.failed += failed
        tool.denied += event.status == "denied"
        tool.interrupted += event.status == "interrupted"
        self._agent(agent).failed += failed
        if took is not None:
            self._timed_calls += 1
            tool.took.append(took)
            slow = took, row, did, title, event.status
            if len(self._slowest) < _KEPT:
                heapq.heappush(self._slowest, slow)
            else:
                heapq.heappushpop(self._slowest, slow)

    def _unrecorded(self, phases: Phases | None, usage: Usage, cost: float | None) -> Iterable[str]:
        answered = len(self._turns) > 0
        if phases is None:
            yield "when anything happened"
        elif phases.model is None:
            yield "how long the model took"
        if self._tools and not self._timed_calls:
            yield "how long calls took"
        if answered and usage == Usage():
            yield "tokens"
        if answered and cost is None:
            yield "cost"


def _figures(name: str, tool: _Tool) -> ToolFigures:
    took = _in_order(tool.took)
    return ToolFigures(
        name,
        tool.calls,
        tool.failed,
        tool.denied,
        tool.interrupted,
        took[(len(took) - 1) // 2] if took else None,
        took[-(-len(took) * 95 // 100) - 1] if took else None,
        sum(took) if took else None,
    )


def _in_order(values: array[float]) -> list[float]:
    """Sorts in pieces: other threads wait while a list is sorted."""
    pieces = (sorted(values[start : start + _PIECE]) for start in range(0, len(values), _PIECE))
    return list(heapq.merge(*pieces))


def _sane(usage: Usage) -> Usage:
    """Tokens as they can be counted: a file may say anything."""
    counts = usage.input_tokens, usage.output_tokens, usage.cache_read_tokens, usage.cache_write_tokens
    if min(counts) >= 0 and max(counts) <= _MOST:
        return usage
    return Usage(*(max(0, min(count, _MOST)) for count in counts))
