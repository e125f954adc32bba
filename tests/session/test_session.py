"""Tasks carried out by the real engine, against a real server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any  # JSON of a request

import pytest

from app.providers.contract import TextDelta
from app.session.options import Options
from app.session.session import Session, SessionError
from app.settings.schema import ModelSettings, Settings, ToolSettings
from app.trajectory.content import Text
from app.trajectory.events import (
    ModelResponse,
    ModelRetry,
    SessionEnded,
    SessionStarted,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    UserMessage,
)
from app.trajectory.reader import read
from tests.servers.model_server import Call, Fault, ModelServer, Turn
from tests.session.conftest import Open


def bash(command: str) -> Call:
    return Call("bash", {"command": command})


def edit(path: str, old: str, new: str) -> Call:
    arguments = {"command": "str_replace", "path": path, "old_str": old, "new_str": new}
    return Call("str_replace_based_edit_tool", arguments)


@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
def test_a_question_answered_without_tools_ends_the_task(open_session: Open, protocol: str) -> None:
    with ModelServer([Turn(text="42")]) as server:
        run = open_session(server, protocol=protocol)
        assert run.task("what is it?") == TaskEnded("done", 1)
        assert [e.blocks for e in run.of(ModelResponse)] == [(Text("42"),)]
        assert "".join(item.text for item in run.items if isinstance(item, TextDelta)) == "42"


@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
def test_tools_run_until_the_model_stops_asking(open_session: Open, workspace: Path, protocol: str) -> None:
    with ModelServer([Turn(calls=[bash("echo one > f; cat f")]), Turn(text="done")]) as server:
        run = open_session(server, protocol=protocol)
        assert run.task().outcome == "done"
        assert (workspace / "f").read_text() == "one\n"
        assert [e.content for e in run.of(ToolFinished)] == ["one\n"]
        assert "one" in json.dumps(server.requests[-1].body["messages"])
        assert server.connections == 1


def test_the_file_holds_all_that_was_shown(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("true")]), Turn(text="done")]) as server:
        run = open_session(server)
        run.task()
        run.session.close()
        run.until(lambda event: isinstance(event, SessionEnded))
    records = list(read(run.session.trajectory))
    assert [record.event for record in records] == run.events
    assert isinstance(records[0].event, SessionStarted)
    assert isinstance(records[-1].event, SessionEnded)
    assert "sk-secret-key" not in run.session.trajectory.read_text()


def test_an_intent_is_in_the_file_before_its_side_effect(open_session: Open) -> None:
    commands: list[str] = []

    def answer(body: dict[str, Any]) -> Turn:
        return Turn(text="done") if len(body["messages"]) > 2 else Turn(calls=[bash(commands[0])])

    with ModelServer(answer) as server:
        run = open_session(server)
        commands.append(f"grep -c '\"tool.started\"' '{run.session.trajectory}'")
        run.task()
    assert run.of(ToolFinished)[0].content == "1\n"


def test_eight_edits_of_one_file_in_one_turn_are_all_there(open_session: Open, workspace: Path) -> None:
    (workspace / "f").write_text("".join(f"line {n}\n" for n in range(8)))
    view = Call("str_replace_based_edit_tool", {"command": "view", "path": "f"})
    edits = [edit("f", f"line {n}\n", f"new {n}\n") for n in range(8)]
    with ModelServer([Turn(calls=[view]), Turn(calls=edits), Turn(text="done")]) as server:
        run = open_session(server)
        run.task()
    assert (workspace / "f").read_text() == "".join(f"new {n}\n" for n in range(8))
    assert {e.status for e in run.of(ToolFinished)} == {"done"}


def test_results_go_back_in_the_order_of_the_calls(open_session: Open, workspace: Path) -> None:
    calls = [bash("until [ -e go ]; do sleep 0.02; done; echo slow"), bash("echo quick")]
    with ModelServer([Turn(calls=calls), Turn(text="done")]) as server:
        run = open_session(server)
        run.session.submit("do it")
        run.until(lambda event: isinstance(event, ToolFinished))
        (workspace / "go").touch()
        run.until(lambda event: isinstance(event, TaskEnded))
        finished = [e.content for e in run.of(ToolFinished)]
        assert finished == ["quick\n", "slow\n"]
        results = [m["content"] for m in server.requests[-1].body["messages"] if m["role"] == "tool"]
        assert results == ["slow\n", "quick\n"]


def test_one_after_the_other_when_parallel_is_off(open_session: Open) -> None:
    calls = [bash("sleep 0.2; echo first"), bash("echo second")]
    with ModelServer([Turn(calls=calls), Turn(text="done")]) as server:
        run = open_session(server, settings=Settings(tools=ToolSettings(parallel=False)))
        run.task()
        assert [e.content for e in run.of(ToolFinished)] == ["first\n", "second\n"]


def test_wrong_calls_go_back_as_errors(open_session: Open) -> None:
    calls = [
        Call("nope", {}),
        Call("bash", {"cmd": "ls"}),
        Call("bash", {"command": "echo fine"}),
    ]
    with ModelServer([Turn(calls=calls), Turn(text="done")]) as server:
        run = open_session(server)
        assert run.task().outcome == "done"
        contents = {e.call: (e.status, e.content) for e in run.of(ToolFinished)}
        answers = [contents[e.call] for e in sorted(run.of(ToolRequested), key=lambda e: e.call)]
    assert sum(status == "failed" for status, _ in answers) == 2
    assert any("there is no tool 'nope'" in content for _, content in answers)
    assert any("command: Field required" in content for _, content in answers)


def test_cut_arguments_go_back_as_an_error(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("echo x")], fault=Fault.CUT_ARGUMENTS), Turn(text="done")]) as server:
        run = open_session(server)
        assert run.task().outcome == "done"


@pytest.mark.parametrize("fault", [Fault.OVERLOADED, Fault.RESET, Fault.MALFORMED])
def test_a_broken_answer_is_asked_for_again(
    open_session: Open, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.providers.retry.RetryPolicy.delay", lambda *_: 0.01)
    with ModelServer([Turn(text="a long answer " * 20, fault=fault)]) as server:
        run = open_session(server)
        assert run.task() == TaskEnded("done", 1)
        assert [e.attempt for e in run.of(ModelRetry)] == [2]
        assert [e.attempts for e in run.of(ModelResponse)] == [2]


def test_a_refused_key_fails_the_task_and_is_not_told(open_session: Open) -> None:
    with ModelServer([Turn(text="x")], key="another") as server:
        run = open_session(server)
        ended = run.task()
    assert ended.outcome == "failed"
    assert "key" in ended.error
    assert "sk-secret-key" not in repr(run.events)


def test_the_task_ends_after_max_turns(open_session: Open) -> None:
    with ModelServer(lambda _: Turn(calls=[bash("true")])) as server:
        run = open_session(server, max_turns=3)
        assert run.task().outcome == "max_turns"
        assert len(run.of(ModelResponse)) == 3


def test_task_done_ends_the_task_after_the_other_calls(open_session: Open, workspace: Path) -> None:
    calls = [Call("task_done", {"summary": "all good"}), bash("sleep 0.1; touch late")]
    with ModelServer([Turn(calls=calls)]) as server:
        run = open_session(server)
        assert run.task().outcome == "done"
    assert (workspace / "late").exists()


def test_interrupting_calls_leaves_a_history_that_can_go_on(open_session: Open, workspace: Path) -> None:
    turns = [Turn(calls=[bash("sleep 30"), bash("echo quick"), edit("f", "a", "b")]), Turn(text="back")]
    (workspace / "f").write_text("a")
    with ModelServer(turns) as server:
        run = open_session(server)
        run.session.submit("go")
        run.until(lambda event: isinstance(event, ToolFinished) and event.status == "done")
        run.session.interrupt()
        run.until(lambda event: isinstance(event, TaskEnded) and event.outcome == "interrupted")
        statuses = sorted(e.status for e in run.of(ToolFinished))
        assert statuses == ["done", "interrupted", "interrupted"]
        assert run.task("and now?").outcome == "done"
        messages = server.requests[-1].body["messages"]
        asked = [call["id"] for m in messages for call in m.get("tool_calls") or ()]
        answered = [m["tool_call_id"] for m in messages if m["role"] == "tool"]
        assert sorted(asked) == sorted(answered)
    assert (workspace / "f").read_text() == "a"


def test_interrupting_an_answer_keeps_what_was_said(open_session: Open) -> None:
    with ModelServer([Turn(text="word " * 2000, pause=0.02), Turn(text="back")]) as server:
        run = open_session(server)
        run.session.submit("go")
        assert server.streaming.wait(10)
        while not any(isinstance(item, TextDelta) for item in run.items):
            run.session.events.wait(5)
            run.items += run.session.events.take()
        run.session.interrupt()
        run.until(lambda event: isinstance(event, TaskEnded))
        response = run.of(ModelResponse)[0]
        assert response.stop == "interrupted"
        assert isinstance(response.blocks[0], Text)
        assert response.blocks[0].text.startswith("word")
        assert server.abandoned.wait(10), "the connection is closed"
        assert run.task("again").outcome == "done"


def test_one_call_is_cancelled_and_its_siblings_go_on(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("sleep 30"), bash("sleep 0.3; echo two")]), Turn(text="x")]) as server:
        run = open_session(server)
        run.session.submit("go")
        started = run.until(lambda event: isinstance(event, ToolStarted))
        assert isinstance(started, ToolStarted)
        run.session.cancel(started.call)
        run.until(lambda event: isinstance(event, TaskEnded))
    assert sorted(e.status for e in run.of(ToolFinished)) == ["done", "interrupted"]


def test_steering_goes_with_the_next_request(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("sleep 0.5")]), Turn(text="ok")]) as server:
        run = open_session(server)
        run.session.submit("go")
        run.until(lambda event: isinstance(event, ToolStarted))
        run.session.steer("mind the gap")
        run.until(lambda event: isinstance(event, TaskEnded))
        assert "mind the gap" in json.dumps(server.requests[-1].body["messages"])
    assert UserMessage("mind the gap", steer=True) in run.events


def test_a_second_task_follows_the_first(open_session: Open) -> None:
    with ModelServer([Turn(text="one"), Turn(text="two")]) as server:
        run = open_session(server)
        run.session.submit("first")
        run.session.submit("second")
        run.until(lambda _: len(run.of(TaskEnded)) == 2)
    assert [e.text for e in run.of(UserMessage)] == ["first", "second"]


def test_closing_records_tasks_that_never_began(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("sleep 30")])]) as server:
        run = open_session(server)
        run.session.submit("first")
        run.until(lambda event: isinstance(event, ToolStarted))
        run.session.submit("second")
        run.session.close()
    texts = [r.event.text for r in read(run.session.trajectory) if isinstance(r.event, UserMessage)]
    assert texts == ["first", "second"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "provider/model"),
        ("qwen3", "provider/model"),
        ("nobody/model", "nobody"),
        ("anthropic/claude", "ANTHROPIC_API_KEY"),
        ("scripted//does/not/exist.json", "/does/not/exist.json"),
    ],
)
def test_a_model_that_cannot_be_used_is_said_in_one_line(workspace: Path, name: str, says: str) -> None:
    settings = Settings(model=ModelSettings(name=name))
    with pytest.raises(SessionError, match=says) as error:
        Session.open(Options(workspace, settings, {}))
    assert "\n" not in str(error.value)


def test_a_workspace_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("missing", "file"):
        with pytest.raises(SessionError, match="give the path of a folder"):
            Session.open(Options(tmp_path / name, Settings(), {}))


def test_a_folder_that_cannot_be_written_is_said(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    scenario = tmp_path / "s.json"
    scenario.write_text('{"turns": [{"steps": []}]}')
    settings = Settings(model=ModelSettings(name=f"scripted/{scenario}"))
    with pytest.raises(SessionError, match="set SAWHORSE_DATA to a folder you can write"):
        Session.open(Options(workspace, settings, {"SAWHORSE_DATA": str(tmp_path / "data")}))
