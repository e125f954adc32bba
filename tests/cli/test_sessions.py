"""What starts a session, where the machine lacks something."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

import orjson
import pytest

from app.cli import sessions
from app.cli.parser import COMMANDS
from app.execution.sandbox import bubblewrap, choice
from tests.cli.conftest import Sawhorse


@pytest.fixture
def no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "PROGRAMS", ())
    monkeypatch.setattr(choice, "landlock_version", lambda: 0)


@pytest.mark.usefixtures("no_sandbox")
def test_the_demo_works_where_there_is_no_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert sessions.demo(Namespace(headless=True, output="stream-json"), os.environ) == 0
    events = [orjson.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [event["kind"] for event in events if event.get("allowed") is False] == ["approval.decided"]
    ran = [
        event["content"] for event in events if event["kind"] == "tool.finished" and event["exit_code"] == 0
    ]
    assert any("Ran 2 tests" in content for content in ran)


def test_every_command_is_named_to_who_gives_a_folder_that_is_not_there(sawhorse: Sawhorse) -> None:
    said = sawhorse("missing").stderr
    assert all(command in said for command in COMMANDS)
