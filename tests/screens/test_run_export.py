"""A run is written to a file from its viewer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.widgets import Input

from app.trajectory.events import UserMessage
from tests.screens.viewed import ViewerApp, lines, read, recording
from tests.widgets.terminal import press, until

SECRET = "correct-horse-battery-staple"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ViewerApp:
    monkeypatch.chdir(tmp_path)
    return ViewerApp(recording(tmp_path, lines([(0.0, "", UserMessage(f"The key is {SECRET}."))])))


async def test_a_page_has_none_of_the_secrets_of_the_environment(
    app: ViewerApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_API_KEY", SECRET)
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot)
        await press(pilot, "x", "enter", "enter")
        await until(pilot, lambda: "wrote" in app.said)
    page = (tmp_path / "run.html").read_text()
    assert "[redacted: MY_API_KEY]" in page
    assert SECRET not in page


async def test_a_file_that_is_there_is_written_over_when_enter_is_pressed_twice(
    app: ViewerApp, tmp_path: Path
) -> None:
    target, link = tmp_path / "mine.html", tmp_path / "run.html"
    target.write_text("mine")
    link.symlink_to(target)
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot)
        await press(pilot, "x", "enter", "enter")
        assert "enter once more writes over it" in app.text
        assert target.read_text() == "mine"
        await press(pilot, "enter")
        await until(pilot, lambda: "wrote" in app.said)
    assert link.is_symlink(), "the file that a link leads to is written, as on the command line"
    assert target.read_text().startswith("<!DOCTYPE html>")


async def test_the_run_itself_is_never_written_over(app: ViewerApp, tmp_path: Path) -> None:
    before = (tmp_path / "run.jsonl").read_bytes()
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot)
        await press(pilot, "x", "end", "enter", "enter", "enter")
        await until(pilot, lambda: "give another name" in app.text)
    assert (tmp_path / "run.jsonl").read_bytes() == before


async def test_what_cannot_be_written_says_why_and_leaves_nothing(app: ViewerApp, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot)
        await press(pilot, "x", "down", "down", "enter", "ctrl+u", *"gone/run.json", "enter")
        await until(pilot, lambda: "cannot write it: No such file or directory" in app.text)
        await press(pilot, "ctrl+u", *"folder", "enter")
        assert "It is a folder: name a file in it." in app.text
        await press(pilot, "escape")
        assert "then the file" in app.text, "back to the formats first"
        await press(pilot, "escape")
        assert "then the file" not in app.text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "run.jsonl"]


async def test_a_name_that_no_file_can_have_is_said_and_ends_nothing(app: ViewerApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot)
        await press(pilot, "x", "enter", "ctrl+u")
        app.screen.query_one("#file", Input).value = "a" * 300
        await press(pilot, "enter")
        await until(pilot, lambda: "cannot write it: File name too long" in app.text)
        app.screen.query_one("#file", Input).value = "~nobody-of-that-name/a"
        await press(pilot, "enter")
        await until(pilot, lambda: "there is no such home" in app.text)


async def test_a_folder_that_is_gone_is_suggested_to_nobody(app: ViewerApp, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot)
        await press(pilot, "x", "enter")
        assert app.screen.query_one("#file", Input).value == "run.html"
        await press(pilot, "enter")
        await until(pilot, lambda: "cannot write it: No such file or directory" in app.text)
