"""A new session begins with the conversation of another run, up to one of its events."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any  # JSON of a request

import pytest

from app.session.session import SessionError
from app.trajectory.codec import encode
from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    AgentStarted,
    ContextCompacted,
    Event,
    ModelResponse,
    Record,
    SessionImported,
    SessionStarted,
    ToolFinished,
    ToolRequested,
    Unmapped,
    UserMessage,
)
from app.trajectory.fork import Fork
from app.trajectory.health import scan
from app.trajectory.reader import read
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open


def sent(server: ModelServer) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = server.requests[-1].body["messages"]
    return [message for message in messages if message["role"] != "system"]


def answer(turn: int, *blocks: Text | Thinking | ToolCall) -> ModelResponse:
    return ModelResponse(turn, "other-model", blocks, "end", Usage(10, 5), 0.25, None, 1.0, 1)


def imported(path: Path, events: Sequence[Event], agents: Sequence[str] = ()) -> Path:
    """A run of another agent, as it is converted to ours."""
    begins = [SessionImported("claude", program="claude-code", workspace="/elsewhere"), *events]
    names = [*agents, *[""] * len(begins)]
    path.write_bytes(
        b"".join(
            encode(Record(seq, 1_700_000_000.0 + seq, event, names[seq])) for seq, event in enumerate(begins)
        )
    )
    return path


def test_it_goes_on_after_the_event_it_branches_off_at(open_session: Open) -> None:
    turns = [Turn(calls=[Call("bash", {"command": "echo one"})]), Turn(text="it says one"), Turn(text="no")]
    with ModelServer([*turns, Turn(text="branched")]) as server:
        run = open_session(server)
        run.task("say one")
        run.task("say two")
        trajectory = run.session.trajectory
        run.session.close()
        before = trajectory.read_bytes()
        seconds = [record.seq for record in read(trajectory) if record.event == UserMessage("say two")]
        branch = open_session(server, fork=Fork(trajectory, seconds[0] - 1))
        assert branch.task("say three").outcome == "done"
        said = json.dumps(sent(server))
        assert "say one" in said
        assert "it says one" in said
        assert "say two" not in said
        assert said.count("say three") == 1
        assert branch.session.id != run.session.id
        branch.session.close()
    assert trajectory.read_bytes() == before, "the run it came from is as it was"
    assert scan(branch.session.trajectory).is_whole
    began = next(read(branch.session.trajectory)).event
    assert isinstance(began, SessionStarted)
    assert began.session == branch.session.id


@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
def test_the_run_of_another_agent_goes_on_with_any_model(
    open_session: Open, tmp_path: Path, protocol: str
) -> None:
    call = ToolCall("toolu_01.odd/é", "Bash", {"command": "ls"})
    path = imported(
        tmp_path / "run.jsonl",
        [
            UserMessage("look around"),
            answer(1, Thinking("hm", signature="of another provider"), Text("I look"), call),
            ToolRequested(call.id, 1, "Bash", {"command": "ls"}, Effects("ls")),
            AgentStarted("explorer", call.id),
            ToolFinished(call.id, "done", "a.py"),
            Unmapped("progress", "100 %"),
            answer(2, Text("there is a.py")),
        ],
    )
    with ModelServer([Turn(text="I go on")]) as server:
        run = open_session(server, protocol=protocol, fork=Fork(path))
        assert run.task("go on").outcome == "done"
        said = json.dumps(sent(server))
    for part in ("look around", "I look", "a.py", "there is a.py", "go on"):
        assert part in said
    assert "toolu_01" not in said, "names that a provider might refuse are replaced"
    assert "of another provider" not in said
    assert run.session.ledger.cost in (None, 0.0), "what another run has cost is not paid again"


def test_what_was_summed_up_is_sent_as_its_summary(open_session: Open, tmp_path: Path) -> None:
    path = imported(
        tmp_path / "run.jsonl",
        [
            UserMessage("the first task"),
            answer(1, Text("done")),
            ContextCompacted("we did the first task"),
            UserMessage("the second task"),
            answer(2, Text("done, too")),
        ],
    )
    with ModelServer([Turn(text="I go on")]) as server:
        open_session(server, fork=Fork(path)).task("go on")
        said = json.dumps(sent(server))
    assert "the first task" not in said.replace("we did the first task", "")
    assert "we did the first task" in said


def test_a_call_without_a_result_is_answered(open_session: Open, tmp_path: Path) -> None:
    call = ToolCall("c", "bash", {"command": "ls"})
    path = imported(
        tmp_path / "run.jsonl",
        [
            UserMessage("look"),
            answer(1, call),
            ToolRequested("c", 1, "bash", {"command": "ls"}, Effects("ls")),
        ],
    )
    with ModelServer([Turn(text="I go on")]) as server:
        run = open_session(server, fork=Fork(path))
        assert run.task("go on").outcome == "done"
        (result,) = [message for message in sent(server) if message["role"] == "tool"]
        assert "was not carried out" in result["content"]


def test_what_a_sub_agent_did_is_left_out(open_session: Open, tmp_path: Path) -> None:
    path = imported(
        tmp_path / "run.jsonl",
        [UserMessage("look"), UserMessage("a task of its own"), answer(1, Text("done"))],
        agents=["", "", "explorer"],
    )
    with ModelServer([Turn(text="I go on")]) as server:
        open_session(server, fork=Fork(path)).task("go on")
        assert "a task of its own" not in json.dumps(sent(server))


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "No such file"), (b"", "it is empty"), (b"\0\1\2", "neither text")],
    ids=["missing", "empty", "binary"],
)
def test_what_cannot_be_gone_on_with_is_said_and_leaves_nothing_behind(
    open_session: Open, tmp_path: Path, content: bytes | None, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAWHORSE_DATA", str(tmp_path / "data"))
    path = tmp_path / "run.jsonl"
    if content is not None:
        path.write_bytes(content)
    with ModelServer([]) as server, pytest.raises(SessionError, match=why):
        open_session(server, fork=Fork(path))
    assert not any(os.scandir(tmp_path / "data" / "sessions"))


def test_a_run_in_which_nothing_was_said_cannot_be_gone_on_with(open_session: Open, tmp_path: Path) -> None:
    path = imported(tmp_path / "run.jsonl", [UserMessage("look")])
    with ModelServer([]) as server, pytest.raises(SessionError, match="fork after a later event"):
        open_session(server, fork=Fork(path, 0))
