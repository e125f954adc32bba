"""The demo does real work: real files change, and a real test that failed passes afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.demo import SCENARIO, TASK, copy_project
from app.headless import run
from app.screens.session import SessionScreen
from app.screens.welcome import WelcomeScreen
from app.session.options import Options
from app.settings.schema import ApprovalSettings, ModelSettings, Settings
from app.trajectory.events import ApprovalAsked, ApprovalDecided, Event, ToolFinished, ToolRequested
from app.trajectory.reader import read
from app.workbench import Workbench
from widgets.call_pane import CallPane
from widgets.status import CallStatus

SETTINGS = Settings(model=ModelSettings(name=f"scripted/{SCENARIO}"), approval=ApprovalSettings(mode="auto"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    return copy_project()


def suite_passes(project: Path) -> bool:
    command = [sys.executable, "-B", "-m", "unittest"]
    return subprocess.run(command, cwd=project, capture_output=True, check=False).returncode == 0


def recorded(home: Path) -> list[Event]:
    (trajectory,) = home.glob("data/sessions/*/trajectory.jsonl")
    return [record.event for record in read(trajectory)]


def check_work(project: Path, events: list[Event]) -> None:
    assert suite_passes(project)
    assert "price * quantity" in (project / "shop/cart.py").read_text()
    assert "price * percent / 100" in (project / "shop/prices.py").read_text()
    finished = {event.call: event for event in events if isinstance(event, ToolFinished)}
    runs = [event for event in finished.values() if "Ran 2 tests" in event.content]
    assert [(event.status, event.exit_code) for event in runs] == [("failed", 1), ("done", 0)]
    asked = {event.call for event in events if isinstance(event, ToolRequested)}
    assert asked == set(finished), "every call is answered once"


def test_without_a_screen(project: Path, own_places: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert not suite_passes(project)
    assert run(TASK, Options(project, SETTINGS, os.environ, attended=False), "text") == 0
    events = recorded(own_places)
    check_work(project, events)
    denied = [event for event in events if isinstance(event, ApprovalDecided) and not event.allowed]
    assert [event.by for event in denied] == ["headless"]
    assert list(project.rglob("__pycache__")), "what asked was not done"
    assert b"both pass" in capfdbinary.readouterr().out


@pytest.mark.parametrize(("key", "caches"), [("y", False), ("n", True)])
async def test_in_the_workbench(project: Path, own_places: Path, key: str, caches: bool) -> None:
    assert not suite_passes(project)
    app = Workbench(project, SETTINGS, os.environ, task=TASK)
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: any(pane.question.is_open for pane in asking(app) if pane.question))
        await pilot.press("ctrl+a", key)
        screen = app.screen_stack[-1]
        assert isinstance(screen, SessionScreen)
        await until(pilot, lambda: not screen.is_busy)
    assert app.session is not None
    app.session.close()
    events = recorded(own_places)
    check_work(project, events)
    assert len([event for event in events if isinstance(event, ApprovalAsked)]) == 1
    assert any(project.rglob("__pycache__")) is caches


async def test_a_key_that_is_pressed_twice_plays_it_once(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Workbench(project, Settings(), os.environ)
    monkeypatch.setattr(Workbench, "_open_session", lambda app: None)
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen) and app.screen.is_mounted)
        for _ in range(2):
            app.screen.post_message(WelcomeScreen.Demo())
        await until(pilot, lambda: isinstance(app.screen, SessionScreen))
        await pilot.pause()
        assert len(app.screen_stack) == 2
    assert len(list(project.parent.parent.glob("*/*/shop"))) == 2, "the project, and one copy"


def asking(app: Workbench) -> list[CallPane]:
    return [pane for pane in app.screen_stack[-1].query(CallPane) if pane.status is CallStatus.ASKS]


async def until(pilot: Pilot[None], done: Callable[[], bool]) -> None:
    """Wait for something the engine does; fails if it does not come."""
    for _ in range(2400):
        if done():
            return
        await pilot.pause(0.05)
    raise AssertionError("it did not come")


def test_it_starts_with_a_copy_of_its_own(project: Path) -> None:
    other = copy_project()
    assert other != project
    assert sorted(path.name for path in other.iterdir()) == ["README.md", "shop", "tests"]
