"""What a person means by a place in a run."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.screens.viewer.places import PlaceError, place_of

EVENING = datetime(2026, 2, 2, 23, 50, 30).astimezone().timestamp()


@pytest.mark.parametrize(("text", "number"), [("0", 0), (" 1234 ", 1234), ("#12", 12), ("1,234", 1234)])
def test_a_number_is_that_of_an_event(text: str, number: int) -> None:
    assert place_of(text, EVENING) == number
    assert place_of(text, 0.0) == number


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("+90", 90.0),
        ("+1.5s", 1.5),
        ("+1:30", 90.0),
        ("+1:02:05", 3725.0),
        ("23:51:00", 30.0),
        ("23:51", 30.0),
        ("23:50", -30.0),
        ("00:10", 1170.0),
        ("2026-02-03 00:10", 1170.0),
    ],
)
def test_a_time_is_one_of_the_day_or_since_the_beginning(text: str, after: float) -> None:
    assert place_of(text, EVENING) == EVENING + after


@pytest.mark.parametrize("text", ["", "soon", "25:00", "12:61", "+", "9" * 40, "2026-02-31", "0001-01-01"])
def test_anything_else_is_refused_with_what_is_a_place(text: str) -> None:
    with pytest.raises(PlaceError, match="Give a number, a time of day"):
        place_of(text, EVENING)


def test_a_run_without_times_takes_numbers_only() -> None:
    with pytest.raises(PlaceError, match="does not say when anything happened"):
        place_of("12:00", 0.0)
