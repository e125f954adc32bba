"""The steps of a trajectory in the Agent Trajectory Interchange Format, and of those of its sub-agents."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from app.trajectory.content import Block, Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    AgentStarted,
    ContextCompacted,
    Event,
    Note,
    Status,
    SystemMessage,
    Unmapped,
    UserMessage,
)
from app.trajectory.formats.answers import Answers
from app.trajectory.formats.calls import Calls
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import first_line, flat_text
from app.trajectory.formats.synthetic import is_synthetic
from app.trajectory.formats.unmapped import unmapped
from app.trajectory.formats.values import first_text, items, mapping, number, seconds, text, whole

_SIDECHAIN = "sub-agent"  # of files that only say that a step is not of the main agent
_DEEPEST = 8  # sub-agents of sub-agents that are told where they began
_NAMES = ("trajectory_id", "session_id")
_LEVELS = ("info", "warning", "error")
_LEFT_ALONE = "terminus"  # an agent to whom nobody speaks after the task: its user is its terminal


class Steps:
    """Reads steps in their order.

    Args:
        counts: Of the steps of the main agent.
        trajectory: What stands beside the steps, with the trajectories of sub-agents.
    """

    def __init__(self, counts: Counts, trajectory: Mapping[str, object]) -> None:
        self._counts = counts
        self._model = model_of(trajectory)
        agent = text(mapping(trajectory.get("agent")).get("name"))
        self._is_left_alone = agent.startswith(_LEFT_ALONE)
        self._answers = Answers()
        self._embedded = _embedded(trajectory.get("subagent_trajectories"), "")
        self._agent = ""
        self._clock = 0.0
        self._depth = 0
        self._asked: list[tuple[str, ToolCall]] = []
        self._told: set[str] = set()

    def entries(self, record: object, place: str) -> Iterator[Entry]:
        """The events of one step.

        Args:
            record: As the file has it.
            place: Where it stands.
        """
        step, extra = mapping(record), mapping(mapping(record).get("extra"))
        stamp = step.get("timestamp")
        self._clock = seconds(stamp) or self._clock
        self._asked = []
        if not step:
            yield self._entry(unmapped("record", record), place)
            return
        if isinstance(stamp, str | int | float):
            self._counts.time(seconds(stamp), stamp)
        self._counts.records += 1
        main = self._agent
        if step.get("is_copied_context"):
            yield from self._once(Note("these steps are copied from the trajectory before this one"), place)
        if not main and extra.get("is_sidechain") is True:
            yield from self._once(AgentStarted(_SIDECHAIN), place)
            self._agent = _SIDECHAIN
        for event in self._events(step):
            yield self._entry(event, place)
        yield from self._observed(step, place)
        self._agent = main

    def others(self) -> Iterator[Entry]:
        """The sub-agents that no step tells of."""
        while self._embedded:
            place, trajectory = next(iter(self._embedded.items()))
            name = first_text(trajectory, _NAMES) or place
            yield self._entry(AgentStarted(name), place)
            yield from self._sub_agent(name, place)

    def _events(self, step: Mapping[str, object]) -> Iterator[Event]:
        said, extra = flat_text(step.get("message")), mapping(step.get("extra"))
        match step.get("source"):
            case "agent":
                yield from self._answer(step, said)
            case "user":
                self._counts.said()
                told = extra.get("synthetic") is True or is_synthetic(said)
                is_answer = self._is_left_alone and self._answers.turn > 0
                yield UserMessage(said, extra.get("steer") is True, told or is_answer)
            case "system" if mapping(extra.get("context_management")).get("type") == "compaction":
                yield ContextCompacted(said, whole(extra.get("tokens")))
            case "system" if (level := text(extra.get("level"))) in _LEVELS:
                yield _note(said, level)
            case "system" if kind := text(extra.get("event_type")):
                yield Unmapped(kind, first_line(said))
            case "system":
                yield SystemMessage(said)
            case kind:
                yield unmapped(text(kind) or "step", step)

    def _answer(self, step: Mapping[str, object], said: str) -> Iterator[Event]:
        self._counts.answer(step.get("model_name"))
        blocks: list[Block] = []
        if thought := flat_text(step.get("reasoning_content")):
            blocks.append(Thinking(thought))
        if said:
            blocks.append(Text(said))
        for index, one in enumerate(items(step.get("tool_calls")), 1):
            call = mapping(one)
            name, arguments = call.get("function_name"), call.get("arguments")
            known = f"step-{self._answers.turn + 1}-{index}"
            given = text(call.get("tool_call_id"))
            made = self._answers.calls.call(given, name, arguments, known)
            self._counts.call(made.name)
            self._asked.append((given, made))
        metrics, extra = mapping(step.get("metrics")), mapping(step.get("extra"))
        total, produced = metrics.get("prompt_tokens"), metrics.get("completion_tokens")
        read, cost = metrics.get("cached_tokens"), metrics.get("cost_usd")
        self._counts.tokens.add(total, produced, read, cost_usd=cost)
        written = whole(mapping(metrics.get("extra")).get("cache_creation_input_tokens"))
        fresh = max(whole(total) - whole(read) - written, 0)
        yield from self._answers.answer(
            [*blocks, *(call for _, call in self._asked)],
            model=step.get("model_name") or self._model,
            usage=Usage(fresh, whole(produced), whole(read), written),
            cost=number(cost),
            stop=extra.get("stop_reason"),
            duration=number(extra.get("duration")) or 0.0,
        )

    def _observed(self, step: Mapping[str, object], place: str) -> Iterator[Entry]:
        """What came of the calls of a step; a result without an id is of the first that is not answered."""
        calls = self._answers.calls
        ids = {given: call.id for given, call in reversed(self._asked)}
        left = deque(call.id for _, call in self._asked)
        for index, one in enumerate(items(mapping(step.get("observation")).get("results"))):
            self._counts.result()
            at, result = f"{place}/observation/results/{index}", mapping(one)
            given = text(result.get("source_call_id"))
            while left and left[0] not in calls.waiting():
                left.popleft()
            call = ids.pop(given, given) if given else next(iter(left), "")
            for reference in items(result.get("subagent_trajectory_ref")):
                yield from self._started(mapping(reference), call, at)
            said = flat_text(result.get("content"))
            if call:
                yield self._entry(_finished(calls, call, said, mapping(result.get("extra"))), at)
            elif said:
                yield self._entry(UserMessage(said, synthetic=True), at)

    def _started(self, reference: Mapping[str, object], call: str, place: str) -> Iterator[Entry]:
        name = first_text(reference, _NAMES) or _SIDECHAIN
        title = first_line(text(mapping(reference.get("extra")).get("summary")))
        yield self._entry(AgentStarted(name, call, title, text(reference.get("trajectory_path"))), place)
        for at, trajectory in list(self._embedded.items()):
            if self._depth < _DEEPEST and name in (trajectory.get(key) for key in _NAMES):
                yield from self._sub_agent(name, at)
                return

    def _sub_agent(self, name: str, place: str) -> Iterator[Entry]:
        """The steps of a sub-agent; each is given out once, whatever refers to it."""
        trajectory = self._embedded.pop(place)
        self._embedded |= _embedded(trajectory.get("subagent_trajectories"), place)
        outer = self._agent, self._clock, self._counts, self._model
        self._agent, self._counts, self._depth = name, Counts(), self._depth + 1
        self._model = model_of(trajectory)
        for index, step in enumerate(items(trajectory.get("steps"))):
            yield from self.entries(step, f"{place}/steps/{index}")
        self._agent, self._clock, self._counts, self._model = outer
        self._depth -= 1

    def _once(self, event: AgentStarted | Note, place: str) -> Iterator[Entry]:
        if event.kind not in self._told:
            self._told.add(event.kind)
            yield self._entry(event, place)

    def _entry(self, event: Event, place: str) -> Entry:
        return Entry(event, self._clock, place, self._agent)


def model_of(trajectory: Mapping[str, object]) -> str:
    """The model that a trajectory names for all its steps."""
    agent = mapping(trajectory.get("agent"))
    return text(agent.get("model_name") or mapping(agent.get("model")).get("name"))


def _embedded(trajectories: object, place: str) -> dict[str, Mapping[str, object]]:
    """Trajectories within another one, by where they stand."""
    return {f"{place}/subagent_trajectories/{n}": mapping(one) for n, one in enumerate(items(trajectories))}


def _finished(calls: Calls, call: str, said: str, extra: Mapping[str, object]) -> Event:
    """A result, with what the program that wrote it says beyond the format."""
    exit_code = extra.get("exit_code")
    return calls.finished(
        call,
        _status(extra),
        said,
        duration=max(number(extra.get("duration")) or 0.0, 0.0),
        exit_code=exit_code if isinstance(exit_code, int) else None,
        diff=text(extra.get("diff")),
    )


def _status(extra: Mapping[str, object]) -> Status:
    match text(extra.get("status")):
        case "done" | "failed" | "denied" | "interrupted" | "timeout" as status:
            return status
    told = (extra, mapping(extra.get("tool_result_metadata")))
    failed = any(one.get(name) is True for one in told for name in ("is_error", "tool_result_is_error"))
    return "failed" if failed else "done"


def _note(said: str, level: str) -> Note:
    match level:
        case "warning" | "error":
            return Note(said, level)
        case _:
            return Note(said)
