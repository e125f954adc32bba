"""The inbox: what it shows of the calls that ask, and what its keys answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from app.execution.sandbox.confinement import Confinement
from app.screens.inbox import InboxScreen
from app.screens.inbox_view import InboxView
from app.session.answer import Answer
from app.trajectory.effects import Effects
from app.trajectory.events import ApprovalAsked, ApprovalDecided, ToolRequested
from app.trajectory.review import HunkDecision
from tests.screens.asking import (
    PLAN,
    RULE,
    ask_bash,
    ask_edit,
    begin,
    decisions,
    notices,
    open_inbox,
    wait,
)
from tests.screens.played import SIZE, PlayedApp, shown
from tests.widgets.terminal import burst, press, until
from widgets.composer import Composer
from widgets.diff.review import HunkReview
from widgets.guard import Guard
from widgets.question_list import QuestionList

NETWORK = Answer(True, network=True)
YES, NO = Answer(True), Answer(False)


def highlighted(app: PlayedApp) -> int | None:
    return app.screen.query_one(QuestionList).highlighted


async def test_all_calls_that_ask_are_there_oldest_first_and_the_oldest_is_shown_whole(
    tmp_path: Path,
) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "npm run test", rules=(RULE,), rule="ask bash npm")
        ask_edit(app, "2")
        await until(pilot, lambda: app.work.asking == 2)
        app.now += 65
        await open_inbox(app, pilot, 2)
        text = shown(app)
        assert "approvals · 2 calls ask" in text
        assert text.index("bash  npm run test") < text.index("multi_edit  notes.txt")
        assert "1:05" in text
        for fact in (
            "why         mode ask: commands ask",
            "rule        ask bash npm",
            "in          /home/somebody/project",
            "sandbox     bubblewrap: commands write in the workspace only",
            f"for longer  {RULE}",
        ):
            assert fact in text
        await press(pilot, "down")
        text = shown(app)
        assert "writes      /home/somebody/project/notes.txt" in text
        assert "rule        none makes it ask" in text
        assert "first" in text


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("y", YES),
        ("t", Answer(True, "turn")),
        ("s", Answer(True, "session")),
        ("w", NETWORK),
        ("n", NO),
    ],
)
async def test_each_key_answers_the_call_that_is_shown(tmp_path: Path, key: str, answer: Answer) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        ask_bash(app, "2", "npm run test", rules=(RULE,))
        await open_inbox(app, pilot, 2)
        await press(pilot, "j")
        await wait(app, pilot)
        await press(pilot, key)
        assert decisions(app) == [("2", answer)]


async def test_what_is_answered_leaves_and_no_key_can_answer_the_next(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        for call in "123":
            ask_bash(app, call, f"echo {call}")
        await open_inbox(app, pilot, 3)
        await press(pilot, "j")
        await wait(app, pilot)
        await burst(pilot, "y", "y", "n")
        assert decisions(app) == [("2", YES)]
        assert "echo 2" not in shown(app)
        assert highlighted(app) == 1
        app.now += Guard.AFTER_ANSWER - 0.001
        await burst(pilot, "y", "n", "d", "e", "w", "Y")
        assert decisions(app) == [("2", YES)]
        app.now += Guard.HELD
        await press(pilot, "n")
        assert decisions(app) == [("2", YES), ("3", NO)]
        await wait(app, pilot)
        await press(pilot, "y")
        assert decisions(app)[2:] == [("1", YES)], "the one before, where none comes after"
        assert "No call asks any more" in shown(app)
        await press(pilot, "y", "n", "e", "space", "j")
        assert len(decisions(app)) == 3


async def test_the_guard_counts_from_when_it_appears(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await until(pilot, lambda: app.work.asking == 1)
        await press(pilot, "f2", "y", "n", "d")
        assert decisions(app) == []
        await wait(app, pilot)
        app.post_message(events.AppBlur())
        app.post_message(events.AppFocus())
        await burst(pilot, "y")
        assert decisions(app) == [], "nor when the terminal gets the focus back"
        app.now += 1
        await press(pilot, "y")
        assert decisions(app) == [("1", YES)]


async def test_a_question_that_comes_takes_no_key_of_the_one_that_is_shown(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await open_inbox(app, pilot, 1)
        ask_bash(app, "2", "pwd")
        await until(pilot, lambda: "2 calls ask" in shown(app))
        await press(pilot, "y")
        assert decisions(app) == [("1", YES)]


async def test_a_question_that_goes_makes_way_for_the_next_and_its_guard(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        ask_bash(app, "2", "pwd")
        await open_inbox(app, pilot, 2)
        app.played.play(ApprovalDecided("1", True, "mode", "mode auto"))
        await until(pilot, lambda: "1 call asks" in shown(app))
        await press(pilot, "y")
        assert decisions(app) == []


async def test_marked_questions_are_answered_together(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        for call in "1234":
            ask_bash(app, call, f"echo {call}")
        await open_inbox(app, pilot, 4)
        await press(pilot, "Y")
        assert notices(app) == ["Nothing is marked; space marks a question."]
        await press(pilot, "space", "j", "space", "j", "space", "space", "j", "space")
        assert "3 marked" in shown(app)
        assert "Y N answer 3 marked" in shown(app)
        await wait(app, pilot)
        await press(pilot, "Y")
        assert decisions(app) == [("1", YES), ("2", YES), ("4", YES)]
        assert "marked" not in shown(app)
        await wait(app, pilot)
        await press(pilot, "space", "N")
        assert decisions(app)[3:] == [("3", NO)]


async def test_a_mark_is_for_the_question_as_it_was(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "echo 1")
        ask_bash(app, "2", "echo 2")
        await open_inbox(app, pilot, 2)
        await press(pilot, "space", "j", "space")
        app.played.play(ApprovalAsked("1", "asks again"))
        await until(pilot, lambda: "1 marked" in shown(app))
        app.now += 1
        await press(pilot, "Y")
        assert decisions(app) == [("2", YES)]


async def test_this_very_command_can_be_granted_and_not_saved(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls $(pwd)", grant="bash: ls $(pwd)")
        await open_inbox(app, pilot, 1)
        assert "for longer  this very command, in this folder" in shown(app)
        await press(pilot, "p", "S", "T")
        assert decisions(app) == []
        await press(pilot, "s")
        assert decisions(app) == [("1", Answer(True, "session"))]


async def test_a_diff_is_decided_about_by_hunk(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_edit(app, "1")
        await open_inbox(app, pilot, 1)
        await press(pilot, "v")
        await until(pilot, lambda: bool(app.screen.query(HunkReview)))
        await press(pilot, "e")
        await burst(pilot, *"ly", "ctrl+s")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen))
        (decision,) = decisions(app)
        assert decision == ("1", Answer(True, hunks=(HunkDecision(True, "lyfirst\n"),)))
        assert "No call asks any more" in shown(app)


@pytest.mark.parametrize(("key", "answer"), [("y", YES), ("s", Answer(True, "session"))])
async def test_a_plan_is_drawn_and_carried_out_by_a_yes(tmp_path: Path, key: str, answer: Answer) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        app.played.play(
            ToolRequested("1", 1, "present_plan", {"plan": PLAN}, Effects("the plan")),
            ApprovalAsked("1", "a plan asks", plan=PLAN),
        )
        await open_inbox(app, pilot, 1)
        text = shown(app)
        assert "Repair it" in text
        assert "1. read retry.py" in text
        assert "y yes, each change asks  s yes, and let edits run  n no" in text
        await press(pilot, "t", "p")
        assert decisions(app) == []
        await press(pilot, key)
        assert decisions(app) == [("1", answer)]


async def test_a_command_that_the_sandbox_stopped_asks_to_run_outside_or_with_the_network(
    tmp_path: Path,
) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(
            app, "1", "pip download x", reason="a yes runs it again without", blocked="it needs the network"
        )
        await open_inbox(app, pilot, 1)
        assert "stopped  by the sandbox: it needs the network" in shown(app)
        assert "y yes, outside the sandbox" in shown(app)
        await press(pilot, "w")
        assert decisions(app) == [("1", NETWORK)]


@pytest.mark.parametrize("kind", ["none", "off"])
async def test_without_a_sandbox_there_is_no_network_to_give_and_that_is_said(
    tmp_path: Path, kind: str
) -> None:
    app = PlayedApp(tmp_path)
    app.played.confinement = Confinement(kind, "[/red] bubblewrap is not installed")  # type: ignore[arg-type]  # a kind
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await open_inbox(app, pilot, 1)
        assert f"sandbox  {kind}: [/red] bubblewrap is not installed" in shown(app)
        assert "no sandbox" in shown(app)
        await press(pilot, "w")
        assert decisions(app) == []


@pytest.mark.parametrize("key", ["f2", "escape", "q"])
async def test_back_is_where_the_person_was(tmp_path: Path, key: str) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await until(pilot, lambda: app.work.asking == 1)
        await press(pilot, "f3")
        before = app.session_screen.focused
        await open_inbox(app, pilot, 1)
        await press(pilot, key)
        await until(pilot, lambda: app.screen is app.session_screen)
        assert app.session_screen.focused is before
        await press(pilot, "y")
        assert decisions(app) == [], "a key that was meant for the inbox"


async def test_without_a_question_it_says_so(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        await open_inbox(app, pilot, 0)
        assert "No call asks. What a call may not do by itself appears here, and waits for you." in shown(app)
        ask_bash(app, "1", "ls")
        await until(pilot, lambda: "1 call asks" in shown(app))
        await press(pilot, "escape")
        assert isinstance(app.session_screen.focused, Composer)


async def test_questions_outlive_a_resize_and_another_screen(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "npm run test", rules=(RULE,))
        ask_bash(app, "2", "pwd")
        await open_inbox(app, pilot, 2)
        await press(pilot, "j", "space")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: app.screen.query_one(InboxView).has_class("-narrow"))
        await press(pilot, "k")
        await wait(app, pilot)
        await press(pilot, "p")
        await pilot.resize_terminal(140, 44)
        await until(pilot, lambda: not app.screen.query_one(InboxView).has_class("-narrow"))
        assert "this is saved" in shown(app)
        await press(pilot, "escape", "escape", "f2")
        assert "2 calls ask" in shown(app)
        await wait(app, pilot)
        await press(pilot, "y")
        assert decisions(app) == [("1", YES)]


async def test_a_click_looks_at_a_question_and_answers_nothing(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        ask_bash(app, "2", "pwd")
        await open_inbox(app, pilot, 2)
        await pilot.click(QuestionList, offset=(6, 2))
        await until(pilot, lambda: highlighted(app) == 1)
        await burst(pilot, "y")
        assert decisions(app) == []
        app.now += 1
        await press(pilot, "y")
        assert decisions(app) == [("2", YES)]
