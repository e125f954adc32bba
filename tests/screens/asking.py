"""Calls that ask, played to the session screen and its inbox."""

from __future__ import annotations

from typing import Any  # fields of an event

from textual.pilot import Pilot

from app.screens.answer_form import AnswerForm
from app.screens.inbox import InboxScreen
from app.trajectory.effects import Effects
from app.trajectory.events import ApprovalAsked, ToolRequested, UserMessage
from tests.screens.played import STARTED, PlayedApp, shown
from tests.widgets.terminal import settle, until

DIFF = """\
--- a/notes.txt
+++ b/notes.txt
@@ -1,2 +1,2 @@
-one
+first
 two
"""
PLAN = "# Repair it\n\n1. read **retry.py**\n2. give it the clock\n"
RULE = "allow bash npm run test"
WHY = "mode ask: commands ask"


def begin(app: PlayedApp) -> None:
    """A task."""
    app.played.play(STARTED, UserMessage("go"))


def ask_bash(app: PlayedApp, call: str, command: str, **more: Any) -> None:
    """A command asks."""
    effects = Effects(command, command=command, unknown=True, cwd="/home/somebody/project")
    app.played.play(
        ToolRequested(call, 1, "bash", {"command": command}, effects),
        ApprovalAsked(call, more.pop("reason", WHY), **more),
    )


def ask_edit(app: PlayedApp, call: str, path: str = "/home/somebody/project/notes.txt") -> None:
    """An edit asks."""
    arguments = {"path": "notes.txt", "edits": []}
    app.played.play(
        ToolRequested(call, 1, "multi_edit", arguments, Effects("notes.txt", writes=(path,))),
        ApprovalAsked(call, "mode ask: edits ask", DIFF, rules=("allow edit *.txt",)),
    )


def decisions(app: PlayedApp) -> list[tuple[Any, ...]]:
    """What was answered: each call, and its answer."""
    return [said[1:] for said in app.played.said if said[0] == "decide"]


def notices(app: PlayedApp) -> list[str]:
    """What was said in passing."""
    return [notice.message for notice in app._notifications]


async def open_inbox(app: PlayedApp, pilot: Pilot[None], waiting: int) -> None:
    """Wait until this many calls ask, and look at them; then let the guard pass."""
    await until(pilot, lambda: app.work.asking == waiting)
    await pilot.press("f2")
    await until(pilot, lambda: isinstance(app.screen, InboxScreen) and "approvals" in shown(app))
    await wait(app, pilot)


async def wait(app: PlayedApp, pilot: Pilot[None]) -> None:
    """Let what is shown be painted, and the guard pass."""
    await settle(pilot)
    app.now += 1
    screen = app.screen
    if isinstance(screen, InboxScreen) and app.work.asking and not screen.query_one(AnswerForm).is_open:

        def counts() -> bool:
            app.now += 0 if screen.is_open else 1  # the guard begins once the question is painted
            return screen.is_open

        await until(pilot, counts)
