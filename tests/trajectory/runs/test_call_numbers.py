"""A call has one number as long as it is open, and a while after; calls of long ago cost no memory."""

from __future__ import annotations

import pytest

from app.trajectory.runs import call_numbers
from app.trajectory.runs.call_numbers import CallNumbers


@pytest.fixture
def numbers(monkeypatch: pytest.MonkeyPatch) -> CallNumbers:
    monkeypatch.setattr(call_numbers, "_KEPT", 10)
    return CallNumbers()


def pass_by(numbers: CallNumbers, count: int) -> None:
    """So many calls that are asked for and answered."""
    for at in range(count):
        numbers.ask(b"other %d" % at, 1)
        numbers.answer(b"other %d" % at)


def test_each_call_has_the_next_number_and_the_tool_it_was_asked_for_with(numbers: CallNumbers) -> None:
    numbers.ask(b"a", 7)
    assert (numbers[b""], numbers[b"a"], numbers[b"nobody asked"], numbers[b"a"]) == (0, 1, 2, 1)
    assert list(numbers.tools) == [0, 7, 0]


def test_a_call_that_is_open_is_known_however_many_come_after_it(numbers: CallNumbers) -> None:
    numbers.ask(b"open", 7)
    pass_by(numbers, 1_000)
    assert (numbers[b"open"], numbers.tools[1]) == (1, 7)


def test_a_call_that_was_answered_is_known_for_a_while(numbers: CallNumbers) -> None:
    numbers.ask(b"a", 7)
    numbers.answer(b"a")
    pass_by(numbers, 10)
    assert numbers[b"a"] == 1


def test_calls_that_were_answered_long_ago_are_forgotten(numbers: CallNumbers) -> None:
    pass_by(numbers, 1_000)
    assert len(numbers) <= 22
    assert numbers[b"other 0"] == 1_001


def test_a_call_that_is_asked_for_again_is_open_again(numbers: CallNumbers) -> None:
    numbers.ask(b"again", 7)
    numbers.answer(b"again")
    numbers.ask(b"again", 8)
    pass_by(numbers, 1_000)
    assert (numbers[b"again"], numbers.tools[1]) == (1, 8)


def test_an_answer_may_be_that_of_no_call_or_of_one_that_is_forgotten(numbers: CallNumbers) -> None:
    numbers.answer(b"")
    numbers.answer(b"forgotten")
    pass_by(numbers, 1_000)
    assert numbers[b""] == 0
