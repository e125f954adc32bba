"""A question belongs to one call, and waits for nobody else."""

from __future__ import annotations

import json
from typing import cast

from app.session.answer import Answer
from app.trajectory.events import (
    ApprovalAsked,
    ApprovalDecided,
    SettingsChanged,
    TaskEnded,
    ToolFinished,
    ToolStarted,
)
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open, Run


def bash(command: str) -> Call:
    return Call("bash", {"command": command})


def asked(run: Run, number: int = 1) -> ApprovalAsked:
    run.until(lambda _: len(run.of(ApprovalAsked)) >= number)
    return run.of(ApprovalAsked)[number - 1]


def test_a_call_that_asks_does_not_hold_up_its_siblings(open_session: Open) -> None:
    calls = [bash("touch asks"), Call("glob", {"pattern": "*"})]
    with ModelServer([Turn(calls=calls), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        question = asked(run)
        run.until(lambda event: isinstance(event, ToolFinished))
        assert not [e for e in run.of(ToolStarted) if e.call == question.call]
        run.session.decide(question.call, Answer(True))
        run.until(lambda event: isinstance(event, TaskEnded))
    assert {e.status for e in run.of(ToolFinished)} == {"done"}
    assert ApprovalDecided(question.call, True, "person", "mode ask: commands ask") in run.events


def test_a_denied_call_does_not_run_and_the_model_is_told_why(open_session: Open, workspace: str) -> None:
    with ModelServer([Turn(calls=[bash("touch made")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(False, feedback="use the Makefile"))
        run.until(lambda event: isinstance(event, TaskEnded))
        assert "use the Makefile" in json.dumps(server.requests[-1].body["messages"])
    assert [e.status for e in run.of(ToolFinished)] == ["denied"]
    assert not run.of(ToolStarted)


def test_an_answer_for_another_call_reaches_nobody(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("touch x")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        question = asked(run)
        run.session.decide("another", Answer(True))
        run.session.decide(question.call, Answer(False))
        run.session.decide(question.call, Answer(True))
        run.until(lambda event: isinstance(event, TaskEnded))
    assert [e.allowed for e in run.of(ApprovalDecided)] == [False]


def test_a_yes_for_the_session_covers_this_command_and_no_other(open_session: Open) -> None:
    turns = [Turn(calls=[bash("touch a")]), Turn(calls=[bash("touch a"), bash("touch b")]), Turn(text="x")]
    with ModelServer(turns) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        first = asked(run)
        assert first.grant == "bash: touch a"
        run.session.decide(first.call, Answer(True, "session"))
        second = asked(run, 2)
        run.session.decide(second.call, Answer(False))
        run.until(lambda event: isinstance(event, TaskEnded))
    assert [e.by for e in run.of(ApprovalDecided)] == ["person", "grant", "person"]


def test_a_yes_for_the_turn_ends_with_the_turn(open_session: Open) -> None:
    turns = [Turn(calls=[bash("touch a")]), Turn(calls=[bash("touch a")]), Turn(text="x")]
    with ModelServer(turns) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, "turn"))
        run.session.decide(asked(run, 2).call, Answer(True))
        run.until(lambda event: isinstance(event, TaskEnded))
    assert len(run.of(ApprovalAsked)) == 2


def test_an_edit_shows_its_diff_before_it_is_made(open_session: Open) -> None:
    create = Call("str_replace_based_edit_tool", {"command": "create", "path": "new", "file_text": "hello\n"})
    with ModelServer([Turn(calls=[create]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        question = asked(run)
        assert "+hello" in question.diff
        assert not (run.session.workspace / "new").exists()
        run.session.decide(question.call, Answer(True))
        run.until(lambda event: isinstance(event, TaskEnded))
        assert (run.session.workspace / "new").read_text() == "hello\n"


def test_the_mode_changes_while_the_session_runs(open_session: Open) -> None:
    turns = [Turn(calls=[bash("touch a")]), Turn(calls=[bash("touch b")]), Turn(text="x")]
    with ModelServer(turns) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True))
        run.session.set_mode("auto")
        run.until(lambda event: isinstance(event, TaskEnded))
    assert SettingsChanged({"approval.mode": "auto"}) in run.events
    assert [e.by for e in run.of(ApprovalDecided)] == ["person", "mode"]


def test_without_a_person_what_would_ask_is_denied_and_said(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("touch a")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask", attended=False)
        assert run.task().outcome == "done"
        results = cast("list[dict[str, str]]", server.requests[-1].body["messages"])
    assert "nobody is there to allow it" in results[-1]["content"]
    assert not run.of(ApprovalAsked)
    assert [e.by for e in run.of(ApprovalDecided)] == ["headless"]


def test_interrupting_ends_an_open_question(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("touch a")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        question = asked(run)
        run.session.interrupt()
        run.until(lambda event: isinstance(event, TaskEnded))
        run.session.decide(question.call, Answer(True))
        assert run.task("again").outcome == "done"
    assert not run.of(ToolStarted)


def test_a_mode_that_would_not_ask_answers_what_asks(open_session: Open) -> None:
    create = Call("str_replace_based_edit_tool", {"command": "create", "path": "new", "file_text": "x\n"})
    with ModelServer([Turn(calls=[create, bash("rm -rf ~/nothing")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        asked(run)
        run.session.set_mode("auto")
        done = run.until(lambda event: isinstance(event, ToolFinished))
        assert isinstance(done, ToolFinished)
        assert (run.session.workspace / "new").exists()
        critical = asked(run, 2)
        run.session.decide(critical.call, Answer(False))
        run.until(lambda event: isinstance(event, TaskEnded))
    assert [e.by for e in run.of(ApprovalDecided)] == ["mode", "person"]


def test_a_call_that_never_began_is_said_not_to_have_run(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("touch a")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        asked(run)
        run.session.interrupt()
        run.until(lambda event: isinstance(event, TaskEnded))
    assert "was not carried out" in run.of(ToolFinished)[0].content
