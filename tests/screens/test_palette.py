"""Every action can be found by its name, and does what its key does."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import CommandList

from app.screens.everywhere import show_palette
from app.screens.palette import actions
from app.trajectory.events import ApprovalAsked, UserMessage
from tests.screens.played import SIZE, STARTED, PlayedApp, requested, settle
from widgets.call_pane import CallPane


def named(app: PlayedApp) -> dict[str, str]:
    """Ids of what can be done now, by name."""
    return {action.binding.description: action.binding.id or "" for action in actions(app.session_screen)}


async def test_it_offers_what_can_be_done_now_wherever_the_focus_is(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("go"), requested("1", "bash", "ls", command="ls"))
        app.played.play(ApprovalAsked("1", "mode ask: commands ask"))
        await settle(pilot)
        ids = set(named(app).values())
        assert {
            "session.mode",
            "session.interrupt",
            "call.cancel",
            "approval.once",
            "conversation.copy",
        } <= ids
        assert "approval.turn" not in ids, "no wider yes is offered here"
        assert "session.unqueue" not in ids, "nothing is queued"
        assert not [name for name in named(app) if name.startswith("Cursor")]


async def test_an_action_reaches_the_call_that_has_the_focus(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        app.played.play(STARTED, UserMessage("go"))
        for call in ("1", "2", "3"):
            app.played.play(requested(call, "bash", "ls", command="ls"), ApprovalAsked(call, "mode ask"))
        await settle(pilot)
        await pilot.press("f3", "tab")
        nodes = {action.binding.id: action.node for action in actions(app.session_screen)}
        pane = nodes["call.cancel"]
        assert isinstance(pane, CallPane)
        assert pane.has_focus_within
        assert pane.call == "2"


async def test_pages_are_not_turned_where_the_list_has_no_room() -> None:
    class Small(App[None]):
        BINDINGS: ClassVar[list[BindingType]] = [Binding("f12", "quit", "Quit", id="app.quit")]

    app = Small()
    async with app.run_test(size=(80, 3)) as pilot:
        show_palette(app)
        await pilot.pause()
        found = app.screen.query_one(CommandList)
        while not found.option_count:
            await pilot.pause()
        assert found.size.height == 0
        await pilot.press("down", "pagedown", "pageup")
        assert app.is_running
