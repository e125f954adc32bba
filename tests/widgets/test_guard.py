from __future__ import annotations

from tests.widgets.terminal import Clock
from widgets.guard import Guard


def counts(guard: Guard) -> bool:
    """Whether a key would answer now."""
    return guard.is_over


def test_nothing_counts_before_it_is_painted_and_for_300_ms_after() -> None:
    clock = Clock()
    guard = Guard(clock)
    clock.now += 60
    guard.restart()
    clock.now += 60
    assert not counts(guard)
    guard.start()
    clock.now += 0.299
    assert not counts(guard)
    clock.now += 0.002
    assert counts(guard)


def test_it_begins_anew_when_the_focus_comes_and_when_something_else_is_shown() -> None:
    clock = Clock()
    guard = Guard(clock)
    guard.start()
    clock.now += 1
    guard.restart()
    assert not counts(guard)
    clock.now += 1
    assert counts(guard)
    guard.close()
    clock.now += 60
    guard.restart()
    clock.now += 60
    assert not counts(guard)


def test_a_key_that_is_held_down_counts_once_it_was_let_go() -> None:
    clock = Clock()
    guard = Guard(clock)
    guard.start()
    for _ in range(100):
        assert not guard.take()
        clock.now += 0.03
    clock.now += Guard.HELD
    assert guard.take()
    guard.answered()
    clock.now += 0.66  # the longest that keyboards usually wait before they repeat
    for _ in range(100):
        assert not guard.take()
        clock.now += 0.03


def test_a_key_that_is_pressed_again_and_again_counts_in_the_end() -> None:
    clock = Clock()
    guard = Guard(clock)
    guard.start()
    clock.now += 1
    assert guard.take()
    guard.answered()
    counted = []
    for _ in range(4):
        clock.now += 0.25
        counted.append(guard.take())
    assert counted == [False, False, True, True]


def test_an_answer_elsewhere_does_not_let_through_what_is_not_painted_yet() -> None:
    clock = Clock()
    guard = Guard(clock)
    guard.answered()
    clock.now += 60
    assert not guard.take()
