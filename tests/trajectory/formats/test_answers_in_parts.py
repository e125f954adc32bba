"""Answers that stand in several records."""

from __future__ import annotations

from app.trajectory.content import Text, Usage
from app.trajectory.events import ModelResponse, Note, ToolFinished, ToolRequested, UserMessage
from app.trajectory.formats.answers_in_parts import AnswersInParts, Where, elapsed
from app.trajectory.formats.calls import Calls


def where(number: int, agent: str = "") -> Where:
    return Where(1_000.0 + number, f"@{10 * number}+9", agent)


def test_an_answer_is_given_out_when_another_one_begins() -> None:
    answers = AnswersInParts(Calls())
    assert answers.part("a", where(1), [Text("one")]) == []
    assert answers.part("a", where(2), [Text("two")], model="m", usage=Usage(5)) == []
    (given,) = answers.part("b", where(3), [Text("three")])
    assert given.event == ModelResponse(
        1, "m", (Text("one"), Text("two")), "end", Usage(5), None, None, 0.0, 1
    )
    assert (given.ts, given.source) == (1_002.0, "@10+19")


def test_what_stands_between_the_parts_comes_after_the_answer_and_its_calls() -> None:
    calls = Calls()
    answers = AnswersInParts(calls)
    call = calls.call("c", "bash", {}, "")
    answers.part("a", where(1), [call])
    assert answers.after(where(2).entry(Note("noise"))) == []
    assert answers.after(where(3).entry(calls.finished("c", "done", "ok"))) == []
    answers.part("a", where(4), [Text("more")])
    given = answers.given_out()
    assert [type(entry.event) for entry in given] == [ModelResponse, ToolRequested, Note, ToolFinished]
    assert given[0].source == "@10+9"


def test_what_comes_after_it_was_given_out_is_of_the_same_turn_with_the_tokens_that_came_to_it() -> None:
    answers = AnswersInParts(Calls())
    answers.part("a", where(1), [Text("one")], usage=Usage(5, 1))
    answers.given_out()
    answers.part("a", where(2), [Text("two")], usage=Usage(5, 3))
    (more,) = answers.given_out()
    assert isinstance(more.event, ModelResponse)
    assert (more.event.turn, more.event.usage) == (1, Usage(0, 2))
    answers.part("a", where(3), usage=Usage(5, 3))
    assert answers.given_out() == []


def test_the_time_of_an_answer_counts_from_what_its_agent_was_told_last() -> None:
    answers = AnswersInParts(Calls())
    answers.after(where(1).entry(UserMessage("go")))
    answers.after(where(5, "other").entry(UserMessage("you too")))
    answers.part("a", where(4), [Text("yes")])
    answers.part("b", where(8, "other"), [Text("yes")])
    durations = [
        entry.event.duration for entry in answers.given_out() if isinstance(entry.event, ModelResponse)
    ]
    assert durations == [3.0]


def test_what_a_person_or_another_agent_says_ends_an_answer() -> None:
    answers = AnswersInParts(Calls())
    answers.part("a", where(1), [Text("yes")])
    assert len(answers.after(where(2).entry(UserMessage("stop")))) == 2
    answers.part("b", where(3), [Text("yes")])
    assert len(answers.after(where(4, "other").entry(Note("here")))) == 2


def test_no_more_is_held_back_than_memory_holds() -> None:
    answers = AnswersInParts(Calls())
    answers.part("a", where(1), [Text("yes")])
    given = [entry for number in range(2_000) for entry in answers.after(where(number).entry(Note("noise")))]
    assert len(given) == 2_001


def test_an_answer_that_never_ends_is_given_out_piece_by_piece() -> None:
    answers = AnswersInParts(Calls())
    given = [entry for number in range(2_000) for entry in answers.part("a", where(number), [Text("and")])]
    pieces = [entry.event for entry in given if isinstance(entry.event, ModelResponse)]
    assert [len(piece.blocks) for piece in pieces] == [500, 500, 500]
    assert {piece.turn for piece in pieces} == {1}


def test_no_time_passes_between_times_that_are_missing_or_in_no_order() -> None:
    assert elapsed(1_000.0, 1_002.5) == 2.5
    assert [elapsed(0.0, 5.0), elapsed(5.0, 0.0), elapsed(9.0, 5.0), elapsed(5.0, 900_000.0)] == [0.0] * 4
