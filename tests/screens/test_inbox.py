"""The inbox: what it shows of the calls that ask, and what its keys answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from app.execution.sandbox.confinement import Confinement
from app.screens.inbox import InboxScreen
from app.session.answer import Answer
from app.trajectory.effects import Effects
from app.trajectory.events import ApprovalAsked, ApprovalDecided, ToolFinished, ToolRequested
from app.trajectory.review import HunkDecision
from tests.screens.asking import (
    DIFF,
    PLAN,
    WHY,
    ask_bash,
    ask_edit,
    begin,
    decisions,
    open_inbox,
    wait,
)
from tests.screens.played import SIZE, PlayedApp, shown
from tests.widgets.terminal import burst, paste, press, settle, until
from widgets.composer import Composer
from widgets.diff.review import HunkReview
from widgets.question_detail import QuestionDetail
from widgets.question_list import QuestionList

RULE = "allow bash npm run test"
NETWORK = Answer(True, network=True)
YES, NO = Answer(True), Answer(False)


def notices(app: PlayedApp) -> list[str]:
    return [notice.message for notice in app._notifications]


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
        app.now += 0.299
        await burst(pilot, "y", "n", "d", "e", "w", "Y")
        assert decisions(app) == [("2", YES)]
        app.now += 0.002
        await press(pilot, "n")
        assert decisions(app) == [("2", YES), ("3", NO)]
        await wait(app, pilot)
        await press(pilot, "y")
        assert decisions(app)[2:] == [("1", YES)], "the one before, where none comes after"
        assert "No call asks." in shown(app)
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


@pytest.mark.parametrize("redrawn", [True, False])
async def test_a_question_that_has_changed_takes_no_answer_to_the_one_before(
    tmp_path: Path, redrawn: bool
) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "npm run test", rules=(RULE,))
        await open_inbox(app, pilot, 1)
        await press(pilot, "p")
        await wait(app, pilot)
        again = ApprovalAsked("1", "the file has changed since", rules=("allow bash npm",))
        app.work.questions.ask(app.work.questions.all[0].request, again, "")
        if redrawn:
            await until(pilot, lambda: "the file has changed since" in shown(app))
        await burst(pilot, "enter")
        assert decisions(app) == []
        assert notices(app) == ["The question has changed. Look at it again; nothing was sent."]
        await until(pilot, lambda: "the file has changed since" in shown(app))
        await press(pilot, "enter")
        assert decisions(app) == [("1", Answer(True, "project", rules=(RULE,)))], "once it is said"


async def test_what_is_written_for_a_call_that_no_longer_asks_is_dropped_and_said(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        ask_bash(app, "2", "pwd")
        await open_inbox(app, pilot, 2)
        await press(pilot, "d", *"why")
        app.played.play(ToolFinished("1", "interrupted", "stopped"))
        await until(pilot, lambda: bool(notices(app)))
        assert notices(app) == ["The call no longer asks for this; nothing was decided."]
        await press(pilot, "enter", "y")
        assert decisions(app) == []


async def test_d_asks_for_the_reason_of_a_no(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await open_inbox(app, pilot, 1)
        await burst(pilot, "d", *"yes no", "escape")
        assert decisions(app) == []
        await wait(app, pilot)
        await burst(pilot, "d", *"use rg", "enter")
        assert decisions(app) == [("1", Answer(False, feedback="use rg"))]


async def test_a_paste_never_answers_and_is_kept_on_the_line_of_a_reason(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await open_inbox(app, pilot, 1)
        await paste(pilot, "y\ny\n")
        assert decisions(app) == []
        await press(pilot, "d")
        await paste(pilot, "y\nn\n")
        assert decisions(app) == []
        await press(pilot, "enter")
        assert decisions(app) == [("1", Answer(False, feedback="y n"))]


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


async def test_p_shows_the_rule_first_with_what_it_would_have_matched(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "npm run test", rules=(RULE,))
        await open_inbox(app, pilot, 1)
        await burst(pilot, "p", "enter")
        assert decisions(app) == [], "nobody has read it"
        await until(pilot, lambda: "would have matched 2 past calls: npm run test -- cart" in shown(app))
        assert "this is saved, and always counts in this project" in shown(app)
        assert app.played.rules == [RULE]
        app.now += 1
        await press(pilot, "enter")
        assert decisions(app) == [("1", Answer(True, "project"))]


async def test_a_rule_can_be_changed_before_it_counts(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "npm run test", rules=(RULE, "allow bash make"))
        await open_inbox(app, pilot, 1)
        await press(pilot, "S")
        await wait(app, pilot)
        await burst(pilot, *["backspace"] * 5, "tab", *["backspace"] * 15, "enter")
        assert decisions(app) == [("1", Answer(True, "session", rules=("allow bash npm run",)))]


async def test_what_is_no_rule_is_said_beside_it_and_escape_answers_nothing(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "npm run test", rules=(RULE,))
        await open_inbox(app, pilot, 1)
        await press(pilot, "T")
        await wait(app, pilot)
        await burst(pilot, "space", "*")
        assert "leave the * out" in shown(app)
        await press(pilot, "enter")
        assert decisions(app) == []
        await press(pilot, "escape", "y")
        assert decisions(app) == [], "a key that was meant for the line"
        app.now += 1
        await press(pilot, "y")
        assert decisions(app) == [("1", YES)]


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


async def test_the_command_is_edited_before_it_runs_and_nothing_that_is_typed_is_lost(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "rm -r build")
        await open_inbox(app, pilot, 1)
        await press(pilot, "e")
        await burst(pilot, *"/tmp", "escape")
        assert decisions(app) == []
        await wait(app, pilot)
        await press(pilot, "e")
        assert "rm -r build/tmp" in shown(app)
        await press(pilot, "f2")
        await until(pilot, lambda: app.screen is app.session_screen)
        await open_inbox(app, pilot, 1)
        await press(pilot, "e")
        await burst(pilot, "enter", *"ls", "ctrl+s")
        assert decisions(app) == [("1", Answer(True, arguments={"command": "rm -r build/tmp\nls"}))]


async def test_other_arguments_are_edited_as_json_and_a_mistake_is_said(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_edit(app, "1")
        await open_inbox(app, pilot, 1)
        await press(pilot, "e")
        assert '"path": "notes.txt"' in shown(app)
        await burst(pilot, "backspace", "ctrl+s")
        assert decisions(app) == []
        assert "Expecting" in shown(app)
        await burst(pilot, *', "all": 1}', "ctrl+s")
        assert decisions(app) == [("1", Answer(True, arguments={"path": "notes.txt", "edits": [], "all": 1}))]


async def test_a_call_that_asks_again_begins_with_what_was_written_and_says_why(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "rm -r build")
        await open_inbox(app, pilot, 1)
        await press(pilot, "e")
        await burst(pilot, *"/tmp", "ctrl+s")
        edited = {"command": "rm -r build/tmp"}
        app.played.play(ApprovalAsked("1", "that folder is protected", arguments=edited))
        await until(pilot, lambda: "that folder is protected" in shown(app))
        assert "rm -r build/tmp" in shown(app)
        assert "by you; shown is how it would run" in shown(app)
        await wait(app, pilot)
        await press(pilot, "e")
        assert "that folder is protected" in shown(app)
        await burst(pilot, *"x", "ctrl+s")
        assert decisions(app)[1:] == [("1", Answer(True, arguments={"command": "rm -r build/tmpx"}))]


async def test_an_edit_without_a_change_is_a_plain_yes(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "rm -r build")
        await open_inbox(app, pilot, 1)
        await press(pilot, "e", "ctrl+s")
        assert decisions(app) == [("1", YES)]


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
        assert "No call asks." in shown(app)


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
    app.played.confinement = Confinement(kind, "[/red] bubblewrap is not installed")  # type: ignore[arg-type]
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
        await until(pilot, lambda: app.screen.has_class("-narrow"))
        await press(pilot, "k")
        await wait(app, pilot)
        await press(pilot, "p")
        await pilot.resize_terminal(140, 44)
        await until(pilot, lambda: not app.screen.has_class("-narrow"))
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


async def test_a_command_of_any_length_can_be_read_to_its_end(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    command = "\n".join(f"echo {number} {'x' * 200}" for number in range(300)) + "\necho the end"
    async with app.run_test(size=(80, 24)) as pilot:
        begin(app)
        ask_bash(app, "1", command)
        await open_inbox(app, pilot, 1)
        assert "…" not in shown(app).split("─" * 80)[-1], "nothing is cut in the middle"
        for _ in range(200):
            if "echo the end" in shown(app):
                break
            await press(pilot, "pagedown")
        assert "echo the end" in shown(app)
        await press(pilot, *["pageup"] * 3)
        assert "echo the end" not in shown(app)
        await press(pilot, "v")
        assert not app.screen.query_one(QuestionList).display


async def test_many_paths_are_scrolled_before_the_diff_below_them(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        begin(app)
        paths = tuple(f"/home/somebody/project/{number}.txt" for number in range(50))
        app.played.play(
            ToolRequested("1", 1, "apply_patch", {}, Effects("50 files", writes=paths)),
            ApprovalAsked("1", "mode ask: edits ask", DIFF),
        )
        await open_inbox(app, pilot, 1)
        assert "/49.txt" not in shown(app)
        for _ in range(20):
            await press(pilot, "pagedown")
        assert "/49.txt" in shown(app)
        assert app.screen.query_one(QuestionDetail)


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("p", "this is saved"),
        ("S", "until the session ends"),
        ("T", "until the turn ends"),
        ("e", "the command"),
    ],
)
async def test_a_pane_opens_its_question_and_the_answer_leads_back(
    tmp_path: Path, key: str, says: str
) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "make")
        ask_bash(app, "2", "npm run test", rules=(RULE,))
        await until(pilot, lambda: app.work.asking == 2)
        await press(pilot, "f3", "tab")
        await wait(app, pilot)
        await press(pilot, key)
        await until(pilot, lambda: says in shown(app))
        await press(pilot, "escape")
        await until(pilot, lambda: app.screen is app.session_screen)
        assert decisions(app) == []
        await wait(app, pilot)
        await press(pilot, key)
        await until(pilot, lambda: says in shown(app))
        await wait(app, pilot)
        await press(pilot, "ctrl+s" if key == "e" else "enter")
        await until(pilot, lambda: app.screen is app.session_screen)
        ((call, _),) = decisions(app)
        assert call == "2"
        await burst(pilot, "y")
        assert len(decisions(app)) == 1, "the next one has the focus, and its guard"
        await wait(app, pilot)
        await press(pilot, "y")
        assert decisions(app)[1:] == [("1", YES)]


async def test_the_prefix_opens_the_inbox_too(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "npm run test", rules=(RULE,))
        await until(pilot, lambda: app.work.asking == 1)
        await wait(app, pilot)
        await press(pilot, "ctrl+a")
        assert "1 bash npm run test · y yes  t turn  s session  p project" in shown(app)
        await press(pilot, "p")
        await until(pilot, lambda: "this is saved" in shown(app))
        await wait(app, pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen is app.session_screen)
        assert decisions(app) == [("1", Answer(True, "project"))]
        assert isinstance(app.session_screen.focused, Composer)


async def test_hostile_text_changes_only_its_own_cells(tmp_path: Path) -> None:
    hostile = "[/red][@click=app.exit]x[/]\x1b[2J\x1b]52;c;eA==\x07\x00\u202e\ud800"
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        for call, more in enumerate(({}, {"plan": hostile}, {"diff": f"+{hostile}"}, {"blocked": hostile})):
            ask_bash(app, str(call), hostile, reason=hostile, rule=hostile, rules=(hostile,), **more)
        await open_inbox(app, pilot, 4)
        for key in ("j", "j", "j", "S"):
            text = shown(app)
            assert "[/red][@click=app.exit]x[/]" in text
            assert not [c for c in text if c != "\n" and not c.isprintable()]
            await wait(app, pilot)
            await press(pilot, key)
        assert "until the session ends" in shown(app)
        await press(pilot, "escape")
        await wait(app, pilot)
        await press(pilot, "e")
        text = shown(app)
        assert "\\u202e" in text
        assert not [c for c in text if c != "\n" and not c.isprintable()]
        await press(pilot, "ctrl+s")
        assert decisions(app)[-1][1] == YES


async def test_the_reason_of_the_mode_is_that_of_the_events(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await open_inbox(app, pilot, 1)
        await settle(pilot)
        assert f"why      {WHY}" in shown(app)
