"""The approval modes: nobody gets to yolo by one key too many."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.execution.sandbox.confinement import Confinement
from app.screens.modes import mode_text, next_mode
from app.screens.palette import actions
from app.screens.yolo import YoloScreen
from app.settings.schema import MODES, Mode
from tests.screens.played import SIZE, PlayedApp, settle, shown
from tests.widgets.terminal import burst, press, until


def mode_of(app: PlayedApp) -> str:
    return app.played.mode


def test_a_key_goes_round_all_modes_but_yolo() -> None:
    seen: list[Mode] = ["plan"]
    for _ in range(4):
        seen.append(next_mode(seen[-1]))
    assert seen == ["plan", "ask", "edits", "auto", "plan"]
    assert next_mode("yolo") == "plan"


def test_each_mode_has_a_look_of_its_own() -> None:
    assert len({str(mode_text(mode).spans) for mode in MODES}) == len(MODES)


async def test_yolo_begins_with_its_word_and_no_other(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "alt+y")
        await until(pilot, lambda: isinstance(app.screen, YoloScreen))
        assert "everything runs but what a rule denies" in shown(app)
        assert "The sandbox holds" in shown(app)
        await burst(pilot, *"y", "enter")
        assert mode_of(app) == "ask"
        assert "yolo is the word, or escape" in shown(app)
        await press(pilot, *"yolo")
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen is app.session_screen)
        assert mode_of(app) == "yolo"
        await until(pilot, lambda: app.session_screen.has_class("-yolo"))
        assert " yolo " in shown(app)
        await press(pilot, "shift+tab")
        assert mode_of(app) == "plan"
        await until(pilot, lambda: not app.session_screen.has_class("-yolo"))


async def test_escape_goes_on_asking(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    app.played.confinement = Confinement("none", "[/red] bubblewrap is not installed")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "alt+y")
        await until(pilot, lambda: "There is no sandbox: [/red] bubblewrap is not installed." in shown(app))
        await press(pilot, *"yolo", "escape")
        await until(pilot, lambda: app.screen is app.session_screen)
        assert app.played.mode == "ask"


async def test_the_palette_offers_it(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "session.yolo" in {action.binding.id for action in actions(app.session_screen)}


@pytest.mark.parametrize(
    ("confinement", "says"),
    [
        (None, "sandbox …"),
        (Confinement("bwrap", "why"), "sandbox bwrap"),
        (Confinement("landlock", "why"), "sandbox landlock"),
        (Confinement("none", "why"), "no sandbox"),
        (Confinement("off", "why"), "no sandbox"),
    ],
)
async def test_the_top_line_says_what_confines_commands(
    tmp_path: Path, confinement: Confinement | None, says: str
) -> None:
    app = PlayedApp(tmp_path)
    app.played.confinement = confinement
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert f"claude-sonnet-5 · ask · {says}" in shown(app)
