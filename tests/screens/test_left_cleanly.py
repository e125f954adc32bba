"""A screen is left once, however many keys leave it, and at any moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.events import Key
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from app.screens.help import HelpScreen
from app.screens.hunk_review import HunkReviewScreen
from app.screens.left_cleanly import LeftCleanly
from app.screens.library import LibraryScreen
from app.screens.library_folders import LibraryFoldersScreen
from app.screens.themes import DARK
from app.screens.yolo import YoloScreen
from app.trajectory.events import ApprovalAsked, UserMessage
from tests.screens.played import ROOT, SIZE, STARTED, PlayedApp, requested, settle
from tests.screens.settled import Listening, SettingsApp
from tests.widgets.terminal import until

DIFF = "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n"


class Below(Screen[None]):
    """What is there once the other one is left."""


class Stage(App[None]):
    CSS_PATH = ROOT / "styles" / "theme.tcss"

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name


async def press_at_once(pilot: Pilot[None], *keys: str) -> None:
    """Press keys that come together, as on a slow line: each before the one before has acted."""
    for key in keys:
        pilot.app.post_message(Key(key, "\r" if key == "enter" else key if len(key) == 1 else None))
    await pilot.pause()


def environ(folder: Path) -> dict[str, str]:
    return {"SAWHORSE_CONFIG": str(folder / "config.toml"), "SAWHORSE_DATA": str(folder)}


@pytest.mark.parametrize(
    ("screen_of", "key"),
    [
        (lambda folder: HunkReviewScreen("edit", DIFF), "ctrl+s"),
        (lambda folder: HunkReviewScreen("edit", DIFF), "escape"),
        (lambda folder: LibraryScreen(environ(folder)), "q"),
        (lambda folder: LibraryScreen(environ(folder)), "escape"),
        (lambda folder: LibraryFoldersScreen(environ(folder)), "escape"),
    ],
)
async def test_keys_that_come_together_leave_one_screen(
    tmp_path: Path, screen_of: Callable[[Path], Screen[object]], key: str
) -> None:
    app, below = Stage(), Below()
    async with app.run_test(size=SIZE) as pilot:
        await app.push_screen(below)
        await app.push_screen(screen_of(tmp_path))
        await pilot.pause()
        await press_at_once(pilot, key, key, key)
        await until(pilot, lambda: app.screen is below)
        await pilot.pause()
        assert app.screen is below


async def test_a_word_that_is_sent_twice_leaves_one_screen() -> None:
    app, below = Stage(), Below()
    meant: list[bool | None] = []
    async with app.run_test(size=SIZE) as pilot:
        await app.push_screen(below)
        app.push_screen(YoloScreen(None), meant.append)
        await pilot.pause()
        await pilot.press(*"yolo")
        await press_at_once(pilot, "enter", "enter")
        await until(pilot, lambda: bool(meant))
        await pilot.pause()
        assert (app.screen, meant) == (below, [True])


async def test_the_session_stays_when_the_inbox_is_left_twice(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        call = requested("1", "bash", "ls", command="ls")
        app.played.play(STARTED, UserMessage("go"), call, ApprovalAsked("1", "no rule allows it"))
        await settle(pilot)
        await pilot.press("f2")
        await pilot.pause()
        await press_at_once(pilot, "q", "q")
        await until(pilot, lambda: app.screen is app.session_screen)
        await pilot.pause()
        assert app.screen is app.session_screen


async def test_what_is_below_the_settings_stays_when_they_are_left_twice(tmp_path: Path) -> None:
    app, below = SettingsApp(tmp_path, session=Listening()), Below()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f9")
        await app.push_screen(below)
        await pilot.press("f9")
        await pilot.pause()
        await press_at_once(pilot, "q", "q")
        await until(pilot, lambda: app.screen is below)
        await pilot.pause()
        assert app.screen is below


class Asking(LeftCleanly, ModalScreen[str]):
    """Speaks to its widget as soon as it is there."""

    def compose(self) -> ComposeResult:
        yield Static(id="said")

    def on_mount(self) -> None:
        self.query_one("#said", Static).update("here")


async def test_what_is_below_another_screen_is_not_left() -> None:
    app, below, asking = Stage(), Below(), Asking()
    answers: list[str | None] = []
    async with app.run_test(size=SIZE) as pilot:
        await app.push_screen(below)
        await app.push_screen(asking, answers.append)
        await app.push_screen(HelpScreen([], {}))
        asking.dismiss("too early")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        asking.dismiss("now")
        await pilot.pause()
        assert answers == ["now"]
        assert app.screen_stack[-1] is below


async def test_the_program_can_end_while_a_screen_is_opened() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        app.push_screen(Asking())
        app.exit()
        await pilot.pause()
    assert app.return_code == 0


async def test_it_looks_as_it_would_without() -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await pilot.app.push_screen(Asking())
        assert pilot.app.screen.styles.background.a < 1
