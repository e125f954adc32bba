"""A run of our own making in the viewer, in an app of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot

from app.screens.themes import DARK
from app.screens.viewer.detail import in_plain_text
from app.screens.viewer.screen import Fork, Replay, ViewerScreen
from app.trajectory.codec import encode
from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    AgentStarted,
    ApprovalAsked,
    ApprovalDecided,
    Event,
    ModelRequest,
    ModelResponse,
    Record,
    SessionStarted,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    UserMessage,
)
from app.trajectory.runs.run import Run
from tests.screens.played import ROOT, shown
from tests.widgets.terminal import until

BEGAN = 1_770_000_000.0
DIFF = """\
--- a/app/retry.py
+++ b/app/retry.py
@@ -3,1 +3,1 @@
-    time.sleep(delay)
+    await clock.sleep(delay)
"""
OUTPUT = "\x1b[31mFAILED\x1b[0m tests/test_retry.py::test_waits\n" + "\n".join(
    f"line {n}" for n in range(100)
)


def bash(call: str, command: str, turn: int = 1) -> ToolRequested:
    """A call of bash."""
    return ToolRequested(call, turn, "bash", {"command": command}, Effects(command, command=command))


def edit(call: str) -> ToolRequested:
    """A call that changes a file."""
    arguments = {"command": "str_replace", "path": "app/retry.py", "old_str": "a", "new_str": "b"}
    return ToolRequested(call, 1, "str_replace_based_edit_tool", arguments, Effects("app/retry.py"))


STORY: Sequence[tuple[float, str, Event]] = (
    (0.0, "", SessionStarted("7f4b", "/home/somebody/project", "anthropic/claude-sonnet-5", "ask", "0.1.0")),
    (0.5, "", UserMessage("fix the *flaky* retry test")),
    (0.5, "", UserMessage("instructions of the project", synthetic=True)),
    (0.6, "", ModelRequest(1, "claude-sonnet-5", 2, 12)),
    (
        4.6,
        "",
        ModelResponse(
            1,
            "claude-sonnet-5",
            (
                Thinking("The clock is real.\nSo the test is slow."),
                Text("I will run the tests and **read** the module."),
                ToolCall("c1", "bash", {"command": "pytest -q"}),
            ),
            "tools",
            Usage(1200, 85, 4000, 0),
            0.0123,
            0.8,
            4.0,
            1,
        ),
    ),
    (4.6, "", bash("c1", "pytest -q tests/test_retry.py")),
    (4.6, "", edit("c2")),
    (4.7, "", ToolStarted("c1")),
    (4.7, "", ApprovalAsked("c2", "it changes a file", DIFF)),
    (9.7, "", ApprovalDecided("c2", True, "person", "", scope="turn")),
    (9.7, "", ToolStarted("c2")),
    (9.8, "", ToolFinished("c2", "done", "edited", 0.1, diff=DIFF)),
    (12.7, "", ToolFinished("c1", "failed", OUTPUT, 8.0, 1)),
    (13.0, "", ToolRequested("c3", 2, "task", {"prompt": "look for sleeps"}, Effects("look for sleeps"))),
    (13.0, "", AgentStarted("explorer", "c3", "look for sleeps")),
    (13.5, "explorer", UserMessage("look for sleeps", synthetic=True)),
    (14.0, "explorer", bash("c4", "rg sleep", 2)),
    (15.0, "explorer", ToolFinished("c4", "done", "app/retry.py:3: time.sleep(delay)", 1.0)),
    (16.0, "", ToolFinished("c3", "done", "one place", 3.0)),
    (20.0, "", UserMessage("thanks, and now the docs")),
    (
        24.0,
        "",
        ModelResponse(2, "claude-sonnet-5", (Text("Done."),), "end", Usage(10, 5, 0, 0), None, None, 4.0, 1),
    ),
    (24.0, "", TaskEnded("done", 2)),
)
"""A run with two calls beside each other, a question, an edit, a failure, a sub-agent, and a second task."""

FAILURE, EDIT, ASKED = 12, 11, 8
"""Rows of it."""


def lines(story: Iterable[tuple[float, str, Event]] = STORY, first: int = 0) -> bytes:
    """A run as it is recorded."""
    records = (
        Record(number, BEGAN + after, event, agent)
        for number, (after, agent, event) in enumerate(story, first)
    )
    return b"".join(map(encode, records))


def many(count: int) -> bytes:
    """A run of so many calls, of two events each, whose commands and results have numbers."""
    story: list[tuple[float, str, Event]] = []
    for number in range(count):
        call = f"c{number}"
        story.append((number / 10, "", bash(call, f"echo {number}")))
        story.append((number / 10, "", ToolFinished(call, "done", f"said {number}", 0.1)))
    return lines(story)


class ViewerApp(App[None]):
    """The viewer over one file."""

    CSS_PATH = ROOT / "styles" / "theme.tcss"

    def __init__(self, path: Path, at: int = 0) -> None:
        super().__init__()
        self._path = path
        self._at = at
        self.sent: list[object] = []

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name
        self.push_screen(ViewerScreen(Run.open(self._path), self._at))

    def on_replay(self, event: Replay) -> None:
        self.sent.append(("replay", event.path))

    def on_fork(self, event: Fork) -> None:
        self.sent.append(("fork", event.path, event.seq))

    @property
    def viewer(self) -> ViewerScreen:
        assert isinstance(self.screen, ViewerScreen)
        return self.screen

    @property
    def row(self) -> int:
        """The row that is looked at."""
        return self.viewer.view.row

    @property
    def text(self) -> str:
        """Everything on the screen."""
        return shown(self)

    @property
    def detail(self) -> str:
        """What is looked at, whole."""
        return in_plain_text(self.viewer.view.detail)

    @property
    def said(self) -> str:
        """All that was said in passing."""
        return "\n".join(str(each.message) for each in self._notifications)


async def read(pilot: Pilot[None]) -> ViewerApp:
    """Wait until all that is in the file is shown; returns the app."""
    app = pilot.app
    assert isinstance(app, ViewerApp)
    await until(pilot, lambda: isinstance(app.screen, ViewerScreen))
    run = app.viewer.viewed
    await until(pilot, lambda: run.complete and app.viewer.view.is_up_to_date)
    return app


def recording(folder: Path, data: bytes) -> Path:
    """A file of a recording."""
    path = folder / "run.jsonl"
    path.write_bytes(data)
    return path
