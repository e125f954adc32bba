"""What the session screen shows of a session, and what it tells it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.events import DescendantFocus, Resize
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from app.providers.contract import TextDelta
from app.providers.retry import Discarded, Quiet
from app.session.answer import Answer
from app.trajectory.content import Text, Usage
from app.trajectory.events import (
    ApprovalAsked,
    ConversationRewound,
    ModelRequest,
    ModelResponse,
    ModelRetry,
    TaskEnded,
    ToolFinished,
    ToolStarted,
    UserMessage,
)
from tests.screens.lingering import Lingering
from tests.screens.played import SIZE, STARTED, PlayedApp, requested, settle, shown
from tests.widgets.terminal import until
from widgets.bars import Bar
from widgets.call_pane import CallPane
from widgets.composer import Composer
from widgets.pane_area import PaneArea
from widgets.question import Question


def bar(app: PlayedApp, name: str) -> str:
    return str(app.session_screen.query_one(f"#{name}", Bar).render())


def composer(app: PlayedApp) -> Composer:
    return app.session_screen.query_one(Composer)


async def type_text(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*("space" if letter == " " else letter for letter in text))


async def test_a_task_goes_to_the_session_and_the_next_one_waits(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await type_text(pilot, "one")
        await pilot.press("enter")
        await type_text(pilot, "two")
        await pilot.press("enter")
        assert app.played.said == [("submit", "one")]
        app.played.play(STARTED, UserMessage("one"))
        await settle(pilot)
        assert "queue: 1" in bar(app, "activity")
        app.played.play(TaskEnded("done", 1))
        await settle(pilot)
        assert app.played.said == [("submit", "one"), ("submit", "two")]
        assert "queue" not in bar(app, "activity")


async def test_what_is_typed_before_the_session_is_there_is_sent_when_it_is(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path, attached=False)
    async with app.run_test(size=SIZE) as pilot:
        await type_text(pilot, "early")
        await pilot.press("enter")
        assert app.played.said == []
        await app.attach()
        assert app.played.said == [("submit", "early")]


async def handled(screen: Screen[None]) -> None:
    """Let the screen handle what it has been sent."""
    done = asyncio.Event()
    screen.call_later(done.set)
    async with asyncio.timeout(10):
        await done.wait()


async def test_what_comes_while_a_session_is_attached_waits_until_it_is(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path, attached=False)
    async with app.run_test(size=SIZE) as pilot:
        screen, lingering = app.session_screen, Lingering()
        await screen.query_one("#work").mount(lingering)
        attaching = asyncio.create_task(app.attach())
        await lingering.leaving.wait()
        try:
            screen.post_message(Composer.Sent(composer(app), "early"))
            screen.post_message(Resize.from_dimensions((90, 30), None))
            screen.post_message(DescendantFocus(composer(app)))
            await handled(screen)
            assert not screen.check_action("conversation", ())
        finally:
            lingering.may_leave.set()
        await attaching
        await pilot.pause()
        assert app.played.said == [("submit", "early")]


@pytest.mark.parametrize("failed", [False, True])
async def test_the_program_can_end_before_the_session_is_there(tmp_path: Path, failed: bool) -> None:
    app = PlayedApp(tmp_path, attached=False)
    async with app.run_test(size=SIZE):
        app.exit()
        if failed:
            app.session_screen.fail("no key")
        else:
            await app.attach()
    assert app.return_code == 0


async def test_a_session_that_cannot_start_gives_back_what_was_typed(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path, attached=False)
    async with app.run_test(size=SIZE) as pilot:
        await type_text(pilot, "early")
        await pilot.press("enter")
        app.session_screen.fail("no key: set [/red] ANTHROPIC_API_KEY")
        await pilot.pause()
        assert composer(app).text == "early"
        failure = app.session_screen.query_one("#failure", Static)
        assert "no key: set [/red] ANTHROPIC_API_KEY" in str(failure.render())
        await pilot.press("enter")
        assert composer(app).text == "early"


async def test_a_queued_task_can_be_taken_back(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("one"))
        await settle(pilot)
        await type_text(pilot, "two")
        await pilot.press("enter", "alt+up")
        assert composer(app).text == "two"
        app.played.play(TaskEnded("done", 1))
        await settle(pilot)
        assert app.played.said == []


async def test_after_a_failure_nothing_is_sent_by_itself_and_nothing_is_lost(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await type_text(pilot, "one")
        await pilot.press("enter")
        await type_text(pilot, "two")
        await pilot.press("enter")
        app.played.play(STARTED, UserMessage("one"), TaskEnded("failed", 1, "the key was refused"))
        await settle(pilot)
        assert app.played.said == [("submit", "one")]
        assert composer(app).text == "one"
        assert "queue: 1" in bar(app, "activity")
        await pilot.press("enter")
        app.played.play(UserMessage("one"), TaskEnded("done", 1))
        await settle(pilot)
        assert app.played.said == [("submit", "one"), ("submit", "one"), ("submit", "two")]


async def test_escape_interrupts_and_ctrl_s_steers_only_while_a_task_runs(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await type_text(pilot, "mind the gap")
        await pilot.press("escape", "ctrl+s")
        assert app.played.said == []
        app.played.play(STARTED, UserMessage("one"))
        await settle(pilot)
        await pilot.press("ctrl+s", "escape")
        assert app.played.said == [("steer", "mind the gap"), ("interrupt",)]
        assert composer(app).text == ""


async def test_the_mode_goes_round(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        seen = []
        for _ in range(5):
            await settle(pilot)
            seen.append(app.played.mode)
            assert f"· {app.played.mode} ·" in bar(app, "top")
            await pilot.press("shift+tab")
        assert seen == ["ask", "edits", "auto", "plan", "ask"], "and never to yolo"


async def test_a_call_that_is_over_in_a_moment_gets_no_pane(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(
            STARTED, UserMessage("go"), requested("1", "glob", "*.py"), requested("2", "grep", "slow")
        )
        app.played.play(ToolStarted("1"), ToolStarted("2"), ToolFinished("1", "done", "a.py", 0.01))
        await settle(pilot)
        assert not app.session_screen.query(CallPane)
        app.now += 1
        await settle(pilot)
        assert [pane.call for pane in app.session_screen.query(CallPane)] == ["2"]


async def test_answers_go_to_the_call_that_asks(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("go"))
        for call in ("1", "2"):
            app.played.play(
                requested(call, "bash", f"echo {call}", command=f"echo {call}"),
                ApprovalAsked(call, "mode ask: commands ask", grant=f"bash: echo {call}"),
            )
        await settle(pilot)
        assert "2 calls ask" in bar(app, "activity")
        await pilot.press("y", "n")
        assert composer(app).text == "yn", "letters are text as long as the composer has the focus"
        await pilot.press("f3")
        await pilot.press("s")
        assert app.played.said == [], "a key that comes at once was meant for something else"
        app.now += 1
        await pilot.press("s")
        await pilot.pause()
        assert app.played.said == [("decide", "1", Answer(True, "session"))]
        app.now += 1
        await pilot.press("n")
        await pilot.pause()
        assert app.played.said[1:] == [("decide", "2", Answer(False))]


async def test_the_prefix_answers_from_anywhere(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("go"), requested("1", "bash", "ls", command="ls"))
        app.played.play(ApprovalAsked("1", "mode ask: commands ask"))
        await settle(pilot)
        app.now += 1
        await pilot.press("ctrl+a", "x", "z")
        assert (app.played.said, composer(app).text) == ([], "z"), "another key only ends the prefix"
        await pilot.press("ctrl+a", "t")
        assert app.played.said == [], "no wider yes is offered here"
        await pilot.press("ctrl+a", "y")
        await pilot.pause()
        assert app.played.said == [("decide", "1", Answer(True))]
        assert composer(app).has_focus


async def test_a_paste_never_answers(tmp_path: Path) -> None:
    from textual import events

    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("go"), requested("1", "bash", "ls", command="ls"))
        app.played.play(ApprovalAsked("1", "mode ask: commands ask"))
        await settle(pilot)
        await pilot.press("f3")
        app.now += 1
        app.post_message(events.Paste("y\ny\n"))
        await settle(pilot)
        assert app.played.said == []
        assert composer(app).text == "y\ny\n", "and is not lost"


async def test_a_question_survives_a_resize_and_another_screen(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("go"), requested("1", "bash", "ls", command="ls"))
        app.played.play(ApprovalAsked("1", "mode ask: commands ask"))
        await settle(pilot)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        await pilot.press("f3")
        assert app.session_screen.query_one(PaneArea).display
        app.now += 1
        await pilot.press("y")
        await pilot.pause()
        assert app.played.said == [("decide", "1", Answer(True))]


async def test_d_asks_for_the_reason(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("go"), requested("1", "bash", "ls", command="ls"))
        app.played.play(ApprovalAsked("1", "mode ask: commands ask"))
        await settle(pilot)
        await pilot.press("f3")
        app.now += 1
        await pilot.press("d")
        await pilot.pause()
        await type_text(pilot, "yes no")
        await pilot.press("enter")
        await pilot.pause()
        assert app.played.said == [("decide", "1", Answer(False, "once", "yes no"))]


async def test_a_running_call_is_cancelled_by_its_key(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        (tmp_path / "out").write_bytes(b"working\n")
        app.played.play(STARTED, UserMessage("go"), requested("1", "bash", "make", command="make"))
        app.played.play(ToolStarted("1", str(tmp_path / "out")))
        await settle(pilot)
        await pilot.press("f3", "c")
        assert app.played.said == [("cancel", "1")]
        await settle(pilot)
        assert "/ find  f follow  b background  c end" in bar(app, "bottom")


async def test_an_answer_that_broke_off_is_set_aside(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("go"), ModelRequest(1, "p/m", 1, 7))
        app.played.play(TextDelta("half an ans"), Discarded("it was reset"))
        app.played.play(ModelRetry(1, 2, 6, 9.0, "it was reset"))
        await settle(pilot)
        app.now += 4
        await settle(pilot)
        assert "attempt 2 of 6 in 5 s" in bar(app, "activity")
        app.now += 6
        app.played.play(TextDelta("whole"), Quiet(3.0))
        await settle(pilot)
        assert "no data for 3 s" in bar(app, "activity")
        app.played.play(
            ModelResponse(1, "p/m", (Text("whole"),), "end", Usage(15_000, 900), 0.12, 1.0, 2.0, 2),
            TaskEnded("done", 1),
        )
        await settle(pilot)
        assert "whole" in shown(app)
        assert "ctx 8% · 15.9k · $0.12" in bar(app, "top")


async def test_a_conversation_that_went_back_says_so_and_gives_back_what_was_said(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        view = requested("1", "str_replace_based_edit_tool", "[/red] a.py", arguments={"command": "view"})
        app.played.play(STARTED, UserMessage("fix [it]"), view, ToolFinished("1", "done", "text", 0.01))
        app.played.play(TaskEnded("done", 1), ConversationRewound(1, "fix [it]"))
        await until(pilot, lambda: composer(app).text == "fix [it]")
        began = "back to before turn 1, which began with `view [/red] a.py`"
        await until(pilot, lambda: f"{began}: the model no longer sees it" in " ".join(shown(app).split()))
        assert app.played.said == [], "nothing is sent by itself"


async def test_what_comes_back_takes_no_place_from_what_is_being_written(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("one"), TaskEnded("done", 1))
        await type_text(pilot, "half a")
        app.played.play(ConversationRewound(1, "one"), ConversationRewound(1, ""))
        await until(pilot, lambda: shown(app).count("back to before turn 1") == 2)
        assert composer(app).text == "half a"
        await pilot.press("up")
        assert composer(app).text == "one"
        await pilot.press("down")
        assert composer(app).text == "half a"


async def test_hostile_text_changes_only_its_own_cells(tmp_path: Path) -> None:
    hostile = "[/red][@click=app.exit]x[/]\x1b[2J\x1b]52;c;eA==\x07\x00\u202e\ud800" + "y" * 100_000
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage(hostile), ModelRequest(1, "p/m", 1, 7), TextDelta(hostile))
        app.played.play(
            requested("1", hostile, hostile, arguments={hostile: hostile}),
            ApprovalAsked("1", hostile, diff=f"+{hostile}", grant=hostile),
            requested("2", "bash", hostile, command=hostile),
            ToolFinished("2", "failed", hostile, diff=hostile),
            TaskEnded("failed", 1, hostile),
        )
        await settle(pilot)
        app.now += 1
        await settle(pilot)
        await pilot.press("f3")
        await settle(pilot)
        text = shown(app)
        assert "[/red][@click=app.exit]x[/]" in text
        assert not [c for c in text if c != "\n" and not c.isprintable()]
        assert app.session_screen.query_one(Question)
