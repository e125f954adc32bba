"""What the inbox shows of a question: all of it, and nothing that steers the terminal."""

from __future__ import annotations

from pathlib import Path

from app.session.answer import Answer
from app.trajectory.effects import Effects
from app.trajectory.events import ApprovalAsked, ToolRequested
from tests.screens.asking import (
    DIFF,
    WHY,
    ask_bash,
    begin,
    decisions,
    open_inbox,
    wait,
)
from tests.screens.played import SIZE, PlayedApp, shown
from tests.widgets.terminal import press, settle
from widgets.question_detail import QuestionDetail
from widgets.question_list import QuestionList

NETWORK = Answer(True, network=True)
YES, NO = Answer(True), Answer(False)


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
