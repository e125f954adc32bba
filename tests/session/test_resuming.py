"""A session goes on: after its end, after it was cut off anywhere, and where it is too long to send."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any  # JSON of a request

import pytest

from app.session.resuming import look_back
from app.session.session import SessionError
from app.settings.schema import RecorderSettings
from app.trajectory.content import Text, Thinking, Usage
from app.trajectory.events import (
    ModelRequest,
    ModelResponse,
    Note,
    SessionEnded,
    SessionResumed,
    SessionStarted,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    UserMessage,
)
from app.trajectory.reader import read
from app.trajectory.recording.recorder import Recorder
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open

FIRST = [Turn(calls=[Call("bash", {"command": "echo first > a; cat a"})]), Turn(text="it is written")]
SECOND = [Turn(calls=[Call("bash", {"command": "cat a"})]), Turn(text="it is still there")]


def sent(server: ModelServer, number: int = -1) -> list[dict[str, Any]]:
    """The messages of a request, without the instructions, and without what is said of caching."""
    text = json.dumps(server.requests[number].body["messages"])
    messages: list[dict[str, Any]] = json.loads(text.replace(', "cache_control": {"type": "ephemeral"}', ""))
    return [message for message in messages if message["role"] != "system"]


def kinds(trajectory: Path) -> list[str]:
    return [record.event.kind for record in read(trajectory)]


@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
def test_the_model_has_the_whole_conversation_again(open_session: Open, protocol: str) -> None:
    with ModelServer([*FIRST, *SECOND]) as server:
        run = open_session(server, protocol=protocol)
        run.task("write it")
        before, trajectory = sent(server), run.session.trajectory
        usage = run.session.ledger.usage
        run.session.close()
        again = open_session(server, protocol=protocol, resume=trajectory)
        assert again.session.id == run.session.id
        assert again.session.ledger.usage == usage
        assert again.task("is it there?").outcome == "done"
        messages = sent(server, 2)
        assert messages[: len(before)] == before
        assert json.dumps(messages).count("it is written") == 1
        assert "is it there?" in json.dumps(messages[-1])
        requests = again.of(ModelRequest)
        assert [request.turn for request in requests] == [3, 4]
        again.session.close()
    records = list(read(trajectory))
    assert [record.seq for record in records] == list(range(len(records)))
    assert kinds(trajectory).count("session.started") == 1
    assert kinds(trajectory).count("session.resumed") == 1
    assert sum(isinstance(record.event, SessionEnded) for record in records) == 2
    calls = [record.event.call for record in records if isinstance(record.event, ToolRequested)]
    assert len(set(calls)) == 2


def test_what_a_front_end_sees_begins_where_the_session_goes_on(open_session: Open) -> None:
    with ModelServer([*FIRST, *SECOND]) as server:
        run = open_session(server)
        run.task("write it")
        run.session.close()
        again = open_session(server, resume=run.session.trajectory)
        again.until(lambda event: isinstance(event, SessionResumed))
        first = again.events[0]
        assert isinstance(first, SessionResumed)
        assert first.workspace == str(again.session.workspace)
        count = sum(1 for _ in read(run.session.trajectory))
        assert again.session.begins == count
        shown = again.session.records.records(0, again.session.begins)
        assert [record.seq for record in shown] == list(range(count))
        assert isinstance(shown[0].event, SessionStarted)


def test_a_session_cut_off_in_a_call_goes_on_and_the_call_is_answered(
    open_session: Open, tmp_path: Path
) -> None:
    with ModelServer([*FIRST, *SECOND]) as server:
        run = open_session(server)
        run.task("write it")
        run.session.close()
        lines = run.session.trajectory.read_bytes().splitlines(keepends=True)
        started = next(at for at, line in enumerate(lines) if b'"tool.started"' in line)
        trajectory = tmp_path / "cut" / "trajectory.jsonl"
        trajectory.parent.mkdir()
        trajectory.write_bytes(b"".join(lines[: started + 1]) + lines[started + 1][:20])
        again = open_session(server, resume=trajectory)
        assert again.task("go on").outcome == "done"
        messages = sent(server, 2)
        assert [message["role"] for message in messages] == ["user", "assistant", "tool", "user"]
        assert "not known" in messages[2]["content"]
        again.session.close()
    finished = [record.event for record in read(trajectory) if isinstance(record.event, ToolFinished)]
    assert [event.status for event in finished] == ["interrupted", "done"]
    ended = [record.event for record in read(trajectory) if isinstance(record.event, TaskEnded)]
    assert [event.outcome for event in ended] == ["interrupted", "done"]
    (torn,) = trajectory.parent.glob("*.torn-1")
    notes = [record.event.text for record in read(trajectory) if isinstance(record.event, Note)]
    assert notes == [f"the end of the recording was torn; it is kept in {torn}"]


def test_a_session_goes_on_wherever_it_was_cut_off(tmp_path: Path, open_session: Open) -> None:
    with ModelServer(FIRST) as server:
        run = open_session(server)
        run.task("write it")
        run.session.close()
    content = run.session.trajectory.read_bytes()
    first = content.index(b"\n") + 1
    for number, cut in enumerate(range(first, len(content), 97)):
        trajectory = tmp_path / str(number) / "trajectory.jsonl"
        trajectory.parent.mkdir()
        trajectory.write_bytes(content[:cut])
        past = look_back(trajectory, 1000)
        recorder = Recorder(trajectory, RecorderSettings(), resumed=True)
        for event in past.closing:
            recorder.record(event)
        assert recorder.close() == ""
        events = [record.event for record in read(trajectory)]
        asked = [event.call for event in events if isinstance(event, ToolRequested)]
        finished = [event.call for event in events if isinstance(event, ToolFinished)]
        assert asked == finished
        tasks = sum(isinstance(event, UserMessage) for event in events)
        assert sum(isinstance(event, TaskEnded) for event in events) == tasks


def recorded(folder: Path, tasks: int, size: int) -> Path:
    """A session of so many tasks of one answer each."""
    trajectory = folder / "trajectory.jsonl"
    recorder = Recorder(trajectory, RecorderSettings())
    recorder.record(SessionStarted("s", str(folder), "m/m", "ask", "1"))
    for number in range(1, tasks + 1):
        recorder.record(UserMessage(f"task {number}"))
        recorder.record(ModelRequest(number, "m/m", 1, 1))
        text = Text(f"answer {number} " + "x" * size)
        recorder.record(ModelResponse(number, "m/m", (text,), "end", Usage(1, 2), 0.5, 0.1, 0.2, 1))
        recorder.record(TaskEnded("done", 1))
    assert recorder.close() == ""
    return trajectory


def test_a_conversation_too_long_to_send_begins_with_a_later_task(tmp_path: Path) -> None:
    trajectory = recorded(tmp_path, 400, 1000)
    past = look_back(trajectory, 25_000)
    assert past.first > 1000
    assert isinstance(past.events[0], UserMessage)
    assert 80 < sum(isinstance(event, UserMessage) for event in past.events) < 100
    assert not past.closing
    whole = look_back(trajectory, 1_000_000)
    assert whole.first == 0
    assert len(whole.events) == 1601


def test_what_was_used_before_is_counted_too(tmp_path: Path, open_session: Open) -> None:
    trajectory = recorded(tmp_path, 1000, 2000)
    with ModelServer([Turn(text="hello")]) as server:
        run = open_session(server, resume=trajectory)
        assert run.task("again").outcome == "done"
        session = run.session
        run.until(lambda _: session.ledger.usage.output_tokens >= 2000)
        assert session.ledger.cost == pytest.approx(500)
        messages = sent(server)
        assert messages[0]["role"] == "user"
        assert messages[0]["content"] != "task 1"


def test_thoughts_that_a_secret_was_taken_out_of_are_not_sent(tmp_path: Path) -> None:
    trajectory = tmp_path / "trajectory.jsonl"
    recorder = Recorder(trajectory, RecorderSettings())
    recorder.record(SessionStarted("s", str(tmp_path), "m/m", "ask", "1"))
    recorder.record(UserMessage("task"))
    blocks = Thinking("plain", "sig"), Thinking("it is [redacted: GitHub token]", "sig"), Text("done")
    recorder.record(ModelResponse(1, "m/m", blocks, "end", Usage(), None, None, 0.1, 1))
    recorder.close()
    (response,) = (event for event in look_back(trajectory, 1000).events if isinstance(event, ModelResponse))
    assert response.blocks == (blocks[0], blocks[2])


def test_what_cannot_go_on_says_why(tmp_path: Path, open_session: Open) -> None:
    with ModelServer([Turn(text="hello")]) as server:
        with pytest.raises(SessionError, match=r"cannot go on with .*No such file"):
            open_session(server, resume=tmp_path / "none" / "trajectory.jsonl")
        other = tmp_path / "other.jsonl"
        other.write_text('{"type": "user"}\n')
        with pytest.raises(SessionError, match="it does not begin as the recording of a session does"):
            open_session(server, resume=other)
        run = open_session(server)
        run.task("hello")
        with pytest.raises(SessionError, match="another process records this session"):
            open_session(server, resume=run.session.trajectory)
        copy = tmp_path / "copy"
        shutil.copytree(run.session.trajectory.parent, copy)
        assert look_back(copy / "trajectory.jsonl", 1000).model == "openai/test-model"
