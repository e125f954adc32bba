"""The whole of what one call said, opened from its line in the conversation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.app import App

from app.screens.output import OutputScreen
from app.trajectory.events import ToolFinished, ToolStarted, UserMessage
from tests.screens.played import SIZE, STARTED, PlayedApp, requested, settle, shown

DIFF = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-old\n+new\n"


@pytest.mark.parametrize("kept", [True, False])
async def test_enter_opens_the_output_of_a_command_and_escape_goes_back(tmp_path: Path, kept: bool) -> None:
    output = tmp_path / "out"
    output.write_bytes(b"".join(b"row %d [/red]\n" % number for number in range(500)))
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("go"), requested("1", "bash", "make", command="make"))
        app.played.play(
            ToolStarted("1", str(output)),
            ToolFinished("1", "failed", "cut for the model", 1.5, 2, str(output), output.stat().st_size),
        )
        await settle(pilot)
        if not kept:
            output.unlink()
        await pilot.press("f5", "k", "enter")
        await settle(pilot)
        assert isinstance(app.screen, OutputScreen)
        text = shown(app)
        assert "failed · 1.5 s · exit 2" in text
        assert ("row 499 [/red]" if kept else "cut for the model") in text
        if kept:
            await pilot.press("home")
            await settle(pilot)
            assert "row 0 [/red]" in shown(app)
        await pilot.press("escape")
        assert not isinstance(app.screen, OutputScreen)


async def test_an_edit_opens_as_its_diff_and_a_key_shows_what_it_said(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("go"), requested("1", "str_replace_based_edit_tool", "a.py"))
        app.played.play(ToolStarted("1"), ToolFinished("1", "done", "edited", 0.01, diff=DIFF))
        await settle(pilot)
        await pilot.press("f5", "k", "enter")
        await settle(pilot)
        assert "done · 10 ms · d what it said" in shown(app)
        assert "▌  1     - old" in shown(app)
        assert "edited" not in shown(app)
        await pilot.press("s")
        await settle(pilot)
        assert re.search(r"  1 - old +│  1 \+ new", shown(app))
        await pilot.press("d")
        await settle(pilot)
        assert "done · 10 ms · d diff" in shown(app)
        assert "edited" in shown(app)
        assert "- old" not in shown(app)
        await pilot.press("d", "escape")
        assert not isinstance(app.screen, OutputScreen)


@pytest.mark.parametrize("written", [True, False])
async def test_a_call_that_failed_opens_as_what_it_said_and_a_key_shows_its_diff(
    tmp_path: Path, written: bool
) -> None:
    output = tmp_path / "out"
    output.write_bytes(b"it was written\n")
    finished = ToolFinished(
        "1", "failed", "it was said", 0.01, output=str(output) if written else "", diff=DIFF
    )
    app = App[None]()
    async with app.run_test(size=(60, 20)) as pilot:
        await app.push_screen(OutputScreen.of_call("make format", finished))
        await settle(pilot)
        assert ("it was written" if written else "it was said") in shown(app)
        await pilot.press("d")
        await settle(pilot)
        assert "- old" in shown(app)


async def test_a_search_of_the_diff_is_not_shown_beside_what_the_call_said(tmp_path: Path) -> None:
    app = App[None]()
    async with app.run_test(size=(60, 20)) as pilot:
        await app.push_screen(
            OutputScreen.of_call("edit", ToolFinished("1", "done", "edited", 0.01, diff=DIFF))
        )
        await pilot.press("slash", *"old", "enter")
        await settle(pilot)
        assert "1 of 1 line" in shown(app)
        await pilot.press("d")
        await settle(pilot)
        assert "1 of 1 line" not in shown(app)
        await pilot.press("d", "escape")
        assert isinstance(app.screen, OutputScreen)
        await pilot.press("escape")
        assert not isinstance(app.screen, OutputScreen)


async def test_a_call_that_has_changed_nothing_has_nothing_else_to_show(tmp_path: Path) -> None:
    app = App[None]()
    async with app.run_test(size=(60, 20)) as pilot:
        await app.push_screen(OutputScreen.of_call("view a.py", ToolFinished("1", "done", "text", 0.01)))
        await pilot.press("d")
        await settle(pilot)
        assert "text" in shown(app)
        assert " d " not in shown(app).splitlines()[0]


async def test_it_is_searched_and_escape_ends_the_search_before_it_goes_back(tmp_path: Path) -> None:
    output = tmp_path / "out"
    output.write_bytes(b"".join(b"row %d\n" % number for number in range(500)))
    app = App[None]()
    async with app.run_test(size=(60, 20)) as pilot:
        await app.push_screen(OutputScreen.of_file("the title", output))
        await pilot.press("slash", *"row", "space", *"33", "enter")
        while "/ row 33" not in shown(app) or "1 of 11" not in shown(app):
            await pilot.pause(0.01)
        await pilot.press("n", "n")
        assert "row 331" in shown(app)
        assert "3 of 11" in shown(app)
        await pilot.press("escape")
        assert "3 of 11" not in shown(app)
        assert isinstance(app.screen, OutputScreen)
        await pilot.press("escape")
        assert not isinstance(app.screen, OutputScreen)


@pytest.mark.parametrize("live", [True, False])
async def test_an_output_is_copied_and_opened_in_a_pane_and_with_all_the_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, live: bool
) -> None:
    for name in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY", "PAGER"):
        monkeypatch.delenv(name, raising=False)
    output = tmp_path / "out"
    output.write_bytes(b"\x1b[31mred\x1b[0m\n")
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("go"), requested("1", "bash", "make", command="make"))
        app.played.play(ToolStarted("1", str(output)))
        await settle(pilot)
        if not live:
            app.played.play(ToolFinished("1", "done", "red", 1.5, 0, str(output), 4))
            await settle(pilot)
        await pilot.press(*(["f3"] if live else ["f5", "k", "enter"]))
        await settle(pilot)
        await pilot.press("y", "o")
        await settle(pilot)
        assert app.clipboard == "red\n"
        told = [notice.message for notice in app._notifications]
        assert told == ["copied 4 characters", "This terminal cannot be lent to a pager."]


async def test_a_diff_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    app = App[None]()
    async with app.run_test(size=(60, 20)) as pilot:
        await app.push_screen(
            OutputScreen.of_call("edit", ToolFinished("1", "done", "edited", 0.01, diff=DIFF))
        )
        await pilot.press("y")
        assert app.clipboard == "--- a/a.py\n+++ b/a.py\n@@ -1,1 +1,1 @@\n-old\n+new"
