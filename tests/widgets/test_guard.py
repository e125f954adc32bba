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
