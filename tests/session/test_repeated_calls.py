"""A model may ask the same many times in one turn: what only reads is answered once, all else is done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.session.answer import Answer
from app.settings.schema import ApprovalSettings, Settings, ToolSettings
from app.trajectory.events import (
    ApprovalAsked,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
)
from app.workspace.search import Search
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open, Run

MANY = 200
GREP = Call("grep", {"pattern": "needle"})
VIEW = Call("str_replace_based_edit_tool", {"command": "view", "path": "file"})


def bash(command: str, **arguments: object) -> Call:
    return Call("bash", {"command": command, **arguments})


def edit(old: str, new: str) -> Call:
    return Call(
        "str_replace_based_edit_tool",
        {"command": "str_replace", "path": "file", "old_str": old, "new_str": new},
    )


def answers(run: Run) -> list[ToolFinished]:
    """The answers to the calls, in the order in which the model asked."""
    finished = {event.call: event for event in run.of(ToolFinished)}
    return [finished[event.call] for event in run.of(ToolRequested)]


def one_turn(open_session: Open, calls: list[Call], settings: Settings | None = None) -> Run:
    with ModelServer([Turn(calls=calls), Turn(text="done")]) as server:
        run = open_session(server, settings=settings)
        run.session.submit("go")
        run.until(lambda event: isinstance(event, TaskEnded))
        results = [each for each in server.requests[-1].body["messages"] if each["role"] == "tool"]
        assert len(results) == len(calls)
    return run


def test_many_equal_searches_are_one_search(
    open_session: Open, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "file").write_text("a needle\n")
    searches, search = 0, Search.grep

    async def counted(*arguments: object, **options: object) -> object:
        nonlocal searches
        searches += 1
        return await search(*arguments, **options)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(Search, "grep", counted)
    run = one_turn(open_session, [GREP] * MANY)
    first, *others = answers(run)
    assert searches == len(run.of(ToolStarted)) == 1
    assert first.content == "file:1:a needle\n"
    refers = f"This is the same call as {first.call} of this turn: see its result."
    assert {(each.status, each.content) for each in others} == {("done", refers)}
    assert {each.waits_for for each in run.of(ToolRequested)[1:]} == {(first.call,)}


def test_many_equal_commands_all_run_a_few_at_a_time(open_session: Open, workspace: Path) -> None:
    settings = Settings(tools=ToolSettings(max_concurrency=8), approval=ApprovalSettings(repeats=0))
    run = one_turn(open_session, [bash("echo ran >>log")] * MANY, settings)
    assert (workspace / "log").read_text() == "ran\n" * MANY
    assert {each.status for each in answers(run)} == {"done"}
    running, most = 0, 0
    for event in run.events:
        running += isinstance(event, ToolStarted) - isinstance(event, ToolFinished)
        most = max(most, running)
    assert most == 8


def test_calls_that_say_the_same_in_other_words_are_equal(open_session: Open) -> None:
    calls = [GREP, replace(GREP, arguments={"path": ".", "pattern": "needle"})]
    run = one_turn(open_session, calls)
    assert len(run.of(ToolStarted)) == 1


def test_calls_that_differ_all_run(open_session: Open, workspace: Path) -> None:
    (workspace / "file").write_text("one\ntwo\n")
    views = [
        replace(VIEW, arguments={"command": "view", "path": "file", "view_range": [n, n]}) for n in (1, 2)
    ]
    run = one_turn(open_session, [*views, VIEW, GREP])
    assert len(run.of(ToolStarted)) == 4


@pytest.mark.parametrize("change", [edit("one", "two"), bash("echo two >file")], ids=["edit", "command"])
def test_a_read_after_a_change_is_a_call_of_its_own(
    open_session: Open, workspace: Path, change: Call
) -> None:
    (workspace / "file").write_text("one\n")
    run = one_turn(open_session, [VIEW, VIEW, change, VIEW, VIEW])
    first, again, _, after, again_after = answers(run)
    assert f"same call as {first.call}" in again.content
    assert "same call" not in after.content
    assert change.name == "bash" or ("one" in first.content and "two" in after.content)
    assert f"same call as {after.call}" in again_after.content
    assert len(run.of(ToolStarted)) == 3


def test_what_reads_no_file_is_never_taken_for_the_same(open_session: Open) -> None:
    """The second look at a job comes after it was ended."""
    look, end = Call("bash_output", {"job": "job-1"}), Call("bash_kill", {"job": "job-1"})
    turns = [
        Turn(calls=[bash("sleep 60", background=True)]),
        Turn(calls=[look, end, look, Call("think", {"thought": "x"}), Call("think", {"thought": "x"})]),
        Turn(text="done"),
    ]
    with ModelServer(turns) as server:
        run = open_session(server)
        assert run.task().outcome == "done"
    assert len(run.of(ToolStarted)) == 6
    assert not [each for each in answers(run) if "same call" in each.content]


def test_a_failure_is_the_failure_of_all(open_session: Open) -> None:
    run = one_turn(open_session, [Call("grep", {"pattern": "("})] * 5)
    first, *others = answers(run)
    assert first.status == "failed"
    assert {each.status for each in others} == {"failed"}
    assert len(run.of(ToolStarted)) == 1


def test_a_denial_is_the_denial_of_all_and_is_asked_for_once(open_session: Open) -> None:
    outside = Call("grep", {"pattern": "root", "path": "/etc"})
    with ModelServer([Turn(calls=[outside] * 5), Turn(text="done")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        question = run.until(lambda event: isinstance(event, ApprovalAsked))
        assert isinstance(question, ApprovalAsked)
        run.session.decide(question.call, Answer(False))
        run.until(lambda event: isinstance(event, TaskEnded))
    assert len(run.of(ApprovalAsked)) == 1
    assert {each.status for each in answers(run)} == {"denied"}
    assert not run.of(ToolStarted)


def test_cancelling_the_first_answers_all(open_session: Open) -> None:
    outside = Call("grep", {"pattern": "root", "path": "/etc"})
    with ModelServer([Turn(calls=[outside] * 3), Turn(text="done")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        question = run.until(lambda event: isinstance(event, ApprovalAsked))
        assert isinstance(question, ApprovalAsked)
        run.session.cancel(question.call)
        run.until(lambda event: isinstance(event, TaskEnded))
    assert {each.status for each in answers(run)} == {"interrupted"}
