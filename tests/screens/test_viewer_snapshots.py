"""How the viewer looks. `make snapshots` takes them anew after a change that is meant."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.screens.viewed import EDIT, FAILURE, ViewerApp, lines, read, recording
from tests.widgets.terminal import press, until
from widgets.timeline import Timeline

Compare = Callable[..., bool]

SIZES = pytest.mark.parametrize("size", [(200, 50), (80, 24)], ids=["wide", "narrow"])


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ViewerApp:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    return ViewerApp(recording(tmp_path, lines()))


@SIZES
def test_a_failure_that_was_found(snap_compare: Compare, app: ViewerApp, size: tuple[int, int]) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await read(pilot)
        await press(pilot, "m", "e", "slash", *"sleep", "enter")
        await until(pilot, lambda: "of 7" in app.text)
        app.viewer.view.go_to(FAILURE)
        await read(pilot)

    assert snap_compare(app, terminal_size=size, run_before=look)


def test_an_edit_with_its_diff_and_the_timeline_closer(snap_compare: Compare, app: ViewerApp) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await read(pilot)
        app.viewer.view.go_to(EDIT)
        await read(pilot)
        await press(pilot, "plus")
        await until(pilot, lambda: "await clock" in app.text and app.viewer.query_one(Timeline).is_on_screen)

    assert snap_compare(app, terminal_size=(140, 40), run_before=look)


def test_choosing_what_is_listed(snap_compare: Compare, app: ViewerApp) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await read(pilot)
        await press(pilot, "F", "j", "space", "j")

    assert snap_compare(app, terminal_size=(80, 24), run_before=look)
