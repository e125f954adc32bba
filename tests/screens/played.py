"""A session whose events a test plays: what the screens show depends on nothing else."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast  # Any: stands for the session where a screen wants one

from textual.app import App
from textual.pilot import Pilot

from app.execution.sandbox.confinement import Confinement
from app.screens.session import SessionScreen
from app.screens.themes import DARK
from app.screens.work_area import WorkArea
from app.session.answer import Answer
from app.session.ledger import Ledger
from app.session.past_calls import Matching
from app.session.session import Session
from app.session.stream import EventQueue, EventStream, Live
from app.settings.schema import Mode, ModelSettings, RecorderSettings, Settings
from app.trajectory.effects import Effects
from app.trajectory.events import Event, SessionStarted, ToolRequested
from app.trajectory.recording.recorder import Recorder, RecorderStatus

ROOT = Path(__file__).parents[2]
STARTED = SessionStarted("id", "/home/somebody/project", "anthropic/claude-sonnet-5", "ask", "0.1.0")
SIZE = (120, 40)


class PlayedSession:
    """What a screen needs of a session, with a real event stream and recorder behind it."""

    def __init__(self, folder: Path) -> None:
        self._recorder = Recorder(folder / "played.jsonl", RecorderSettings(), clock=lambda: 0.0)
        self._stream = EventStream(self._recorder)
        self.begins = 0
        self.ledger = Ledger()
        self._stream.fold(self.ledger.apply)
        self.mode: Mode = "ask"
        self.context_window = 200_000
        self.confinement: Confinement | None = Confinement(
            "bwrap", "bubblewrap: commands write in the workspace only"
        )
        self.rules: list[str] = []  # that were looked at
        self.matched = Matching(2, ("npm run test -- cart", "npm run test"))
        self.said: list[tuple[Any, ...]] = []

    @property
    def events(self) -> EventQueue:
        return self._stream.queue

    @property
    def records(self) -> Recorder:
        return self._recorder

    @property
    def recorder(self) -> RecorderStatus:
        self._recorder.flush().result(5)
        return self._recorder.status

    def play(self, *items: Event | Live) -> None:
        """Let these happen."""
        for item in items:
            if isinstance(item, Event):
                self._stream.emit(item)
            else:
                self._stream.show(item)

    def submit(self, text: str) -> None:
        self.said.append(("submit", text))

    def steer(self, text: str) -> None:
        self.said.append(("steer", text))

    def interrupt(self) -> None:
        self.said.append(("interrupt",))

    def cancel(self, call: str) -> None:
        self.said.append(("cancel", call))

    def decide(self, call: str, answer: Answer) -> None:
        self.said.append(("decide", call, answer))

    def matching(self, rule: str) -> Matching:
        self.rules.append(rule)
        return self.matched

    def type(self, call: str, data: bytes, *, by_person: bool = True) -> None:
        self.said.append(("type", call, data, by_person))

    def resize_terminal(self, call: str, columns: int, rows: int) -> None:
        self.said.append(("resize", call, columns, rows))

    def to_background(self, call: str) -> None:
        self.said.append(("background", call))

    def to_terminal(self, call: str) -> None:
        self.said.append(("terminal", call))

    def end_job(self, job: str) -> None:
        self.said.append(("end", job))

    def keep_job(self, job: str) -> None:
        self.said.append(("keep", job))

    def set_mode(self, mode: Mode) -> None:
        self.mode = mode

    def close(self) -> None:
        self._recorder.close()


class PlayedApp(App[None]):
    """The session screen over a played session. Its clock stands still until a test moves it."""

    CSS_PATH = ROOT / "styles" / "theme.tcss"

    def __init__(self, folder: Path, *, attached: bool = True) -> None:
        super().__init__()
        self.played = PlayedSession(folder)
        self.now = 100.0
        self._attached = attached
        self.session_screen = SessionScreen(
            Path("/home/somebody/project"), Settings(model=ModelSettings(name="anthropic/claude-sonnet-5"))
        )

    async def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name
        await self.push_screen(self.session_screen)
        if self._attached:
            await self.attach()

    async def attach(self) -> None:
        """The session is there."""
        session = cast(Session, self.played)
        self.work = WorkArea(session, clock=lambda: self.now)
        await self.session_screen.attach(session, self.work)

    def on_unmount(self) -> None:
        self.played.close()


def requested(call: str, name: str, title: str, **more: Any) -> ToolRequested:
    """A call; `command` makes it one of bash."""
    command = more.pop("command", "")
    effects = Effects(title, command=command, unknown=bool(command))
    arguments = more.pop("arguments", {"command": command} if command else {})
    return ToolRequested(call, more.pop("turn", 1), name, arguments, effects, **more)


def shown(app: App[None]) -> str:
    """Everything that goes to the terminal's cells."""
    return "\n".join(strip.text.rstrip(" ") for strip in app.screen._compositor.render_strips())


async def settle(pilot: Pilot[None]) -> None:
    """Let what has come be drawn, and the bars anew, however long the frames take."""
    app = pilot.app
    if isinstance(app, PlayedApp) and hasattr(app, "work"):
        screen = app.session_screen
        frames = screen._ticks + screen.BARS + 1
        async with asyncio.timeout(60):
            while screen._ticks < frames or app.work._items:
                await asyncio.sleep(0.005)
    else:
        await pilot.pause(0.08)
    await pilot.pause()
