"""A person goes back with files and conversation, changes the task, and sends it again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from app.screens.session import SessionScreen
from app.settings.schema import ApprovalSettings, ModelSettings, ProviderSettings, Settings
from app.workbench import Workbench
from tests.screens.played import SIZE, shown
from tests.servers.model_server import Call, ModelServer, Turn
from tests.widgets.terminal import until

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


async def test_files_and_conversation_go_back_and_the_task_is_given_anew(tmp_path: Path) -> None:
    turns = [
        Turn(calls=[Call("bash", {"command": "echo red > colour"})]),
        Turn(text="it is red"),
        Turn(text="blue, then"),
    ]
    with ModelServer(turns) as server:
        settings = Settings(
            model=ModelSettings(name="openai/test-model"),
            approval=ApprovalSettings(mode="auto"),
            providers={"openai": ProviderSettings(base_url=f"{server.url}/v1", api_key="sk-test-key-123456")},
        )
        app = Workbench(tmp_path, settings, os.environ, task="make it red")
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, lambda: "it is red" in shown(app))
            screen = app.screen
            assert isinstance(screen, SessionScreen)
            await until(pilot, lambda: not screen.is_busy)
            assert (tmp_path / "colour").read_text() == "red\n"
            await pilot.press("f7")
            await until(pilot, lambda: "to before turn 1: 1 file would change" in shown(app))
            await pilot.press("c", "u", "u")
            await until(pilot, lambda: screen.composer.text == "make it red")
            assert not (tmp_path / "colour").exists()
            await until(pilot, lambda: "nothing would change" in shown(app))
            await pilot.press("escape")
            await until(pilot, lambda: "back to before turn 1" in shown(app))
            await pilot.press(*["backspace"] * 3, *"blue", "enter")
            await until(pilot, lambda: "blue, then" in shown(app))
        assert app.session is not None
        app.session.close()
        messages = [m for m in server.requests[-1].body["messages"] if m["role"] != "system"]
    assert messages == [{"role": "user", "content": "make it blue"}]
