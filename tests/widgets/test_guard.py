from __future__ import annotations

from tests.widgets.terminal import Clock
from widgets.guard import Guard


def test_nothing_counts_before_it_is_painted_and_for_300_ms_after() -> None:
    clock = Clock()
    guard = Guard(clock)
    clock.now += 60
    guard.restart()
    clock.now += 60
    assert not guard.is_over
    guard.start()
    clock.now += 0.299
    assert not guard.is_over
    clock.now += 0.002
    assert guard.is_over


def test_it_begins_anew_when_the_focus_comes_and_when_something_else_is_shown() -> None:
    clock = Clock()
    guard = Guard(clock)
    guard.start()
    clock.now += 1
    guard.restart()
    assert not guard.is_over
    clock.now += 1
    assert guard.is_over
    guard.close()
    clock.now += 60
    guard.restart()
    clock.now += 60
    assert not guard.is_over
