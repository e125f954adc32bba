"""Which calls ask, and that an answer reaches just the question it was given to."""

from __future__ import annotations

import pytest

from app.screens.open_questions import OpenQuestion, OpenQuestions
from app.session.answer import Answer
from app.trajectory.effects import Effects
from app.trajectory.events import ApprovalAsked, ToolRequested

YES = Answer(True)


class Desk:
    """Questions, and what was decided."""

    def __init__(self) -> None:
        self.decided: list[tuple[str, Answer]] = []
        self.questions = OpenQuestions(lambda call, answer: self.decided.append((call, answer)), lambda: 7.0)

    def ask(self, call: str, **more: object) -> OpenQuestion:
        effects = Effects("make all", command="make all")
        request = ToolRequested(call, 1, "bash", {"command": "make all"}, effects)
        return self.questions.ask(request, ApprovalAsked(call, "why", **more), "/w")  # type: ignore[arg-type]  # any field

    @property
    def open(self) -> list[str]:
        return [question.call for question in self.questions.all]


def test_they_are_in_the_order_they_were_asked() -> None:
    desk = Desk()
    for call in ("2", "1", "3"):
        desk.ask(call)
    assert desk.open == ["2", "1", "3"]
    assert [question.since for question in desk.questions.all] == [7.0] * 3
    desk.questions.close("1")
    desk.questions.close("1")
    assert desk.open == ["2", "3"]


def test_an_answer_is_given_once_and_the_question_is_gone() -> None:
    desk = Desk()
    question = desk.ask("1")
    assert desk.questions.answer("1", question.version, YES)
    assert desk.open == []
    assert not desk.questions.answer("1", question.version, YES)
    assert desk.decided == [("1", YES)]


def test_an_answer_to_what_a_call_asked_before_is_dropped() -> None:
    desk = Desk()
    before = desk.ask("1")
    desk.ask("2")
    now = desk.ask("1", diff="another")
    assert desk.open == ["1", "2"], "it keeps its place"
    assert not desk.questions.answer("1", before.version, YES)
    assert desk.open == ["1", "2"]
    assert desk.questions.answer("1", now.version, YES)
    assert desk.decided == [("1", YES)]


def test_an_answer_is_never_for_a_later_question_of_an_answered_call() -> None:
    desk = Desk()
    before = desk.ask("1")
    desk.questions.answer("1", before.version, YES)
    desk.ask("1", blocked="it needs the network")
    assert not desk.questions.answer("1", before.version, YES)


@pytest.mark.parametrize("over", ["answer", "close"])
def test_what_was_written_goes_with_the_question(over: str) -> None:
    desk = Desk()
    question = desk.ask("1")
    desk.questions.drafts["1"] = "half"
    desk.ask("1", diff="another")
    assert desk.questions.drafts == {"1": "half"}
    if over == "close":
        desk.questions.close("1")
    else:
        desk.questions.answer("1", question.version + 1, YES)
    assert desk.questions.drafts == {}


def test_what_the_person_changed_is_what_would_run() -> None:
    desk = Desk()
    assert (desk.ask("1").command, desk.ask("1").label) == ("make all", "bash make all")
    edited = desk.ask("1", arguments={"command": "make test"})
    assert edited.is_edited
    assert (edited.command, edited.title, edited.label) == ("make test", "make test", "bash make test")
