"""Settings in the workbench itself: from every screen, and in a session that runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.screens.palette import actions
from app.screens.settings import SettingsScreen
from app.screens.welcome import WelcomeScreen
from app.settings.live import LiveSettings
from app.workbench import Workbench
from tests.screens.played import shown
from tests.widgets.terminal import until


def workbench(workspace: Path, **overrides: str) -> Workbench:
    live = LiveSettings(
        os.environ, {name.replace("__", "."): text for name, text in overrides.items()}, workspace
    )
    return Workbench(workspace, live.settings, os.environ, live=live)


async def begin(pilot: Pilot[None]) -> None:
    """Until keys count."""
    app = pilot.app
    assert isinstance(app, Workbench)
    await until(pilot, lambda: app._typed_ahead is None)
    await pilot.pause()


async def test_they_can_be_changed_before_a_model_is_chosen(tmp_path: Path, own_places: Path) -> None:
    app = workbench(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await begin(pilot)
        assert isinstance(app.screen, WelcomeScreen)
        await pilot.press("f9")
        assert isinstance(app.screen, SettingsScreen)
        await pilot.press("slash", *"compress", "enter", "enter")
        await until(pilot, lambda: "compress = true" in (own_places / "config.toml").read_text())
        await pilot.press("f9")
        assert isinstance(app.screen, WelcomeScreen)


async def test_the_palette_and_the_help_have_them(tmp_path: Path) -> None:
    app = workbench(tmp_path)
    async with app.run_test(size=(100, 60)) as pilot:
        await begin(pilot)
        await pilot.press("ctrl+p")
        assert "Settings" in [action.binding.description for action in actions(app.screen_stack[1])]
        await pilot.press("escape")
        await pilot.press("f9", "f1")
        assert "Every setting, and where its value comes from." in shown(app)
        assert "Save in your file, or in the project's" in shown(app)
        await pilot.press("f9")
        assert "Every setting, and where its value comes from." in shown(app), "nothing is laid over it"


async def test_what_can_be_done_in_them_is_in_the_palette(tmp_path: Path) -> None:
    app = workbench(tmp_path)
    async with app.run_test(size=(100, 60)) as pilot:
        await begin(pilot)
        await pilot.press("f9")
        settings = app.screen
        assert isinstance(settings, SettingsScreen)
        await pilot.press("ctrl+p")
        offered = [action.binding.id for action in actions(settings)]
        assert {"settings.reset", "settings.target", "settings.search", "settings.change"} <= set(offered)


@pytest.mark.parametrize("key", ["batch_size", "memory_cap"])
async def test_a_session_follows_them(tmp_path: Path, key: str) -> None:
    script = tmp_path / "script.json"
    script.write_text('{"turns": [{"steps": [{"type": "text", "text": "hello"}]}]}')
    app = workbench(tmp_path, model__name=f"scripted/{script}")
    try:
        async with app.run_test(size=(140, 40)) as pilot:
            await until(pilot, lambda: app.session is not None)
            await pilot.press("f9", "slash", *f"recorder.{key}", "enter", "enter", "ctrl+u", *"7", "enter")
            session = app.session
            assert session is not None
            wanted = 7 << 20 if key == "memory_cap" else 7
            await until(pilot, lambda: getattr(session.recorder, key) == wanted)
            await until(pilot, lambda: ("of 7 MB" if key == "memory_cap" else "7 · 0.25 s") in shown(app))
    finally:
        if app.session is not None:
            app.session.close()
