"""An edit that asks is decided about hunk by hunk, and only on the file that was shown."""

from __future__ import annotations

import json
from pathlib import Path

from app.session.answer import Answer
from app.trajectory.events import ApprovalAsked, ApprovalDecided, TaskEnded, ToolFinished
from app.trajectory.review import HunkDecision
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open
from tests.session.test_approvals import asked

TEXT = "one\n" + "".join(f"line {number}\n" for number in range(40)) + "two\n"
EDITS = [{"old_str": "one\n", "new_str": "1\n"}, {"old_str": "two\n", "new_str": "2\n"}]


def edit() -> list[Turn]:
    return [Turn(calls=[Call("multi_edit", {"path": "a.txt", "edits": EDITS})]), Turn(text="x")]


def test_what_is_rejected_is_not_written_and_the_model_is_told_why(
    open_session: Open, workspace: str
) -> None:
    path = Path(workspace, "a.txt")
    path.write_text(TEXT)
    decisions = (HunkDecision(True, "first\n"), HunkDecision(False, reason="two stays"))
    with ModelServer(edit()) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        question = asked(run)
        assert question.diff.count("\n@@") == 2
        run.session.decide(question.call, Answer(True, hunks=decisions))
        run.until(lambda event: isinstance(event, TaskEnded))
        told = json.dumps(server.requests[-1].body["messages"])
    assert path.read_text() == TEXT.replace("one", "first")
    assert "two stays" in told
    assert "first" in told
    assert [event.hunks for event in run.of(ApprovalDecided)] == [decisions]


def test_a_file_that_has_changed_since_the_diff_was_made_is_shown_anew(
    open_session: Open, workspace: str
) -> None:
    path = Path(workspace, "a.txt")
    path.write_text(TEXT)
    with ModelServer(edit()) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        first = asked(run)
        path.write_text("new\n" + TEXT)
        run.session.decide(first.call, Answer(True))
        second = asked(run, 2)
        assert "changed since the diff was made" in second.reason
        assert " new\n" in second.diff
        assert path.read_text() == "new\n" + TEXT
        run.session.decide(second.call, Answer(True, "session"))
        run.until(lambda event: isinstance(event, TaskEnded))
    assert path.read_text() == "new\n" + TEXT.replace("one", "1").replace("two", "2")
    assert [event.status for event in run.of(ToolFinished)] == ["done"]
    assert len(run.of(ApprovalAsked)) == 2
    assert len(run.of(ApprovalDecided)) == 1, "a yes to what is not so any more decides nothing"
