"""A person may change a call before it runs; what runs is what they saw last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any  # JSON of a request

import pytest

from app.session.answer import Answer
from app.trajectory.events import ApprovalDecided, TaskEnded, ToolFinished, ToolRequested
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open, Run
from tests.session.test_approvals import asked, bash
from tests.session.test_session_rules import saying

EDITOR = "str_replace_based_edit_tool"


def replacing(old: str, new: str, path: str = "f") -> dict[str, object]:
    return {"command": "str_replace", "path": path, "old_str": old, "new_str": new}


def ended(run: Run) -> None:
    run.until(lambda event: isinstance(event, TaskEnded))


def told(server: ModelServer) -> list[dict[str, Any]]:
    """What the model sees at last: its own calls, and their results."""
    messages: list[dict[str, Any]] = server.requests[-1].body["messages"]
    return messages


def test_what_runs_is_what_the_person_made_of_it_and_the_model_is_told(
    open_session: Open, workspace: Path
) -> None:
    with ModelServer([Turn(calls=[bash("touch theirs")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, arguments={"command": "touch mine", "timeout": 5.0}))
        ended(run)
        calls, result = told(server)[-2]["tool_calls"], told(server)[-1]["content"]
    assert [path.name for path in workspace.iterdir()] == ["mine"]
    assert json.loads(calls[0]["function"]["arguments"]) == {"command": "touch theirs"}
    expected = '[the person changed this call before it ran: {"command":"touch mine","timeout":5.0}]\n'
    assert result == f"{expected}[no output]\n"


def test_what_the_person_left_out_is_told_too_and_what_is_long_is_cut(open_session: Open) -> None:
    call = Call("bash", {"command": "touch theirs", "timeout": 5})
    long = f"touch mine # {'x' * 10_000}"
    with ModelServer([Turn(calls=[call]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, arguments={"command": long}))
        ended(run)
    told = run.of(ToolFinished)[0].content
    assert told.startswith('[the person changed this call before it ran: {"command":"touch mine # xxx')
    assert "x… (cut), without timeout]\n" in told
    assert len(told) < 5_000


def test_the_request_stays_and_the_decision_holds_what_became_of_it(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("touch theirs")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, arguments={"command": "touch mine"}))
        ended(run)
    [requested], [decided] = run.of(ToolRequested), run.of(ApprovalDecided)
    assert requested.arguments == {"command": "touch theirs"}
    assert decided.arguments == {"command": "touch mine"}
    assert decided.effects is not None
    assert (decided.effects.command, decided.effects.cwd) == ("touch mine", str(run.session.workspace))


def test_the_same_arguments_are_no_edit(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("touch a")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, arguments={"command": "touch a"}))
        ended(run)
    assert run.of(ApprovalDecided)[0].arguments is None
    assert "changed this call" not in run.of(ToolFinished)[0].content


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"command": 3}, "command: Input should be a valid string"),
        ({"command": "touch x", "speed": 1}, "speed: Extra inputs are not permitted"),
        ({}, "command: Field required"),
    ],
)
def test_arguments_that_cannot_be_ask_again_and_nothing_typed_is_lost(
    open_session: Open, workspace: Path, arguments: dict[str, object], says: str
) -> None:
    with ModelServer([Turn(calls=[bash("touch theirs")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        first = asked(run)
        assert first.arguments is None
        run.session.decide(first.call, Answer(True, arguments=arguments))
        again = asked(run, 2)
        assert says in again.reason
        assert again.arguments == arguments
        run.session.decide(first.call, Answer(True))
        assert says in asked(run, 3).reason, "a yes is to what the question shows"
        run.session.decide(first.call, Answer(True, arguments={"command": "touch mine"}))
        ended(run)
    assert [path.name for path in workspace.iterdir()] == ["mine"]
    assert len(run.of(ApprovalDecided)) == 1


def test_an_edit_of_an_edit_is_shown_before_it_is_written(open_session: Open, workspace: Path) -> None:
    (workspace / "f").write_text("one\n")
    with ModelServer([Turn(calls=[Call(EDITOR, replacing("one", "two"))]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        first = asked(run)
        run.session.decide(first.call, Answer(True, arguments=replacing("one", "mine")))
        again = asked(run, 2)
        assert "+mine" in again.diff
        assert again.arguments == replacing("one", "mine")
        assert "as you changed it" in again.reason
        assert (workspace / "f").read_text() == "one\n"
        run.session.decide(first.call, Answer(True))
        ended(run)
        assert '{"new_str":"mine"}' in told(server)[-1]["content"]
    assert (workspace / "f").read_text() == "mine\n"
    [decided] = run.of(ApprovalDecided)
    assert decided.arguments == replacing("one", "mine")


def test_a_wider_yes_to_an_edited_edit_does_not_write_what_was_not_shown(
    open_session: Open, workspace: Path
) -> None:
    (workspace / "f").write_text("one\n")
    with ModelServer([Turn(calls=[Call(EDITOR, replacing("one", "two"))]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        first = asked(run)
        run.session.decide(first.call, Answer(True, "session", arguments=replacing("one", "mine")))
        asked(run, 2)
        run.session.decide(first.call, Answer(False))
        ended(run)
    assert (workspace / "f").read_text() == "one\n"
    assert [event.scope for event in run.of(ApprovalDecided)] == ["once"]


def test_an_edit_that_does_not_fit_the_file_asks_again(open_session: Open, workspace: Path) -> None:
    (workspace / "f").write_text("one\n")
    with ModelServer([Turn(calls=[Call(EDITOR, replacing("one", "two"))]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        first = asked(run)
        run.session.decide(first.call, Answer(True, arguments=replacing("absent", "two")))
        again = asked(run, 2)
        assert again.arguments == replacing("absent", "two")
        assert "f" in again.reason
        run.session.decide(first.call, Answer(True, arguments=replacing("one", "two")))
        ended(run)
    assert (workspace / "f").read_text() == "two\n"
    assert run.of(ApprovalDecided)[0].arguments is None, "it is as the model wanted it"


def test_a_look_that_became_an_edit_writes_nothing_that_was_not_shown(
    open_session: Open, workspace: Path
) -> None:
    (workspace / "f").write_text("one\n")
    look = Call(EDITOR, {"command": "view", "path": "/etc/hostname"})
    with ModelServer([Turn(calls=[look]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        first = asked(run)
        run.session.decide(first.call, Answer(True, arguments=replacing("absent", "two")))
        assert asked(run, 2).diff == ""
        (workspace / "f").write_text("absent\n")
        run.session.decide(first.call, Answer(True))
        assert "+two" in asked(run, 3).diff
        run.session.decide(first.call, Answer(False))
        ended(run)
    assert (workspace / "f").read_text() == "absent\n"


def test_a_rule_denies_what_the_person_made_of_it(
    open_session: Open, own_places: Path, workspace: Path
) -> None:
    (own_places / "rules.toml").write_text(saying("deny bash rm"))
    with ModelServer([Turn(calls=[bash("touch a")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, arguments={"command": "rm -r ."}))
        ended(run)
    [decided] = run.of(ApprovalDecided)
    assert (decided.by, decided.rule, decided.arguments) == ("rule", "deny bash rm", {"command": "rm -r ."})
    assert [event.status for event in run.of(ToolFinished)] == ["denied"]


def test_a_yes_counts_for_what_would_ask_again(open_session: Open, workspace: Path) -> None:
    """It is critical, and the person has just typed it."""
    (workspace.parent / "beside").mkdir()
    with ModelServer([Turn(calls=[bash("touch a")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, arguments={"command": "touch ../beside/mine"}))
        ended(run)
    assert (workspace.parent / "beside" / "mine").exists()


def test_a_wider_yes_to_a_changed_call_shows_first_what_it_would_allow(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("make a")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        first = asked(run)
        assert first.rules == ("allow bash make a",)
        run.session.decide(first.call, Answer(True, "session", arguments={"command": "make b"}))
        again = asked(run, 2)
        assert again.rules == ("allow bash make b",)
        assert again.arguments == {"command": "make b"}
        run.session.decide(first.call, Answer(True, "session"))
        ended(run)
    assert run.of(ApprovalDecided)[0].rules == ("allow bash make b",)


def test_where_the_offer_stays_the_same_a_wider_yes_is_not_asked_again(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("make a")]), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(asked(run).call, Answer(True, "session", arguments={"command": "make a -s"}))
        ended(run)
    assert run.of(ApprovalDecided)[0].rules == ("allow bash make a",)


def test_an_equal_call_of_the_turn_is_not_answered_by_one_that_was_changed(
    open_session: Open, workspace: Path
) -> None:
    outside = workspace.parent / "outside"
    outside.mkdir()
    (outside / "file").write_text("needle\n")
    (workspace / "file").write_text("other\n")
    search = {"pattern": "needle", "path": str(outside)}
    with ModelServer([Turn(calls=[Call("grep", search)] * 2), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        first = asked(run)
        run.session.decide(first.call, Answer(True, arguments={"pattern": "other"}))
        run.session.decide(asked(run, 2).call, Answer(True))
        ended(run)
    assert "file:1:other" in run.of(ToolFinished)[0].content
    assert "needle" in run.of(ToolFinished)[1].content


def test_calls_that_meet_on_a_file_only_since_the_edit_both_reach_it(
    open_session: Open, workspace: Path
) -> None:
    (workspace / "f").write_text("one\ntwo\n")
    (workspace / "g").write_text("x\n")
    calls = [Call(EDITOR, replacing("x", "y", "g")), Call(EDITOR, replacing("two", "2"))]
    with ModelServer([Turn(calls=calls), Turn(text="x")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        asked(run, 2)
        first, second = (event.call for event in run.of(ToolRequested))
        run.session.decide(first, Answer(True, arguments=replacing("one", "1")))
        asked(run, 3)
        run.session.decide(first, Answer(True))
        run.until(lambda event: isinstance(event, ToolFinished))
        run.session.decide(second, Answer(True))
        assert "the file has changed" in asked(run, 4).reason
        run.session.decide(second, Answer(True))
        ended(run)
    assert (workspace / "f").read_text() == "1\n2\n"
