"""Every action can be found by its name, and does what its key does."""

from __future__ import annotations

from pathlib import Path

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
