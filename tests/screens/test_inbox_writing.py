"""What a person writes before they answer: a reason, other rules, another call."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.session.answer import Answer
from app.trajectory.events import ApprovalAsked, ToolFinished
from tests.screens.asking import RULE, ask_bash, ask_edit, begin, decisions, notices, open_inbox, wait
from tests.screens.played import SIZE, PlayedApp, shown
from tests.widgets.terminal import burst, paste, press, until
from widgets.composer import Composer
from widgets.guard import Guard

YES = Answer(True)


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
        await press(pilot, "y")
        assert decisions(app) == [], "nor does a key that comes right behind it"
        await wait(app, pilot)
        await press(pilot, "d")
        await paste(pilot, "y\nn\n")
        assert decisions(app) == []
        await press(pilot, "enter")
        assert decisions(app) == [("1", Answer(False, feedback="y n"))]


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


async def test_rules_that_would_not_let_the_call_run_again_are_told_so(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "npm run test && make", rules=(RULE, "allow bash make"))
        await open_inbox(app, pilot, 1)
        await press(pilot, "p")
        await until(pilot, lambda: shown(app).count("would have matched") == 2)
        assert "would ask again" not in shown(app)
        await press(pilot, "x")
        await until(pilot, lambda: "This call would ask again" in shown(app))
        await press(pilot, "backspace")
        await until(pilot, lambda: "This call would ask again" not in shown(app))


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
        app.now += Guard.SECONDS
        await until(pilot, lambda: app.session_screen.focused is not None)
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
        app.now += 1
        await until(pilot, lambda: isinstance(app.session_screen.focused, Composer))


async def test_a_key_after_the_prefix_is_for_the_question_that_was_named(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        ask_bash(app, "2", "rm -r build")
        await until(pilot, lambda: app.work.asking == 2)
        await wait(app, pilot)
        await press(pilot, "ctrl+a")
        assert "1 bash ls · y yes" in shown(app)
        app.played.play(ToolFinished("1", "interrupted", "stopped"))
        await until(pilot, lambda: app.work.asking == 1)
        await press(pilot, "y")
        assert decisions(app) == []
        assert notices(app) == ["The call no longer asks for this; nothing was decided."]


async def test_a_paste_into_what_is_written_is_written_once(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await open_inbox(app, pilot, 1)
        await press(pilot, "e")
        await paste(pilot, " -l\ny\n")
        await press(pilot, "ctrl+s")
        assert decisions(app) == [("1", Answer(True, arguments={"command": "ls -l\ny\n"}))]


async def test_the_line_of_the_prefix_says_exactly_what_its_key_answers(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "touch a\x1b[2J\u202eb")
        await until(pilot, lambda: app.work.asking == 1)
        await press(pilot, "ctrl+a")
        assert "1 bash touch a\\x1b[2J\\u202eb · y yes" in shown(app)
