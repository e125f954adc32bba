"""A run is shown again at its own pace, faster, or step by step."""

from __future__ import annotations

import pytest

from app.trajectory.runs.playback import SPEEDS, UNTIMED, Playback


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def playback(times: list[float], clock: Clock, **how: object) -> Playback:
    return Playback(times.__getitem__, times.__len__, clock, **how)  # type: ignore[arg-type]  # any


def test_each_record_comes_when_it_came(clock: Clock) -> None:
    play = playback([1000.0, 1001.0, 1003.0], clock)
    assert play.advance() == 1
    clock.now += 0.9
    assert play.advance() == 0
    assert play.until_next == pytest.approx(0.1)
    clock.now += 0.2
    assert play.advance() == 1
    clock.now += 2.0
    assert play.advance() == 1
    assert play.is_over
    assert play.elapsed == 3.0


def test_it_can_be_faster_and_slower(clock: Clock) -> None:
    play = playback([1000.0, 1010.0, 1030.0], clock, speed=10.0)
    play.advance()
    clock.now += 1.0
    assert play.advance() == 1
    play.speed = 1.0
    play.faster(by=1)
    assert play.speed == 2.0
    clock.now += 9.0
    assert play.advance() == 0
    clock.now += 1.0
    assert play.advance() == 1
    for _ in range(20):
        play.faster(by=-1)
    assert play.speed == SPEEDS[0]


def test_it_can_stand_still_and_go_on(clock: Clock) -> None:
    play = playback([1000.0, 1001.0], clock, paused=True)
    clock.now += 50
    assert play.advance() == 0
    play.paused = False
    assert play.advance() == 1
    clock.now += 0.5
    play.paused = True
    clock.now += 50
    play.paused = False
    clock.now += 0.4
    assert play.advance() == 0
    clock.now += 0.2
    assert play.advance() == 1


def test_a_step_does_not_wait(clock: Clock) -> None:
    play = playback([1000.0, 5000.0, 9000.0], clock, paused=True)
    assert [play.step() for _ in range(4)] == [True, True, True, False]
    assert play.elapsed == 8000.0


def test_it_goes_on_from_where_it_is_put(clock: Clock) -> None:
    play = playback([1000.0, 1010.0, 1020.0, 1030.0], clock)
    play.seek(3)
    assert play.elapsed == 20.0
    assert play.advance() == 0
    clock.now += 10
    assert play.advance() == 1
    play.seek(0)
    assert play.advance() == 1
    play.seek(99)
    assert play.is_over


def test_a_clock_that_was_set_back_does_not_hold_it_up(clock: Clock) -> None:
    play = playback([1000.0, 1010.0, 900.0, 0.0, 1011.0], clock)
    play.advance()
    clock.now += 10
    assert play.advance() == 3, "what is older, or bears no time, comes with what was before it"
    clock.now += 1
    assert play.advance() == 1


def test_a_run_without_times_has_a_pace_of_its_own(clock: Clock) -> None:
    play = playback([0.0, 0.0, 0.0], clock)
    assert play.advance() == 0
    clock.now += UNTIMED
    assert play.advance() == 1
    play.seek(2)
    assert play.elapsed == 2 * UNTIMED


def test_a_run_that_has_nothing_yet_waits_for_it(clock: Clock) -> None:
    times: list[float] = []
    play = playback(times, clock)
    assert play.advance() == 0
    times.append(1000.0)
    assert play.advance() == 1
