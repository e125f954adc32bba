from __future__ import annotations

import pytest
from textual.app import App

from widgets.status import CallStatus, duration, size


def test_states_are_told_apart_without_colour() -> None:
    glyphs = [status.glyph for status in CallStatus]
    assert len(set(glyphs)) == len(glyphs)
    assert all(len(glyph) == 1 for glyph in glyphs)


async def test_each_state_has_a_colour_of_the_theme() -> None:
    async with App[None]().run_test() as pilot:
        assert {status.colour.removeprefix("$") for status in CallStatus} <= pilot.app.theme_variables.keys()


def test_only_done_failed_and_denied_are_over() -> None:
    over = {status for status in CallStatus if status.is_over}
    assert over == {CallStatus.DONE, CallStatus.FAILED, CallStatus.DENIED}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.0144, "14 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (1.25, "1.2 s"),
        (59.94, "59.9 s"),
        (59.96, "1:00"),
        (61.9, "1:01"),
        (125, "2:05"),
        (3599.99, "1:00:00"),
        (3725, "1:02:05"),
        (360_000, "100:00:00"),
    ],
)
def test_a_duration_is_short_and_never_jumps_back(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_234_567, "1.2 MB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (5_000_000_000, "5.0 GB"),
        (12_000_000_000_000, "12000.0 GB"),
    ],
)
def test_a_size_has_the_largest_unit_that_fits(count: int, text: str) -> None:
    assert size(count) == text
