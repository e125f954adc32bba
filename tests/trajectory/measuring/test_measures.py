"""What a run comes to is measured in one pass; what its file does not say is not made up."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.trajectory.content import Text, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    AgentStarted,
    ApprovalAsked,
    ApprovalDecided,
    Event,
    InputAwaited,
    ModelRequest,
    ModelResponse,
    ModelRetry,
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
from app.trajectory.measuring.measures import Measured, Measures
from app.trajectory.measuring.working_times import Phases
from tests.trajectory.compared_runs import BEGIN, Did, Recording, a_run


def measured(run: Recording) -> Measured:
    measures = Measures()
    for row, record in enumerate(run.records):
        measures.take(row, record)
    return measures.measured()


def answer(turn: int, *blocks: Text | ToolCall, duration: float = 0.0, **given: object) -> ModelResponse:
    return ModelResponse(turn, "m", blocks, "end", Usage(), None, None, duration, 1)


def ask(call: str, tool: str = "bash") -> ToolRequested:
    return ToolRequested(call, 1, tool, {}, Effects(f"title of {call}"))


def at(*events: tuple[float, Event]) -> Recording:
    """Records at seconds after the beginning; a negative one is not known."""
    records = [
        Record(row, BEGIN + second if second >= 0 else 0.0, event)
        for row, (second, event) in enumerate(events)
    ]
    return Recording(records)


def phases(run: Recording) -> Phases:
    found = measured(run).phases
    assert found is not None
    return found


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 20)), max_size=20))
def test_stretches_that_overlap_count_once_and_each_moment_at_its_level(
    stretches: list[tuple[int, int]],
) -> None:
    intervals = Intervals()
    for start, length in stretches:
        intervals.add(start, start + length)
    running = [sum(start <= second < start + length for start, length in stretches) for second in range(80)]
    assert united([intervals]) == sum(count > 0 for count in running)
    assert levels([intervals]) == {count: running.count(count) for count in sorted(set(running)) if count > 0}


def test_each_moment_of_a_run_counts_for_one_phase() -> None:
    run = at(
        (0, SessionStarted("s", "/work", "m", "ask", "1")),
        (5, UserMessage("go")),
        (5, ModelRequest(1, "m", 1, 1)),
        (8, answer(1, ToolCall("a", "bash", {}), ToolCall("b", "bash", {}))),
        (8, ask("a")),
        (8, ask("b")),
        (9, ApprovalAsked("b", "no rule")),
        (9, ToolStarted("a")),
        (12, ToolFinished("a", "done", "", 3.0)),
        (20, ApprovalDecided("b", True, "person", "")),
        (21, ToolStarted("b")),
        (23, ToolFinished("b", "done", "", 2.0)),
        (23, TaskEnded("done", 1)),
        (33, UserMessage("more")),
        (34, ModelRequest(2, "m", 1, 1)),
    )
    # 9 to 12: a tool runs while a person is asked; 8 to 9, 20 to 21 and 33 to 34: nothing goes on
    assert phases(run) == Phases(model=3.0, tools=5.0, person=5.0 + 8.0 + 10.0, rest=3.0)
    assert phases(run).whole == 34.0


def test_what_a_sub_agent_does_is_no_idle_time_of_the_call_that_waits_for_it() -> None:
    run = Recording()
    run.add(SessionStarted("s", "/work", "m", "auto", "1"))
    run.add(ask("t", "task"))
    run.add(ToolStarted("t"))
    run.add(AgentStarted("one", "t", "look around"))
    run.add(ModelRequest(1, "m", 1, 1), agent="one")
    run.add(answer(1, Text("done")), after=4, agent="one")
    run.add(ToolFinished("t", "done", "", 6.0), after=2)
    assert phases(run) == Phases(model=4.0, tools=2.0, person=0.0, rest=0.0)
    assert [(agent.name, agent.title, agent.answers, agent.calls) for agent in measured(run).agents] == [
        ("", "", 0, 1),
        ("one", "look around", 1, 0),
    ]


def test_a_command_that_waits_for_somebody_to_type_does_not_run() -> None:
    run = at(
        (0, SessionStarted("s", "/work", "m", "auto", "1")),
        (0, UserMessage("go")),
        (0, ask("a")),
        (0, ToolStarted("a", terminal=True)),
        (2, InputAwaited("a", True)),
        (9, InputAwaited("a", False)),
        (10, ToolFinished("a", "done", "", 10.0)),
    )
    assert phases(run) == Phases(model=0.0, tools=3.0, person=7.0, rest=0.0)


def test_calls_beside_each_other_tell_how_much_that_saved() -> None:
    run = at(
        (0, SessionStarted("s", "/work", "m", "auto", "1")),
        *((0, event) for call in "abc" for event in (ask(call), ToolStarted(call))),
        (1, ToolFinished("a", "done", "", 1.0)),
        (2, ToolFinished("b", "done", "", 2.0)),
        (4, ToolFinished("c", "done", "", 4.0)),
    )
    parallel = measured(run).parallelism
    assert parallel is not None
    assert parallel.levels == {1: 2.0, 2: 1.0, 3: 1.0}
    assert (parallel.most, parallel.busy, parallel.one_by_one) == (3, 4.0, 7.0)
    assert (parallel.average, parallel.saved) == (7 / 4, 3.0)


def test_a_run_that_goes_on_counts_what_runs_now_and_a_cut_off_one_does_not_run_for_ever() -> None:
    run = at(
        (0, SessionStarted("s", "/work", "m", "auto", "1")),
        (0, ask("a")),
        (0, ToolStarted("a")),
        (5, ask("b")),
    )
    assert phases(run).tools == 5.0
    run.add(answer(2, Text("went on")))
    run.records[-1] = Record(4, BEGIN + 9, answer(2, Text("went on")))
    assert phases(run).tools is not None
    assert phases(run) == Phases(model=None, tools=0.0, person=0.0, rest=9.0)


def test_files_of_other_agents_tell_how_long_things_took_where_they_do() -> None:
    run = at(
        (0, SessionImported("codex")),
        (2, UserMessage("go")),
        (10, answer(1, ToolCall("a", "shell", {}), duration=3.0)),
        (10, ask("a", "shell")),
        (18, ToolFinished("a", "done", "", 2.0)),
        (20, answer(2, duration=1.0)),
        (50, UserMessage("synthetic", synthetic=True)),
        (60, UserMessage("go on")),
    )
    assert phases(run) == Phases(model=4.0, tools=2.0, person=2.0 + 40.0, rest=12.0)


def test_what_a_file_does_not_say_is_told_and_not_made_up() -> None:
    untimed = measured(at((-1, SessionImported("x")), (-1, answer(1)), (-1, ask("a")), (-1, TOLD)))
    assert (untimed.phases, untimed.parallelism, untimed.cost) == (None, None, None)
    assert (untimed.tools[0].median, untimed.slowest) == (None, [])
    assert untimed.unrecorded == ["when anything happened", "how long calls took", "tokens", "cost"]
    at_once = measured(at((0, SessionImported("x")), (5, answer(1)), (5, ask("a")), (5, TOLD)))
    assert at_once.phases == Phases(model=None, tools=None, person=0.0, rest=5.0)
    assert at_once.unrecorded == ["how long the model took", "how long calls took", "tokens", "cost"]


TOLD = ToolFinished("a", "done", "")


def test_durations_count_where_there_are_no_times() -> None:
    run = at((-1, SessionImported("x")), (-1, ask("a")), (-1, ToolFinished("a", "failed", "", 2.5)))
    (tool,) = measured(run).tools
    assert (tool.failed, tool.median, tool.p95, tool.total) == (1, 2.5, 2.5, 2.5)
    assert measured(run).slowest[0].row == 1


def test_tools_are_told_with_their_errors_and_how_long_they_took() -> None:
    looks = [Did("ls", took=number) for number in range(1, 101)]
    fails = [
        Did("make", tool="make", status="failed"),
        Did("make", tool="make", status="timeout", took=500.0),
        Did("make", tool="make", status="denied"),
        Did("make", tool="make", status="interrupted"),
    ]
    bash, make = measured(a_run(("", [*looks, *fails]))).tools
    assert (bash.name, bash.calls, bash.failed) == ("bash", 100, 0)
    assert (bash.median, bash.p95, bash.total) == (50.0, 95.0, 5050.0)
    assert (make.calls, make.failed, make.denied, make.interrupted) == (4, 2, 1, 1)


def test_the_slowest_calls_come_first_and_are_few() -> None:
    run = a_run(("", [Did(f"sleep {number}", took=number) for number in range(1, 60)]))
    slowest = measured(run).slowest
    assert [call.took for call in slowest] == list(range(59, 39, -1))
    assert run.records[slowest[0].row].event == ToolRequested(
        "c58", 1, "bash", {"command": "sleep 59"}, Effects("sleep 59", command="sleep 59")
    )


def test_tokens_and_cost_are_told_by_turn() -> None:
    found = measured(a_run(("one", []), ("two", []), cost=None))
    assert list(found.turns.produced) == [10, 10]
    assert all(math.isnan(cost) for cost in found.turns.costs)
    assert (found.usage, found.cost) == (Usage(200, 20), None)
    assert measured(a_run(("one", []), ("two", []))).cost == 0.5


def test_the_end_of_a_session_tells_what_its_answers_do_not() -> None:
    run = at((0, answer(1)), (1, SessionEnded(Usage(7, 8), 0.75)))
    assert (measured(run).usage, measured(run).cost) == (Usage(7, 8), 0.75)


def test_retries_and_the_waits_before_them_are_counted() -> None:
    run = a_run()
    for attempt in (1, 2):
        run.add(ModelRetry(1, attempt, 5, 2.0, "overloaded"))
    assert (measured(run).retries, measured(run).waited) == (2, 4.0)


@pytest.mark.parametrize("number", [-(10**30), 10**30])
def test_figures_that_cannot_be_are_survived(number: int) -> None:
    run = at((0, ModelResponse(1, "m", (), "end", Usage(number, 1), 0.1, None, float(number), 1)), (1, TOLD))
    found = measured(run)
    assert 0 <= found.usage.input_tokens < 2**54
    assert phases(run).whole == 1.0


EVENTS: list[Event] = [
    SessionStarted("s", "/work", "m", "auto", "1"),
    SessionImported("x"),
    UserMessage("go"),
    ModelRequest(1, "m", 1, 1),
    answer(1, Text("done"), duration=2.0),
    answer(1, ToolCall("a", "bash", {})),
    *(event for call in "ab" for event in (ask(call), ToolStarted(call), ApprovalAsked(call, ""))),
    ApprovalDecided("a", True, "person", ""),
    InputAwaited("a", True),
    InputAwaited("a", False),
    ToolFinished("a", "done", "", 3.0),
    ToolFinished("b", "denied", ""),
    TaskEnded("done", 1),
    SessionEnded(),
]


@given(st.lists(st.tuples(st.integers(-3, 9), st.sampled_from(EVENTS), st.sampled_from(("", "one")))))
def test_phases_add_up_to_the_whole_whatever_is_in_a_file(
    happened: list[tuple[int, Event, str]],
) -> None:
    clock = itertools.accumulate((after for after, _, _ in happened), initial=0)
    records = [
        Record(row, BEGIN + now if after >= -1 else 0.0, event, agent)
        for row, ((after, event, agent), now) in enumerate(zip(happened, clock, strict=False))
    ]
    found = measured(Recording(records)).phases
    times = [record.ts for record in records if record.ts]
    if not times or max(times) == min(times):
        assert found is None
    else:
        assert found is not None
        assert found.whole == pytest.approx(max(times) - min(times))
        assert min(found.model or 0.0, found.tools or 0.0, found.person, found.rest) >= 0


def test_a_call_that_waits_for_a_sub_agent_stands_for_what_that_does() -> None:
    run = Recording()
    run.add(SessionStarted("s", "/work", "m", "auto", "1"))
    for call, agent in (("t1", "one"), ("t2", "two")):
        run.add(ask(call, "task"))
        run.add(ToolStarted(call))
        run.add(AgentStarted(agent, call))
    run.add(ask("inner"), agent="one")
    run.add(ToolStarted("inner"), agent="one")
    run.add(ToolFinished("inner", "done", "", 4.0), agent="one", after=4)
    for call in ("t1", "t2"):
        run.add(ToolFinished(call, "done", "", 6.0), after=1)
    parallel = measured(run).parallelism
    assert parallel is not None
    assert parallel.levels == {1: 1.0, 2: 5.0}


def test_what_was_cut_off_did_not_go_on_until_the_session_was_resumed() -> None:
    run = at(
        (0, SessionStarted("s", "/work", "m", "auto", "1")),
        (0, UserMessage("go")),
        (0, ask("a")),
        (0, ToolStarted("a")),
        (9_000, SessionResumed("s", "/work", "m", "auto", "1")),
        (9_000, ToolFinished("a", "interrupted", "")),
    )
    assert phases(run) == Phases(model=0.0, tools=0.0, person=0.0, rest=9_000.0)
    assert measured(run).tools[0].interrupted == 1
