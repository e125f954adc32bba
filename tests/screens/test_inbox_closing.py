"""The inbox closes by itself after the last answer, and no key that was meant for it acts elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.screens.inbox import InboxScreen
from app.session.answer import Answer
from app.trajectory.events import ApprovalAsked, ApprovalDecided, ToolFinished
from tests.screens.asking import RULE, ask_bash, ask_edit, begin, decisions, notices, open_inbox, wait
from tests.screens.played import SIZE, PlayedApp, shown
from tests.widgets.terminal import burst, paste, press, until
from widgets.composer import Composer
from widgets.diff.review import HunkReview
from widgets.guard import Guard

YES = Answer(True)


async def closed(app: PlayedApp, pilot: Pilot[None]) -> None:
    """Let the inbox close by itself."""
    app.now += InboxScreen.LINGER
    await until(pilot, lambda: app.screen is app.session_screen)


async def keys_count(app: PlayedApp, pilot: Pilot[None]) -> None:
    """Let the keys that were meant for it pass."""
    app.now += Guard.SECONDS
    await until(pilot, lambda: app.session_screen.focused is not None)


async def looked(app: PlayedApp, pilot: Pilot[None]) -> None:
    """Let the inbox look at what is open once more."""
    assert isinstance(app.screen, InboxScreen)
    looks: list[None] = []
    timer = app.screen.set_interval(InboxScreen.EACH, lambda: looks.append(None))
    await until(pilot, lambda: len(looks) >= 3)
    timer.stop()


async def test_the_last_answer_leads_back_to_the_composer_and_what_was_written_there(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        ask_bash(app, "2", "pwd")
        await press(pilot, *"text")
        await open_inbox(app, pilot, 2)
        await press(pilot, "y")
        await wait(app, pilot)
        assert isinstance(app.screen, InboxScreen)
        await press(pilot, "n")
        assert "No call asks any more: back in a moment." in shown(app)
        await closed(app, pilot)
        await keys_count(app, pilot)
        assert isinstance(app.session_screen.focused, Composer)
        await press(pilot, *"ed")
        assert app.session_screen.composer.text == "texted"


async def test_it_leads_back_to_the_pane_that_had_the_focus(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await until(pilot, lambda: app.work.asking == 1)
        await press(pilot, "f3")
        before = app.session_screen.focused
        await open_inbox(app, pilot, 1)
        await press(pilot, "y")
        await closed(app, pilot)
        await keys_count(app, pilot)
        assert app.session_screen.focused is before


async def test_a_key_that_was_meant_for_it_types_nothing_and_does_nothing(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await press(pilot, *"draft")
        await open_inbox(app, pilot, 1)
        await press(pilot, "y")
        await closed(app, pilot)
        said = list(app.played.said)
        await burst(pilot, "y", "n", "enter", "escape", "f2", "q", "shift+tab", "ctrl+s", "ctrl+a", "f3", "y")
        assert app.screen is app.session_screen
        assert app.session_screen.focused is None, "no cursor says that text is taken"
        await keys_count(app, pilot)
        assert app.session_screen.composer.text == "draft"
        assert (app.played.said, app.played.mode) == (said, "ask")


async def test_a_key_that_is_held_down_acts_nowhere_until_it_is_let_go(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        for call in "123":
            ask_bash(app, call, "ls")
        await open_inbox(app, pilot, 3)
        await press(pilot, "y")
        app.now += 0.66
        for _ in range(40):
            await burst(pilot, "y")
            app.now += 0.03
        assert decisions(app) == [("1", YES)]
        app.played.play(ToolFinished("2", "interrupted", "stopped"))
        await until(pilot, lambda: app.work.asking == 1)
        await wait(app, pilot)
        await press(pilot, "y")
        await closed(app, pilot)
        app.now += 0.66 - InboxScreen.LINGER
        for _ in range(40):
            await burst(pilot, "y")
            app.now += 0.03
        assert app.session_screen.composer.text == ""
        app.now += Guard.HELD
        await until(pilot, lambda: isinstance(app.session_screen.focused, Composer))
        await press(pilot, "y")
        assert app.session_screen.composer.text == "y"


async def test_it_stays_as_long_as_keys_come(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await open_inbox(app, pilot, 1)
        await press(pilot, "y")
        for key in "thanks":
            app.now += InboxScreen.LINGER - 0.01
            await press(pilot, key)
            await looked(app, pilot)
        await closed(app, pilot)


async def test_a_paste_is_never_lost_on_the_way(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await open_inbox(app, pilot, 1)
        await press(pilot, "y")
        await closed(app, pilot)
        await paste(pilot, "y\nn")
        assert app.session_screen.composer.text == "y\nn"
        assert isinstance(app.session_screen.focused, Composer)
        await press(pilot, "x")
        assert app.session_screen.composer.text == "y\nnx", "the person is where the text is"


async def test_it_stays_where_the_person_opened_it_empty(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        await open_inbox(app, pilot, 0)
        ask_bash(app, "1", "ls")
        await until(pilot, lambda: "1 call asks" in shown(app))
        await wait(app, pilot)
        await press(pilot, "y")
        assert decisions(app) == [("1", YES)]
        app.now += 60
        await looked(app, pilot)
        assert "No call asks. What a call may not do by itself appears here" in shown(app)


async def test_it_stays_where_the_last_question_goes_by_itself(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await open_inbox(app, pilot, 1)
        app.played.play(ApprovalDecided("1", True, "mode", "mode auto"))
        await until(pilot, lambda: "No call asks." in shown(app))
        app.now += 60
        await looked(app, pilot)
        assert isinstance(app.screen, InboxScreen)


async def test_it_closes_when_an_answer_lets_the_rest_through(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "npm run test", rules=(RULE,))
        ask_bash(app, "2", "npm run test", rules=(RULE,))
        await open_inbox(app, pilot, 2)
        await press(pilot, "s")
        app.played.play(ApprovalDecided("2", True, "rule", RULE))
        await until(pilot, lambda: app.work.asking == 0)
        await closed(app, pilot)


async def test_it_stays_while_something_is_written(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        ask_bash(app, "2", "pwd")
        await open_inbox(app, pilot, 2)
        await press(pilot, "y")
        await wait(app, pilot)
        await press(pilot, "d", *"why")
        app.played.play(ApprovalDecided("2", True, "rule", RULE))
        await until(pilot, lambda: bool(notices(app)))
        await press(pilot, *" not")
        app.now += 60
        await looked(app, pilot)
        assert isinstance(app.screen, InboxScreen)


async def test_a_call_that_asks_again_finds_it_open(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "rm -r build")
        await open_inbox(app, pilot, 1)
        await press(pilot, "e", "x", "ctrl+s")
        app.played.play(ApprovalAsked("1", "asks again", arguments={"command": "rm -r buildx"}))
        await until(pilot, lambda: "asks again" in shown(app))
        app.now += 60
        await looked(app, pilot)
        assert isinstance(app.screen, InboxScreen)
        await press(pilot, "y")
        await closed(app, pilot)


@pytest.mark.parametrize("key", ["Y", "N"])
async def test_marked_questions_may_be_the_last(tmp_path: Path, key: str) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        ask_bash(app, "2", "pwd")
        await open_inbox(app, pilot, 2)
        await press(pilot, "space", "j", "space")
        await wait(app, pilot)
        await press(pilot, key)
        assert decisions(app) == [(call, Answer(key == "Y")) for call in "12"]
        await closed(app, pilot)


async def test_so_may_one_that_is_decided_about_by_hunk(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_edit(app, "1")
        await open_inbox(app, pilot, 1)
        await press(pilot, "v")
        await until(pilot, lambda: bool(app.screen.query(HunkReview)))
        await press(pilot, "ctrl+s")
        assert decisions(app) == [("1", YES)]
        await closed(app, pilot)


async def test_a_pane_that_was_answered_types_nothing_into_the_composer(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        ask_bash(app, "2", "ls")
        await until(pilot, lambda: app.work.asking == 2)
        await press(pilot, "f3")
        await wait(app, pilot)
        await press(pilot, "y")
        app.now += 0.66
        for _ in range(40):
            await burst(pilot, "y")
            app.now += 0.03
        assert decisions(app) == [("1", YES)], "a key that is held down is no answer to the next"
        await wait(app, pilot)
        await press(pilot, "y")
        assert decisions(app) == [("1", YES), ("2", YES)]
        app.now += 0.66
        for _ in range(40):
            await burst(pilot, "y", "n")
        assert app.session_screen.composer.text == ""
        app.now += 1
        await until(pilot, lambda: isinstance(app.session_screen.focused, Composer))
