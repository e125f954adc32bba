"""An edit that asks, decided about hunk by hunk."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.screens.hunk_review import answer_of
from app.screens.inbox import InboxScreen
from app.session.answer import Answer
from app.trajectory.events import ApprovalAsked, ToolFinished, UserMessage
from app.trajectory.review import HunkDecision
from tests.screens.played import SIZE, STARTED, PlayedApp, requested, settle, shown
from tests.widgets.terminal import until
from widgets.diff.decision import Decision
from widgets.diff.review import HunkReview

DIFF = """\
--- a/notes.txt
+++ b/notes.txt
@@ -1,2 +1,2 @@
-one
+first
 two
@@ -40,2 +40,2 @@
 forty
-last
+final
"""


def ask(app: PlayedApp, diff: str = DIFF) -> None:
    app.played.play(STARTED, UserMessage("go"), requested("1", "multi_edit", "notes.txt"))
    app.played.play(ApprovalAsked("1", "mode ask: edits ask", diff))


@pytest.mark.parametrize(
    ("decisions", "answer"),
    [
        ([Decision(), Decision()], Answer(True)),
        (
            [Decision(), Decision(False, reason="not that")],
            Answer(True, hunks=(HunkDecision(True), HunkDecision(False, reason="not that"))),
        ),
        (
            [Decision(replacement="1\n")],
            Answer(True, hunks=(HunkDecision(True, "1\n"),)),
        ),
        ([Decision(False, reason="no"), Decision(False, reason="no")], Answer(False, feedback="no")),
        ([Decision(False)], Answer(False, feedback="every hunk of the diff was rejected")),
    ],
)
def test_decisions_come_to_an_answer(decisions: list[Decision], answer: Answer) -> None:
    assert answer_of(decisions) == answer


async def test_v_shows_the_whole_change_and_what_is_decided_there_is_the_answer(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        ask(app)
        await until(pilot, lambda: "v hunk by hunk" in shown(app))
        app.now += 1
        await pilot.press("f3")
        app.now += 1
        await pilot.press("v")
        await settle(pilot)
        assert app.screen.query(HunkReview)
        assert "final" in shown(app)
        await pilot.press("right_square_bracket", "x", "ctrl+s")
        await settle(pilot)
        assert app.screen is app.session_screen
        decisions = (HunkDecision(True), HunkDecision(False))
        assert app.played.said[-1] == ("decide", "1", Answer(True, hunks=decisions))


async def test_escape_answers_nothing(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        ask(app)
        await settle(pilot)
        app.now += 1
        await pilot.press("f3")
        app.now += 1
        await pilot.press("v", "x", "escape")
        await settle(pilot)
        assert app.screen is app.session_screen
        assert not [said for said in app.played.said if said[0] == "decide"]


async def test_a_call_that_no_longer_asks_takes_no_decision(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        ask(app)
        await settle(pilot)
        app.now += 1
        await pilot.press("f3")
        app.now += 1
        await pilot.press("v")
        app.played.play(ToolFinished("1", "interrupted", "stopped"))
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert not [said for said in app.played.said if said[0] == "decide"]
        assert [notice.message for notice in app._notifications] == [
            "The call no longer asks for this; nothing was decided."
        ]


async def test_a_command_has_no_hunks_and_is_shown_whole(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("go"), requested("1", "bash", "make", command="make"))
        app.played.play(ApprovalAsked("1", "commands ask"))
        await settle(pilot)
        assert "hunk by hunk" not in shown(app)
        app.now += 1
        await pilot.press("f3")
        app.now += 1
        await pilot.press("v")
        await settle(pilot)
        assert not app.screen.query(HunkReview)
        assert isinstance(app.screen, InboxScreen)
