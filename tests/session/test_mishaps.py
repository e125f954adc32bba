"""What should never happen ends a call or a task, says so, and leaves a session that goes on."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from app.session.session import Session
from app.session.stream import EventQueue
from app.settings.schema import RecorderSettings
from app.tools.edit import StrReplaceBasedEditTool
from app.trajectory.events import (
    Note,
    Record,
    SessionEnded,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
)
from app.trajectory.reader import read
from app.trajectory.recording.recorder import Recorder, RecordingError
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open


def bash(command: str) -> Call:
    return Call("bash", {"command": command})


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
@pytest.mark.parametrize("depth", [100, 300, 900])
def test_arguments_nested_without_end_are_answered_as_invalid(
    open_session: Open, protocol: str, depth: int
) -> None:
    calls = [Call("think", nested(depth)), bash("echo fine")]
    with ModelServer([Turn(calls=calls), Turn(text="x"), Turn(text="y")]) as server:
        run = open_session(server, protocol=protocol)
        assert run.task().outcome == "done"
        assert run.task("again").outcome == "done"
    assert sorted(e.status for e in run.of(ToolFinished)) == ["done", "failed"]
    assert run.session.close() == ""
    assert isinstance(list(read(run.session.trajectory))[-1].event, SessionEnded)


def test_text_that_is_no_text_is_sent_as_what_can_be_sent(open_session: Open, workspace: Path) -> None:
    (workspace / "latin").write_bytes(b"caf\xe9\n")
    view = Call("str_replace_based_edit_tool", {"command": "view", "path": "latin"})
    with ModelServer([Turn(calls=[view]), Turn(text="x")]) as server:
        run = open_session(server)
        assert run.task("hi \udcff \ud800").outcome == "done"
        assert len(server.requests) == 2


def test_an_error_in_a_tool_is_the_answer_to_its_call(
    open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    create = Call("str_replace_based_edit_tool", {"command": "create", "path": "n", "file_text": "x"})
    for method in ("effects", "preview", "run"):
        monkeypatch.setattr(StrReplaceBasedEditTool, method, broken)
        with ModelServer([Turn(calls=[create, Call("think", {"thought": "x"})]), Turn(text="x")]) as server:
            run = open_session(server, mode="ask" if method == "preview" else "auto")
            assert run.task().outcome == "done"
            results = {e.status: e.content for e in run.of(ToolFinished)}
            assert results["failed"] == "RuntimeError: a bug"
            assert set(results) == {"failed", "done"}
        monkeypatch.undo()


def test_an_error_of_ours_ends_the_task_and_not_the_session(
    open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    with ModelServer([Turn(text="one"), Turn(text="two")]) as server:
        run = open_session(server)
        with monkeypatch.context() as patch:
            patch.setattr("app.session.agent.History.messages", broken)
            ended = run.task()
        assert (ended.outcome, ended.error) == ("failed", "RuntimeError: a bug")
        assert run.task("again").outcome == "done"


def test_an_interrupt_that_comes_at_once_is_not_lost(open_session: Open) -> None:
    with ModelServer(lambda _: Turn(text="word " * 200, pause=0.05)) as server:
        run = open_session(server)
        for number in range(10):
            run.session.submit(f"go {number}")
            run.session.interrupt()
            run.until(lambda _, n=number: len(run.of(TaskEnded)) == n + 1)  # type: ignore[misc]  # a default
        assert {e.outcome for e in run.of(TaskEnded)} == {"interrupted"}


def test_steering_that_comes_too_late_becomes_a_task(open_session: Open) -> None:
    with ModelServer(lambda _: Turn(text="x")) as server:
        run = open_session(server)
        for number in range(30):
            run.task(f"go {number}")
            run.session.steer(f"late {number}")
            run.until(lambda _, n=number: len(run.of(TaskEnded)) == 2 * n + 2)  # type: ignore[misc]  # a default
        said = str([request.body["messages"][-1] for request in server.requests])
        assert all(f"late {number}" in said for number in range(30))


def test_an_interrupt_while_calls_are_looked_at_answers_them_all(
    open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, go_on = threading.Event(), threading.Event()
    effects = StrReplaceBasedEditTool.effects

    def slow(*arguments: Any) -> Any:
        looking.set()
        go_on.wait(10)
        return effects(*arguments)

    monkeypatch.setattr(StrReplaceBasedEditTool, "effects", slow)
    view = Call("str_replace_based_edit_tool", {"command": "view", "path": "."})
    with ModelServer([Turn(calls=[bash("echo x"), view, bash("echo y")]), Turn(text="x")]) as server:
        run = open_session(server)
        run.session.submit("go")
        assert looking.wait(10)
        run.session.interrupt()
        go_on.set()
        run.until(lambda event: isinstance(event, TaskEnded))
    assert len(run.of(ToolRequested)) == 3
    assert [e.status for e in run.of(ToolFinished)] == ["interrupted"] * 3


def test_closing_from_two_threads_at_once_keeps_everything(open_session: Open, workspace: Path) -> None:
    (workspace / "stubborn.sh").write_text("trap '' TERM\nsleep 30\n")
    with ModelServer([Turn(calls=[bash("bash stubborn.sh")])]) as server:
        run = open_session(server)
        run.session.submit("go")
        run.until(lambda event: isinstance(event, ToolStarted))
        answers: list[str] = []
        threads = [threading.Thread(target=lambda: answers.append(run.session.close())) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == ["", "", ""]
    assert isinstance(list(read(run.session.trajectory))[-1].event, SessionEnded)


def test_nothing_is_asked_of_a_model_that_cannot_be_recorded(
    open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ModelServer([Turn(text="x"), Turn(text="y")]) as server:
        run = open_session(server)
        run.until(lambda _: True)
        with monkeypatch.context() as patch:
            patch.setattr("app.trajectory.recording.disk.os.write", full)
            ended = run.task()
        assert ended.outcome == "failed"
        assert "No space left" in ended.error
        assert not server.requests
        assert run.task("again").outcome == "done"
    assert run.session.close() == ""


def test_a_front_end_that_falls_behind_while_the_disk_is_full_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(tmp_path / "t.jsonl", RecorderSettings())
    queue = EventQueue(recorder, limit=10)
    with monkeypatch.context() as patch:
        patch.setattr("app.trajectory.recording.disk.os.write", full)
        for number in range(100):
            queue.put(recorder.record(Note(str(number))))
        with pytest.raises(RecordingError, match="No space left"):
            recorder.flush().result(5)
        assert [item.seq for item in queue.take() if isinstance(item, Record)] == list(range(100))
    assert recorder.close() == ""


def full(_descriptor: int, _data: bytes) -> int:
    raise OSError(28, "No space left on device")


def test_a_session_that_never_ran_a_task_closes(open_session: Open) -> None:
    with ModelServer([]) as server:
        run = open_session(server)
        assert isinstance(run.session, Session)
        assert run.session.close() == ""
