"""Records are put together into steps: an answer, its calls, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, count

from app.trajectory.content import Text
from app.trajectory.events import AgentStarted, Note, Record, ToolFinished
from app.trajectory.export.steps import Step, steps
from tests.trajectory.export.conftest import Recording, answer, asked, done


def gathered(records: Sequence[Record]) -> list[Step]:
    return [item for item in steps(records) if isinstance(item, Step)]


def test_a_step_has_the_results_of_its_own_calls_in_the_order_they_were_asked_for(
    run: Sequence[Record],
) -> None:
    first = gathered(run)[0]
    assert [call.requested.call for call in first.calls] == ["c1", "c2"]
    assert [call.results[0].content for call in first.calls] == ["a.py", "no such file"]


def test_everything_comes_in_the_order_in_which_it_began(run: Sequence[Record]) -> None:
    begins = [item.record.seq if isinstance(item, Step) else item.seq for item in steps(run)]
    assert begins == sorted(begins)


def test_a_sub_agent_has_steps_of_its_own_between_those_of_the_main_agent(run: Sequence[Record]) -> None:
    assert [step.agent for step in gathered(run)] == ["", "", "scout", ""]
    [agent] = gathered(run)[1].calls[0].agents
    assert agent.name == "scout"


def test_a_sub_agent_that_is_told_of_after_its_call_is_answered_is_still_found(recording: Recording) -> None:
    recording.tell(answer(1), asked(1, "c1"), done("c1"), AgentStarted("late", "c1"))
    assert [agent.name for agent in gathered(recording.records)[0].calls[0].agents] == ["late"]


def test_calls_without_an_answer_make_a_step_for_each_turn(recording: Recording) -> None:
    recording.tell(asked(1, "c1"), done("c1"), asked(2, "c2"), asked(2, "c3"), done("c3"), done("c2"))
    assert [[call.requested.call for call in step.calls] for step in gathered(recording.records)] == [
        ["c1"],
        ["c2", "c3"],
    ]


def test_a_call_that_is_answered_many_turns_later_gets_its_result(recording: Recording) -> None:
    recording.tell(answer(1), asked(1, "slow"))
    for turn in range(2, 200):
        recording.tell(answer(turn), asked(turn, f"c{turn}"), done(f"c{turn}"))
    recording.tell(done("slow", "at last"))
    assert gathered(recording.records)[0].calls[0].results[0].content == "at last"


def test_a_call_that_is_never_answered_does_not_hold_up_a_long_run(recording: Recording) -> None:
    recording.tell(answer(1, Text("first")), asked(1, "never"))
    rest = (Record(number, 0, Note("more")) for number in count(2))  # which has no end
    assert isinstance(next(steps(chain(recording.records, rest))), Step)


def test_the_result_of_a_call_that_nobody_knows_is_a_record_of_its_own(recording: Recording) -> None:
    recording.tell(answer(1), done("lost"))
    [_, late] = steps(recording.records)
    assert isinstance(late, Record)
    assert isinstance(late.event, ToolFinished)
