"""The workbench: an app of screens around one session. Composition only."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message

from app.screens.clipboard import copy
from app.screens.everywhere import show_help, show_palette, takes_settings
from app.screens.pasted_input import keep_pastes_whole
from app.screens.session import SessionScreen
from app.screens.settings_in_use import SettingsInUse
from app.screens.themes import DARK, LIGHT
from app.screens.welcome import WelcomeScreen
from app.settings.live import LiveSettings, given
from app.settings.schema import Settings
from app.terminal.reveal import reveal
from app.terminal.text import safe_line
from app.trajectory.fork import Fork

if TYPE_CHECKING:
    from app.approval.rule import Rule
    from app.screens.library import LibraryScreen
    from app.screens.viewer import screen as viewer
    from app.screens.work_area import WorkArea
    from app.session.engine import KeptJob
    from app.session.rehearsal import Rehearsal
    from app.session.session import Session


class Workbench(App[None]):
    """Opens the session screen, or the welcome screen where no model is chosen.

    The engine and everything it needs are loaded in a thread once the first frame is painted; keys that are
    pressed before there is a place for them wait.

    Args:
        workspace: The folder to work in.
        settings: All settings.
        environ: Keys, addresses, places.
        task: Given as soon as the session is there.
        rules: Rules of the command line, beside those of files.
        live: Where the settings come from, and change while it runs; made of them if not given.
        resume: The trajectory of a session that goes on.
        fork: Where a session branches off from another run.
        rehearsal: A recorded run to carry out again.

    Attributes:
        session: The session, once it is there.
        branch: Where another session is to branch off, once the person wants that.
    """

    TITLE = "sawhorse"
    CSS_PATH = Path(__file__).parents[1] / "styles" / "theme.tcss"
    ENABLE_COMMAND_PALETTE = True
    TWICE = 5.0  # seconds within which a second ctrl+q counts as meant
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "What can be done here", id="app.help", priority=True),
        Binding("f9", "settings", "Settings", id="app.settings", priority=True),
        Binding("ctrl+q", "leave", "Quit: end the session", id="app.quit", priority=True),
        Binding("ctrl+p", "command_palette", "Find an action by its name", id="app.palette", priority=True),
        Binding("ctrl+c", "copy", "Copy what is selected", id="app.copy", show=False),
    ]

    class Opened(Message):
        """The session is there."""

        def __init__(self, session: Session, work: type[WorkArea]) -> None:
            super().__init__()
            self.session = session
            self.work = work

    class Failed(Message):
        """The session could not start."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    def __init__(
        self,
        workspace: Path,
        settings: Settings,
        environ: Mapping[str, str],
        task: str = "",
        rules: Sequence[Rule] = (),
        live: LiveSettings | None = None,
        resume: Path | None = None,
        fork: Fork | None = None,
        rehearsal: Rehearsal | None = None,
    ) -> None:
        super().__init__()
        self._given_rules = rules
        self._rehearsal = rehearsal
        self._resume = resume
        self._fork = fork
        self.session: Session | None = None
        self.branch: Fork | None = None
        self._live = live or LiveSettings(environ, given(settings), workspace)
        self._in_use = SettingsInUse(self, self._live, environ, lambda: self.session)
        self._workspace = workspace
        self._environ = environ
        self._first_task = task
        self._typed_ahead: list[events.Key | events.Paste] | None = []
        self._asked_to_leave = float("-inf")
        self._demo: Path | None = None
        self._opening: threading.Thread | None = None

    def on_mount(self) -> None:
        """Show the first screen."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self._in_use.begin()
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.exit)
        if self._live.settings.model.name:
            self._show_session()
        else:
            self.push_screen(WelcomeScreen(self._environ))

    def _show_session(self) -> None:
        screen = SessionScreen(self._workspace, self._live.settings)
        if isinstance(self.screen, WelcomeScreen):
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    async def on_event(self, event: events.Event) -> None:
        """Keep keys that come before there is a place for them."""
        if self._typed_ahead is not None and isinstance(event, events.Key | events.Paste):
            self._typed_ahead.append(event)
            return
        await super().on_event(event)

    @on(SessionScreen.Ready)
    def _session_screen_ready(self) -> None:
        self._release_keys()
        self._opening = threading.Thread(target=self._open_session, name="opening", daemon=True)
        self._opening.start()

    @on(WelcomeScreen.Ready)
    def _welcome_screen_ready(self) -> None:
        self._release_keys()

    def _release_keys(self) -> None:
        waiting, self._typed_ahead = self._typed_ahead, None
        for event in waiting or ():
            # before the program could ask for keys as they are, the terminal turned enter into ctrl+j
            early = isinstance(event, events.Key) and event.key == "ctrl+j"
            self.post_message(events.Key("enter", "\r") if early else event)

    def _open_session(self) -> None:
        """Load the engine and start it. In a thread of its own."""
        from app.screens.work_area import WorkArea
        from app.session.options import Options
        from app.session.session import Session, SessionError

        try:
            options = Options(
                self._workspace,
                self._live.settings,
                self._environ,
                rules=self._given_rules,
                resume=self._resume,
                fork=self._fork,
                rehearsal=self._rehearsal,
            )
            session = Session.open(options)
        except SessionError as error:
            self.post_message(self.Failed(str(error)))
        else:
            self.session = session
            self.post_message(self.Opened(session, WorkArea))
            session.warm()
        gc.freeze()
        gc.enable()

    @on(Opened)
    async def _session_opened(self, event: Opened) -> None:
        self._in_use.apply()
        screen = self.screen_stack[1]
        if isinstance(screen, SessionScreen):
            await screen.attach(event.session, event.work(event.session))
            if self._first_task:
                screen.submit(self._first_task)
            for task in self._rehearsal.tasks if self._rehearsal is not None else ():
                screen.submit(task)

    @on(Failed)
    def _cannot_open(self, event: Failed) -> None:
        screen = self.screen_stack[1]
        if isinstance(screen, SessionScreen):
            screen.fail(event.reason)

    @on(WelcomeScreen.Demo)
    def _play_demo(self) -> None:
        from app.demo import SCENARIO, TASK, copy_project

        if not isinstance(self.screen, WelcomeScreen):  # it was chosen already: a key came twice
            return
        self._workspace = self._demo = copy_project()
        self._first_task = TASK
        self._live.override("model.name", f"scripted/{SCENARIO}")
        self._live.override("approval.mode", "auto")
        self._show_session()

    @on(WelcomeScreen.Chosen)
    def _choose_model(self, event: WelcomeScreen.Chosen) -> None:
        from app.providers.contract import ProviderError
        from app.providers.resolve import resolve
        from app.settings.checks import SettingsError
        from app.settings.sources import Source

        if not isinstance(self.screen, WelcomeScreen):  # it was chosen already: a key came twice
            return
        try:
            resolve(event.model, self._live.settings.providers, self._environ)
            self._live.change("model.name", event.model, Source.USER)
        except (ProviderError, SettingsError) as error:
            self.screen.show_error(str(error))
            return
        self._live.override("model.name", event.model)
        self._show_session()

    def on_library_screen_chosen(self, event: LibraryScreen.Chosen) -> None:
        """Look at a run."""
        from app.screens.viewer.doors import chosen_in_library

        event.stop()
        chosen_in_library(self, event.path, event.at)

    def on_replay(self, event: viewer.Replay) -> None:
        """Show a run again as it went."""
        from app.screens.viewer.doors import open_replay

        event.stop()
        open_replay(self, event.path)

    def on_fork(self, event: viewer.Fork) -> None:
        """Go on from an event of a run, in the place of this session; while a task runs, when asked twice."""
        event.stop()
        if self._may_end("R"):
            self.branch = Fork(event.path, event.seq)
            self.exit()

    def opened(self) -> Session | None:
        """The session, if there is one; for after the end, which may come while it is being opened."""
        if self._opening is not None:
            self._opening.join()
        return self.session

    @property
    def demo(self) -> Path | None:
        """The copy of the sample project, if the demo was played."""
        return self._demo

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Settings are not laid over a question."""
        if action == "settings" and not takes_settings(self.screen):
            return False
        return super().check_action(action, parameters)

    def action_help(self) -> None:
        """What can be done here."""
        show_help(self, self._live.settings.keys)

    def action_command_palette(self) -> None:
        """Every action that can be done now."""
        show_palette(self)

    def action_settings(self) -> None:
        """Show the settings, or leave them."""
        self._in_use.toggle_screen()

    def action_copy(self) -> None:
        """Copy what is selected, or say how to stop or leave."""
        if text := self.screen.get_selected_text():
            copy(self, text, os.environ)
            self.notify("Copied.")
        else:
            self.notify("Nothing is selected. escape interrupts the task, ctrl+q quits.")

    def action_leave(self) -> None:
        """Quit; while a task runs, only when asked twice."""
        if self._may_end("ctrl+q"):
            self.exit()

    def _may_end(self, key: str) -> bool:
        """Whether nothing would be ended with the session, or the person has been told that it would."""
        screen = self.screen_stack[1] if len(self.screen_stack) > 1 else None
        now = time.monotonic()
        ending = screen.would_end if isinstance(screen, SessionScreen) else ""
        if ending and now - self._asked_to_leave > self.TWICE:
            self._asked_to_leave = now
            self.notify(f"{ending}. {key} again ends it.", severity="warning")
            return False
        return True

    def _fatal_error(self) -> None:
        """End after an error of our own: the traceback shows no variables, for they may hold keys."""
        from rich.segment import Segments
        from rich.traceback import Traceback

        self.bell()
        traceback = Traceback(show_locals=False, width=None)
        self._exit_renderables.append(Segments(self.console.render(traceback, self.console.options)))
        self._close_messages_no_wait()


def open_workbench(
    workspace: Path,
    settings: Settings,
    environ: Mapping[str, str],
    *,
    task: str = "",
    rules: Sequence[Rule] = (),
    live: LiveSettings | None = None,
    resume: Path | None = None,
    fork: Fork | None = None,
    rehearsal: Rehearsal | None = None,
) -> int:
    """Run the workbench until the person leaves, and close its session, and those that branch off in it.

    Returns:
        The exit code.
    """
    keep_pastes_whole()
    app = Workbench(workspace, settings, environ, task, rules, live, resume, fork, rehearsal)
    code = _run(app)
    while app.branch is not None:
        app = Workbench(workspace, settings, environ, rules=rules, live=live, fork=app.branch)
        code = _run(app)
    return code


def _run(app: Workbench) -> int:
    lost = ""
    try:
        app.run()
    finally:
        if (session := app.opened()) is not None:
            lost = session.close()
            for job in session.kept_jobs:
                print(_farewell(job))
            if session.ledger.context and app.demo is None:
                print(f"sawhorse --resume {session.id} goes on with this session")
        if app.demo is not None:
            shutil.rmtree(app.demo.parent, ignore_errors=True)
    if lost:
        print(f"sawhorse: {lost}", file=sys.stderr)
    return 1 if lost else app.return_code or 0


def _farewell(job: KeptJob) -> str:
    """Where a job that goes on is to be found, for the person's shell."""
    command = safe_line(reveal(job.command))
    return f"{job.name} goes on: {command}\n  its output: {job.output}\n  end it: kill -- -{job.process}"
