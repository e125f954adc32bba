"""The conversation goes back to before a turn: the next request has exactly what is left of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any  # JSON of a request

from app.settings.schema import RecorderSettings, Settings
from app.trajectory.events import ConversationRewound, ModelRequest, ModelResponse, Note, SessionEnded
from app.trajectory.reader import read
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open, Run

TURNS = [
    Turn(calls=[Call("bash", {"command": "echo 1 > a; echo first"})]),
    Turn(calls=[Call("bash", {"command": "echo 2 > a; echo second"}), Call("glob", {"pattern": "*"})]),
    Turn(text="both done"),
    Turn(calls=[Call("bash", {"command": "echo 3 > a; echo third"})]),
    Turn(text="done again"),
]


def worked(open_session: Open, server: ModelServer, protocol: str = "openai") -> Run:
    """A session that has had two tasks: turns 1 to 3, and 4 and 5."""
    run = open_session(server, protocol=protocol)
    run.task("write it")
    run.task("once more")
    return run


def rewind(run: Run, turn: int) -> ConversationRewound:
    before = len(run.of(ConversationRewound))
    run.session.rewind_conversation(turn)
    run.until(lambda _: len(run.of(ConversationRewound)) > before)
    return run.of(ConversationRewound)[-1]


def sent(server: ModelServer) -> list[dict[str, Any]]:
    """The messages of the last request, without the instructions."""
    messages: list[dict[str, Any]] = server.requests[-1].body["messages"]
    return [message for message in messages if message["role"] != "system"]


def test_the_next_request_has_the_messages_before_the_turn_and_the_new_one(open_session: Open) -> None:
    with ModelServer([*TURNS, Turn(text="as you like")]) as server:
        run = worked(open_session, server)
        before = [m for m in server.requests[1].body["messages"] if m["role"] != "system"]
        assert rewind(run, 2) == ConversationRewound(2, "")
        assert run.task("do it otherwise").outcome == "done"
        assert sent(server) == [*before, {"role": "user", "content": "do it otherwise"}]
        assert [message["role"] for message in before] == ["user", "assistant", "tool"]


def test_anthropic_takes_what_is_left_too(open_session: Open) -> None:
    with ModelServer([*TURNS, Turn(text="as you like")]) as server:
        run = worked(open_session, server, "anthropic")
        rewind(run, 2)
        assert run.task("do it otherwise").outcome == "done"
        messages = sent(server)
    assert [message["role"] for message in messages] == ["user", "assistant", "user"]
    (call,) = [part for part in messages[1]["content"] if part["type"] == "tool_use"]
    result, text = messages[2]["content"]
    assert (result["type"], result["tool_use_id"]) == ("tool_result", call["id"])
    assert text["text"] == "do it otherwise"


def test_a_task_goes_whole_with_its_first_turn_and_what_was_said_comes_back(open_session: Open) -> None:
    with ModelServer([*TURNS, Turn(text="as you like")]) as server:
        run = worked(open_session, server)
        assert rewind(run, 4) == ConversationRewound(4, "once more")
        run.task("something else")
        roles = ["user", "assistant", "tool", "assistant", "tool", "tool", "assistant", "user"]
        assert [message["role"] for message in sent(server)] == roles
        assert "once more" not in str(sent(server))
        assert rewind(run, 1) == ConversationRewound(1, "write it")


def test_turns_are_numbered_on_and_money_stays_spent(open_session: Open) -> None:
    with ModelServer([*TURNS, Turn(text="as you like")]) as server:
        run = worked(open_session, server)
        spent = run.session.ledger.usage
        rewind(run, 1)
        assert run.session.ledger.usage == spent
        run.task("anew")
        assert [event.turn for event in run.of(ModelResponse)] == [1, 2, 3, 4, 5, 6]
        assert [event.messages for event in run.of(ModelRequest)][-1] == 1
        assert sent(server) == [{"role": "user", "content": "anew"}]


def test_the_way_back_is_on_the_disk_at_once(open_session: Open) -> None:
    lazy = Settings(recorder=RecorderSettings(batch_size=1000, flush_interval=60.0))
    with ModelServer(TURNS) as server:
        run = open_session(server, settings=lazy)
        run.task()
        rewind(run, 1)
        deadline = time.monotonic() + 10
        while "conversation.rewound" not in run.session.trajectory.read_text():
            assert time.monotonic() < deadline


def test_nothing_recorded_is_rewritten(open_session: Open) -> None:
    with ModelServer(TURNS) as server:
        run = worked(open_session, server)
        rewind(run, 2)
        run.session.rewind_conversation(2)  # again: without effect
        run.session.close()
        run.until(lambda event: isinstance(event, SessionEnded))
    events = [record.event for record in read(run.session.trajectory)]
    assert events == run.events
    assert len(run.of(ModelResponse)) == 5
    assert run.of(ConversationRewound) == [ConversationRewound(2, "")]


def test_while_a_task_runs_or_waits_the_conversation_stays(open_session: Open, workspace: Path) -> None:
    wait = Turn(calls=[Call("bash", {"command": "until [ -e go ]; do sleep 0.01; done"})])
    with ModelServer([wait, Turn(text="done"), Turn(text="next")]) as server:
        run = open_session(server)
        run.session.submit("wait")
        run.until(lambda event: event.kind == "tool.started")
        run.session.rewind_conversation(1)
        run.until(lambda event: isinstance(event, Note))
        (workspace / "go").touch()
        run.until(lambda event: event.kind == "task.ended")
        run.task("next")
        assert [note.text for note in run.of(Note)] == ["the conversation stays as it is: a task runs"]
        assert run.of(ConversationRewound) == []
        assert [message["role"] for message in sent(server)] == [
            "user",
            "assistant",
            "tool",
            "assistant",
            "user",
        ]
        run.session.submit("waits")
        run.session.rewind_conversation(1)
        run.until(lambda _: len(run.of(Note)) == 2)


def test_a_turn_that_has_not_been_yet_changes_nothing(open_session: Open) -> None:
    with ModelServer([*TURNS, Turn(text="x")]) as server:
        run = worked(open_session, server)
        run.session.rewind_conversation(6)
        run.task("go on")
        assert run.of(ConversationRewound) == []
        assert len(sent(server)) == 12  # with two results of turn 2
