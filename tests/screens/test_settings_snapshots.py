"""How the settings screen looks. `make snapshots` takes them anew after a change that is meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.screens.settings_detail import SettingDetail
from tests.screens.settled import COMMENTED, Listening, SettingsApp, look_at, press, write

Compare = Callable[..., bool]

SIZES = pytest.mark.parametrize("size", [(200, 50), (80, 24)], ids=["wide", "narrow"])


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SettingsApp:
    monkeypatch.setenv("HOME", str(tmp_path))  # paths are short, and the same each time
    (tmp_path / "config.toml").write_text(COMMENTED + "[providers.work]\napi_key = 'k'\n")
    return SettingsApp(tmp_path, session=Listening(), overrides={"tools.timeout": "60"})


async def settle(pilot: Pilot[None]) -> None:
    """Until the figures are drawn."""
    assert isinstance(pilot.app, SettingsApp)
    detail = pilot.app.settings.query_one(SettingDetail)
    detail._now = lambda: 100.0
    detail._draw_figures()
    await pilot.pause()


@SIZES
def test_all_settings(snap_compare: Compare, app: SettingsApp, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=settle)


@SIZES
def test_a_number_that_is_wrong_beside_the_figures_of_the_recorder(
    snap_compare: Compare, app: SettingsApp, size: tuple[int, int]
) -> None:
    async def change(pilot: Pilot[None]) -> None:
        await look_at(pilot, "recorder.batch_size")
        await press(pilot, "enter")
        await write(pilot, "0")
        await settle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=change)


def test_a_theme_that_is_looked_at(snap_compare: Compare, app: SettingsApp) -> None:
    async def change(pilot: Pilot[None]) -> None:
        await look_at(pilot, "interface.theme")
        await press(pilot, "enter", "down")
        await settle(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=change)


def test_a_key_that_is_taken(snap_compare: Compare, app: SettingsApp) -> None:
    async def change(pilot: Pilot[None]) -> None:
        await look_at(pilot, "keys.session.jobs")
        await press(pilot, "enter", "f2")
        await settle(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=change)
