"""Who worked when in a run: the model, the tools, or nobody because a person was waited for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from app.trajectory.content import ToolCall
from app.trajectory.events import (
    AgentStarted,
    ApprovalAsked,
    ApprovalDecided,
    InputAwaited,
    ModelRequest,
    ModelResponse,
    Record,
    SessionEnded,
    SessionImported,
    SessionResumed,
    SessionStarted,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    UserMessage,
)
from app.trajectory.measuring.intervals import Intervals, levels, united

_FARTHEST = 253_402_300_799.0  # seconds since the epoch: the end of the year 9999

LONGEST = 1e9
"""Seconds; what is said to take longer is not believed."""


@dataclass(frozen=True, slots=True)
class Phases:
    """What the time of a run went to, in seconds. Each moment counts once: for the first that was at work.

    Args:
        model: The model answered. None where the format does not record that.
        tools: Calls ran, and no model answered. None where the format does not record that.
        person: A person was waited for, and nothing else went on.
        rest: Nothing of that: idle, or not recorded.
    """

    model: float | None
    tools: float | None
    person: float
    rest: float

    @property
    def whole(self) -> float:
        """From the first event to the last."""
        return (self.model or 0.0) + (self.tools or 0.0) + self.person + self.rest


@dataclass(frozen=True, slots=True)
class Parallelism:
    """How much calls ran beside each other.

    Args:
        levels: Seconds for which so many ran at once, by their number.
    """

    levels: Mapping[int, float]

    @property
    def most(self) -> int:
        """How many ran at once, at most."""
        return max(self.levels, default=0)

    @property
    def busy(self) -> float:
        """Seconds for which any ran."""
        return sum(self.levels.values())

    @property
    def one_by_one(self) -> float:
        """Seconds that they would have taken one after the other."""
        return sum(count * seconds for count, seconds in self.levels.items())

    @property
    def average(self) -> float:
        """How many ran at once while any ran; 0 if none did."""
        return self.one_by_one / self.busy if self.busy else 0.0

    @property
    def saved(self) -> float:
        """Seconds that were saved against one after the other."""
        return self.one_by_one - self.busy


@dataclass(slots=True)
class _Call:
    """A call that is not answered. Times are 0 where they are not known, or not now."""

    agent: str
    answers: int  # of its agent, when it was asked for
    requested: float
    asked: float = 0.0
    runs_since: float = 0.0
    started: bool = False


class WorkingTimes:
    """Takes the records of a run in their order."""

    def __init__(self) -> None:
        self.begin = self.end = 0.0
        """The first and the last time that is known, in seconds since the epoch."""
        self._models = Intervals()
        self._tools = Intervals()
        self._outer = Intervals()  # calls, without those of a sub-agent that a call waits for
        self._begun: set[str] = set()  # sub-agents that a call waits for
        self._people = Intervals()
        self._calls: dict[str, _Call] = {}
        self._requests: dict[str, float] = {}  # by agent
        self._answers: Counter[str] = Counter()  # by agent
        self._answered_calls = 0
        self._awaited = 0.0  # since when a task is waited for
        self._tells_starts = False  # a call without a start never ran

    def take(self, record: Record) -> float | None:
        """Take the next record.

        Returns:
            Of the answer to a call, how many seconds it took; None for anything else, or if it is not known.
        """
        now = record.ts if 0 < record.ts < _FARTHEST else 0.0
        if now:
            self.end = max(self.end, now)
            if now < self.begin or not self.begin:
                self.begin = now
        match event := record.event:  # what there is most of comes first
            case ToolFinished():
                return self._finish(event, now)
            case (
                ToolStarted(call=name)
                | ApprovalDecided(call=name)
                | ApprovalAsked(call=name)
                | InputAwaited(call=name)
            ):
                if (call := self._calls.get(name)) is not None:
                    self._change(call, event, now)
            case ToolRequested(call=name):
                self._calls[name] = _Call(record.agent, self._answers[record.agent], now)
            case ModelResponse():
                self._answer(event, record.agent, now)
            case ModelRequest():
                self._requests[record.agent] = now
            case SessionStarted() | SessionResumed() | SessionImported():
                self._tells_starts = not isinstance(event, SessionImported)
                self._awaited = now
                self._requests.clear()  # what was cut off went on for nobody knows how long
                self._calls.clear()
            case UserMessage(steer=False, synthetic=False) if not record.agent:
                self._people.add(self._awaited, now)
                self._awaited = 0.0
            case TaskEnded() if not record.agent:
                self._awaited = self._awaited or now
            case SessionEnded():
                self._awaited = 0.0
            case AgentStarted(name=agent, call=call_name) if call_name:
                self._begun.add(agent)
            case _:
                pass
        return None

    def phases(self) -> Phases | None:
        """What the time went to so far; None where the file has no times, or but one."""
        if self.end <= self.begin:
            return None
        models, tools, people = self._now(self._tools)
        model = united([models], self.begin)
        work = united([models, tools], self.begin)
        taken = united([models, tools, people], self.begin)
        rest = max(self.end - self.begin - taken, 0.0)
        knows_models = len(models) or not self._answers
        knows_tools = len(tools) or not self._answered_calls
        return Phases(
            model if knows_models else None, work - model if knows_tools else None, taken - work, rest
        )

    def parallelism(self) -> Parallelism | None:
        """How much calls ran beside each other so far; None where the file does not say when they ran.

        A call that waits for a sub-agent stands for all that this one does.
        """
        _, tools, _ = self._now(self._outer)
        return Parallelism(levels([tools], self.begin)) if len(tools) else None

    def _answer(self, event: ModelResponse, agent: str, now: float) -> None:
        took = event.duration if 0 < event.duration < LONGEST else 0.0
        start = self._requests.pop(agent, 0.0) or (now - took if took else 0.0)
        self._models.add(start, now)
        self._answers[agent] += 1
        if not agent:
            asks = any(isinstance(block, ToolCall) for block in event.blocks)
            self._awaited = 0.0 if asks else now

    def _change(
        self, call: _Call, event: ApprovalAsked | ApprovalDecided | ToolStarted | InputAwaited, now: float
    ) -> None:
        match event:
            case ApprovalAsked():
                call.asked = call.asked or now
            case ApprovalDecided():
                self._people.add(call.asked, now)
                call.asked = 0.0
            case ToolStarted():
                self._tells_starts = call.started = True
                self._ran(call, call.runs_since, now)  # it was begun again
                call.runs_since = now
            case InputAwaited(waits=True):
                self._ran(call, call.runs_since, now)
                call.runs_since, call.asked = 0.0, now
            case InputAwaited():
                self._people.add(call.asked, now)
                call.runs_since, call.asked = now, 0.0

    def _finish(self, event: ToolFinished, now: float) -> float | None:
        call = self._calls.pop(event.call, None)
        if call is None:
            return None
        self._answered_calls += 1
        self._people.add(call.asked, now)
        took = event.duration if 0 < event.duration < LONGEST else 0.0
        start = call.runs_since
        if not call.started:
            if self._tells_starts or event.status == "denied":
                return None
            start = now - took if took and now else call.requested
        self._ran(call, start, now)
        if took:
            return took
        return now - start if 0 < start < now else None

    def _ran(self, call: _Call, start: float, end: float) -> None:
        self._tools.add(start, end)
        if call.agent not in self._begun:
            self._outer.add(start, end)

    def _now(self, ran: Intervals) -> tuple[Intervals, Intervals, Intervals]:
        """All stretches, with those that go on now. A call is over when its agent had another answer."""
        models, tools, people = Intervals(), Intervals(), Intervals()
        for request in self._requests.values():
            models.add(request, self.end)
        for call in self._calls.values():
            if call.answers == self._answers[call.agent]:
                people.add(call.asked, self.end)
                since = call.runs_since if self._tells_starts else call.requested
                if not call.asked and (ran is self._tools or call.agent not in self._begun):
                    tools.add(since, self.end)
        return self._models | models, ran | tools, self._people | people
