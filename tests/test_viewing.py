"""The viewer without a session: its app, and what leads from one screen to the next."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from app.screens.comparison import ComparisonScreen
from app.screens.help import HelpScreen
from app.screens.library import LibraryScreen
from app.screens.replay import ReplayScreen
from app.screens.run_export import ExportScreen
from app.screens.settings import SettingsScreen
from app.screens.statistics import StatisticsScreen
from app.screens.viewer import doors
from app.screens.viewer.screen import ViewerScreen
from app.settings.live import LiveSettings
from app.trajectory.fork import Fork
from app.trajectory.runs.run import Run
from app.viewing import Viewing
from tests.screens.played import shown
from tests.screens.viewed import lines, many, recording
from tests.widgets.terminal import press, until

SIZE = (120, 36)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return recording(tmp_path, lines())


def viewing(file: Path | None) -> Viewing:
    """The app over one run, or over all of them."""
    return Viewing(LiveSettings({}), {}, ViewerScreen(Run.open(file), 5) if file is not None else None)


async def test_keys_lead_from_a_run_to_its_figures_its_replay_its_export_and_back(file: Path) -> None:
    app = viewing(file)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ViewerScreen) and "fix the *flaky*" in shown(app))
        viewer = app.screen
        for key, screen, back in (
            ("s", StatisticsScreen, "q"),
            ("x", ExportScreen, "escape"),
            ("f1", HelpScreen, "escape"),
            ("f9", SettingsScreen, "f9"),
            ("r", ReplayScreen, "q"),
        ):
            await press(pilot, key)
            await until(pilot, lambda screen=screen: isinstance(app.screen, screen))  # type: ignore[misc]  # at once
            await press(pilot, back)
            await until(pilot, lambda: app.screen is viewer)
        await press(pilot, "q")
    assert app.return_code == 0


async def test_the_program_ends_with_a_run_that_was_opened_again(file: Path) -> None:
    app = viewing(file)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ViewerScreen))
        viewer = app.screen
        await press(pilot, "f5")
        await until(pilot, lambda: isinstance(app.screen, ViewerScreen) and app.screen is not viewer)
        await press(pilot, "q")
        await until(pilot, lambda: not app.is_running)
    assert app.return_code == 0


async def test_garbage_is_looked_for_once_a_run_is_shown(file: Path) -> None:
    thresholds = gc.get_threshold()
    gc.disable()
    try:
        app = viewing(file)
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, lambda: isinstance(app.screen, ViewerScreen))
            assert gc.isenabled()
            gc.disable()  # nothing but the app looks for it
            await press(pilot, "down")
            before = gc.get_stats()[2]["collections"]
            for _ in range(5):
                gc.collect(1)
            app._collect_garbage()
            assert gc.get_stats()[2]["collections"] == before, "a key was pressed just now"
            await until(pilot, lambda: gc.get_stats()[2]["collections"] > before)
    finally:
        gc.enable()
    assert gc.get_threshold() == thresholds


async def test_a_session_can_branch_off_from_an_event(file: Path) -> None:
    app = viewing(file)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ViewerScreen) and "fix the *flaky*" in shown(app))
        await press(pilot, "home", "R")
        assert "Nothing was said up to here" in "".join(each.message for each in app._notifications)
        await press(pilot, "end", "R")
    assert app.branch == Fork(file, file.read_bytes().count(b"\n") - 1)


async def test_another_run_is_compared_by_its_name_or_chosen_in_the_library(file: Path) -> None:
    app = viewing(file)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ViewerScreen))
        viewer = app.screen
        await press(pilot, "equals_sign", *"nowhere", "enter")
        assert "nowhere" in "\n".join(str(each.message) for each in app._notifications)
        await press(pilot, "equals_sign", *str(file), "enter")
        await until(pilot, lambda: isinstance(app.screen, ComparisonScreen))
        await press(pilot, "q")
        await until(pilot, lambda: app.screen is viewer)
        await press(pilot, "equals_sign", "enter")
        await until(pilot, lambda: isinstance(app.screen, LibraryScreen))
        app.screen.post_message(LibraryScreen.Chosen(file))
        await until(pilot, lambda: isinstance(app.screen, ComparisonScreen))


async def test_all_of_a_long_run_is_read_once_it_is_shown(tmp_path: Path) -> None:
    app = viewing(None)

    def all_of_it() -> bool:
        return (
            isinstance(app.screen, ViewerScreen)
            and app.screen.viewed.complete
            and app.screen.view.is_up_to_date
            and len(app.screen.view.rows) == 4_000
        )

    async with app.run_test(size=SIZE) as pilot:
        doors.open_run(app, recording(tmp_path, many(2_000)))
        await until(pilot, all_of_it)
        first = app.screen
        await press(pilot, "end", "f5")
        await until(pilot, lambda: app.screen is not first and all_of_it())
        assert isinstance(app.screen, ViewerScreen)
        assert app.screen.view.row == 3_999


async def test_a_run_that_is_chosen_in_the_library_is_opened_and_left_to_it(file: Path) -> None:
    app = viewing(None)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LibraryScreen))
        library = app.screen
        library.post_message(LibraryScreen.Chosen(file, 12))
        await until(pilot, lambda: isinstance(app.screen, ViewerScreen) and "exit code 1" in shown(app))
        await press(pilot, "q")
        await until(pilot, lambda: app.screen is library)
        library.post_message(LibraryScreen.Chosen(file.with_name("gone")))
        await until(
            pilot, lambda: "cannot open" in "\n".join(str(each.message) for each in app._notifications)
        )


async def test_a_choice_that_arrives_when_the_library_was_left_opens_nothing(file: Path) -> None:
    app = viewing(None)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LibraryScreen))
        app.pop_screen()
        app.post_message(LibraryScreen.Chosen(file))
        await until(pilot, lambda: not app.is_running)
    assert app.return_code == 0
