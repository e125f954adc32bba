"""In plan mode nothing is changed until the person agrees to a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any  # JSON of a request

import pytest

from app.session.answer import Answer
from app.session.history import NO_LONGER_PLANNING, PLANNING
from app.settings.schema import Mode
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
from tests.session.test_approvals import asked, bash

PLAN = Call("present_plan", {"plan": "# Repair\n\n1. edit"})
CREATE = Call("str_replace_based_edit_tool", {"command": "create", "path": "f", "file_text": "x\n"})


def ended(run: Run) -> None:
    run.until(lambda event: isinstance(event, TaskEnded))


def typed(server: ModelServer) -> list[str]:
    """What the person said, as the model has it."""
    messages: list[dict[str, Any]] = server.requests[-1].body["messages"]
    return [message["content"] for message in messages if message["role"] == "user"]


def modes(run: Run) -> list[object]:
    changes = [event.values for event in run.of(SettingsChanged)]
    return [values["approval.mode"] for values in changes if "approval.mode" in values]


@pytest.mark.parametrize("change", [CREATE, bash("touch f")], ids=["edit", "command"])
def test_what_changes_something_is_denied_and_the_model_is_told_to_plan(
    open_session: Open, workspace: Path, change: Call
) -> None:
    with ModelServer([Turn(calls=[change, bash("ls")]), Turn(text="x")]) as server:
        run = open_session(server, mode="plan")
        assert run.task().outcome == "done"
    denied = next(event for event in run.of(ToolFinished) if event.status == "denied")
    assert "present_plan" in denied.content
    assert len(run.of(ToolStarted)) == 1, "looking around is what the mode is for"
    assert not run.of(ApprovalAsked)
    assert not (workspace / "f").exists()


@pytest.mark.parametrize(("scope", "mode"), [("once", "ask"), ("session", "edits")])
def test_a_yes_to_the_plan_ends_plan_mode(
    open_session: Open, workspace: Path, scope: Any, mode: Mode
) -> None:
    with ModelServer([Turn(calls=[PLAN]), Turn(calls=[CREATE]), Turn(text="x")]) as server:
        run = open_session(server, mode="plan")
        run.session.submit("go")
        question = asked(run)
        assert (question.reason, question.plan) == ("the plan is ready", "# Repair\n\n1. edit")
        assert (question.rules, question.grant, question.diff) == ((), "", "")
        run.session.decide(question.call, Answer(True, scope))
        if mode == "ask":
            run.session.decide(asked(run, 2).call, Answer(True))
        ended(run)
    assert modes(run) == [mode]
    assert run.session.mode == mode
    assert "plan mode is over" in run.of(ToolFinished)[0].content
    assert (workspace / "f").exists()


def test_a_no_keeps_planning_and_says_why(open_session: Open, workspace: Path) -> None:
    turns = [Turn(calls=[PLAN]), Turn(calls=[CREATE]), Turn(calls=[PLAN]), Turn(text="x")]
    with ModelServer(turns) as server:
        run = open_session(server, mode="plan")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(False, feedback="test it, too"))
        run.session.decide(asked(run, 2).call, Answer(False))
        ended(run)
    assert [event.status for event in run.of(ToolFinished)] == ["denied", "denied", "denied"]
    assert "test it, too" in run.of(ToolFinished)[0].content
    assert run.session.mode == "plan"


def test_a_person_may_change_the_plan(open_session: Open) -> None:
    with ModelServer([Turn(calls=[PLAN]), Turn(text="x")]) as server:
        run = open_session(server, mode="plan")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, arguments={"plan": "only look"}))
        ended(run)
    assert len(run.of(ApprovalAsked)) == 1
    assert '{"plan":"only look"}' in run.of(ToolFinished)[0].content


def test_outside_of_plan_mode_there_is_nothing_to_approve(open_session: Open) -> None:
    with ModelServer([Turn(calls=[PLAN]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.task()
    assert not run.of(ApprovalAsked)
    assert "nothing to approve" in run.of(ToolFinished)[0].content
    assert not modes(run)


def test_a_person_who_leaves_plan_mode_is_not_asked_any_more(open_session: Open) -> None:
    with ModelServer([Turn(calls=[PLAN]), Turn(text="x")]) as server:
        run = open_session(server, mode="plan")
        run.session.submit("go")
        asked(run)
        run.session.set_mode("ask")
        ended(run)
    assert [event.by for event in run.of(ApprovalDecided)] == ["mode"]
    assert run.session.mode == "ask"


def test_without_a_person_a_plan_is_not_carried_out(open_session: Open) -> None:
    with ModelServer([Turn(calls=[PLAN]), Turn(text="x")]) as server:
        run = open_session(server, mode="plan", attended=False)
        run.task()
    assert [event.status for event in run.of(ToolFinished)] == ["denied"]
    assert run.session.mode == "plan"


def test_the_model_is_told_of_plan_mode_and_of_its_end(open_session: Open) -> None:
    with ModelServer([Turn(text="x")] * 5) as server:
        run = open_session(server, mode="plan")
        run.task("one")
        run.task("two")
        run.session.set_mode("auto")
        run.task("three")
        run.task("four")
        run.session.set_mode("plan")
        run.task("five")
        assert typed(server) == [
            f"{PLANNING}\n\none",
            "two",
            f"{NO_LONGER_PLANNING}\n\nthree",
            "four",
            f"{PLANNING}\n\nfive",
        ]
