"""What took a lane adds up to the same however long the clock gets, in whichever direction."""

from __future__ import annotations

import random

import pytest

from app.trajectory.runs.occupancy import Occupancy


@pytest.mark.parametrize("width", [10.0, 0.05, 0.0001])
def test_it_adds_up_in_every_column(width: float) -> None:
    chance = random.Random(1)
    spans = [
        (lane, start, start + chance.expovariate(0.1))
        for lane in (0, 2)
        for start in chance.sample(range(1000), 30)
    ]
    occupancy = Occupancy(500.0, width)
    for lane, start, end in spans:
        occupancy.add(lane, start, end)
    columns = [(column * 110 - 50, column * 110 + 60) for column in range(10)]
    for lane, taken in enumerate(occupancy.taken(-50, 1050, 10)):
        expected = [
            sum(max(min(end, right) - max(start, left), 0) for at, start, end in spans if at == lane)
            for left, right in columns
        ]
        assert taken == pytest.approx(expected, abs=max(2 * width, 1.0))


def test_failures_are_counted_where_they_were() -> None:
    occupancy = Occupancy(0.0, 0.05)
    for at in (1.0, 2.0, 2.5, 9.9, 10.0, 5_000_000.0):
        occupancy.fail(at)
    assert sum(occupancy.failed(0.0, 5_000_000.0, 7)) == 6
    occupancy = Occupancy(0.0, 0.01)
    for at in (1.0, 2.0, 2.5, 9.9, 10.0):
        occupancy.fail(at)
    assert occupancy.failed(0.0, 10.0, 5) == [1, 2, 0, 0, 2]
    assert occupancy.failed(2.2, 8.0, 2) == [1, 0]


def test_a_clock_of_ages_costs_no_more_than_one_of_seconds() -> None:
    occupancy = Occupancy(0.0, 0.05)
    for _ in range(20_000):
        occupancy.add(0, -1e11, 1e11)
    assert occupancy.taken(-1e11, 1e11, 2)[0] == pytest.approx([1e11 * 20_000] * 2, rel=0.01)
