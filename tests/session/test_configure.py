"""Settings that change while a session runs count at once, and what is recorded holds no secret."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from pathlib import Path

import pytest

from app.settings.schema import RecorderSettings, Settings, ToolSettings
from app.trajectory.events import SettingsChanged, ToolFinished, ToolRequested
from app.trajectory.reader import read
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open, Run


def changed(run: Run, name: str) -> object:
    """The value that a setting has taken."""

    def says(event: object) -> bool:
        return isinstance(event, SettingsChanged) and name in event.values

    event = run.until(says)
    assert isinstance(event, SettingsChanged)
    return event.values[name]


def test_what_the_recorder_is_told_counts_at_once_and_is_recorded(open_session: Open) -> None:
    with ModelServer([Turn(text="hello")]) as server:
        run = open_session(server)
        settings = Settings()
        settings = replace(
            settings, recorder=RecorderSettings(batch_size=50, durability="write", memory_cap=7)
        )
        run.session.configure(settings)
        assert run.session.recorder.batch_size == 50
        assert run.session.recorder.durability == "write"
        assert run.session.recorder.memory_cap == 7 << 20
        assert changed(run, "recorder.batch_size") == 50
        assert changed(run, "recorder.memory_cap") == 7
        assert run.task("hello").outcome == "done"


def test_limits_of_calls_count_from_the_next_call_on(open_session: Open) -> None:
    commands = [Turn(calls=[Call("bash", {"command": "seq 100000"})]) for _ in range(2)]
    with ModelServer([*commands, Turn(text="done")]) as server:
        run = open_session(server)
        run.session.configure(replace(Settings(), tools=ToolSettings(output_limit=1000)))
        changed(run, "tools.output_limit")
        run.task("count")
        assert all(len(event.content) < 2000 for event in run.of(ToolFinished))


def test_the_mode_is_that_of_the_settings(open_session: Open) -> None:
    with ModelServer([Turn(text="hello")]) as server:
        run = open_session(server, mode="ask")
        settings = Settings()
        run.session.configure(replace(settings, approval=replace(settings.approval, mode="plan")))
        assert changed(run, "approval.mode") == "plan"
        assert run.session.mode == "plan"


SECRET = "hunter2 is my " + "password"


@pytest.mark.parametrize("resumed", [False, True])
def test_no_secret_is_in_the_recording(
    open_session: Open, monkeypatch: pytest.MonkeyPatch, resumed: bool, workspace: Path
) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", SECRET)
    (workspace / "notes.txt").write_text(f"the token: {SECRET}\nAKIA{'QX7' * 5}Z\nbadge-4711\n")
    call = Call("bash", {"command": f"echo '{SECRET}' sk-secret-key; cat notes.txt"})
    turns = [Turn(text="hello"), Turn(calls=[call]), Turn(text=f"it is {SECRET}")]
    settings = Settings(recorder=RecorderSettings(redact=(r"badge-\d+",)))
    with ModelServer(turns if resumed else turns[1:]) as server:
        run = open_session(server, settings=settings)
        if resumed:
            run.task("hello")
            run.session.close()
            run = open_session(server, settings=settings, resume=run.session.trajectory)
        assert run.task(f"use {SECRET}").outcome == "done"
        assert SECRET in str(server.requests[-1].body), "the model works with it all the same"
        run.session.close()
        assert run.session.recorder.redacted >= 6
    content = run.session.trajectory.read_text()
    for secret in (SECRET, "sk-secret-key", "AKIA", "badge-4711"):
        assert secret not in content
    assert "[redacted: DEPLOY_TOKEN]" in content
    assert "[redacted: providers.openai.api_key]" in content
    assert "[redacted: AWS access key id]" in content
    assert "[redacted: own pattern]" in content
    assert any(isinstance(record.event, ToolRequested) for record in read(run.session.trajectory))


def test_a_pattern_counts_from_when_it_is_set(open_session: Open) -> None:
    with ModelServer([Turn(text="badge-1"), Turn(text="badge-2")]) as server:
        run = open_session(server)
        run.task("one")
        run.session.records.flush().result(5)
        settings = Settings()
        run.session.configure(dataclasses.replace(settings, recorder=RecorderSettings(redact=(r"badge-\d",))))
        run.task("two")
        run.session.close()
    content = run.session.trajectory.read_text()
    assert "badge-1" in content
    assert "badge-2" not in content
