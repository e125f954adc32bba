"""The main screen: the work of a session, and where the person writes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from app.screens.attention import Attention
from app.screens.chrome import activity_line, bottom_line, hint_line, top_line
from app.screens.left_cleanly import LeftCleanly
from app.screens.modes import confirm_yolo, next_mode
from app.settings.schema import Settings
from app.terminal.text import safe_text
from widgets.bars import Bar
from widgets.composer import Composer

if TYPE_CHECKING:
    from app.screens.work_area import WorkArea
    from app.session.session import Session

_OF_SESSION = frozenset(
    {"inbox", "prefix", "panes", "conversation", "mode", "yolo", "jobs", "checkpoints", "review"}
)


class SessionScreen(LeftCleanly, Screen[None]):
    """Takes what the person says, and shows a session. It appears before its session: that is attached later.

    Args:
        workspace: The folder of the session.
        settings: The settings it will start with.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "session.tcss"
    HELP = "Give a task below. While it runs: enter queues another, ctrl+s steers, escape interrupts."
    AUTO_FOCUS = ""
    NARROW = 110  # columns below which there is one column
    FRAMES = 30  # a second
    BARS = 3  # frames, after which the bars are drawn anew
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "interrupt", "Back to the composer; there: interrupt", id="session.interrupt"),
        Binding("ctrl+s", "steer", "Say it to the task that runs", id="session.steer"),
        Binding("shift+tab", "mode", "Next approval mode", id="session.mode", priority=True),
        Binding("alt+y", "yolo", "Ask nothing any more: mode yolo", id="session.yolo", priority=True),
        Binding("f2", "inbox", "The calls that ask", id="session.inbox", priority=True),
        Binding("f3", "panes", "Go to the panes, and back", id="session.panes", priority=True),
        Binding("f4", "runs", "All runs that were recorded", id="session.runs", priority=True),
        Binding(
            "f5", "conversation", "Go to the conversation, and back", id="session.conversation", priority=True
        ),
        Binding("f6", "jobs", "Background jobs", id="session.jobs", priority=True),
        Binding("f7", "checkpoints", "Go back to before a turn", id="session.checkpoints", priority=True),
        Binding("f8", "review", "Review all that has changed", id="session.review", priority=True),
        Binding("ctrl+a", "prefix", "Answer the oldest question", id="session.prefix", priority=True),
        Binding("alt+up", "unqueue", "Take back what is queued", id="session.unqueue"),
    ]

    class Ready(Message):
        """The composer has the focus: keys can come."""

    def __init__(self, workspace: Path, settings: Settings) -> None:
        super().__init__()
        self._workspace = workspace
        self._settings = settings
        self._session: Session | None = None
        self._work: WorkArea | None = None
        self._queue: list[str] = []  # tasks for when the one that runs is done
        self._submitted = ""  # given to the session, and not seen in its events yet; then the last one
        self._is_under_way = False
        self._ticks = 0
        self._steers: list[str] = []
        self._prefix = False
        self._focused_before: Widget | None = None
        self._attention: Attention | None = None
        self._failure = ""

    def compose(self) -> ComposeResult:
        """Bars above and below; the work comes between them when it is loaded."""
        yield Bar(id="top")
        yield Horizontal(id="work")
        yield Bar(id="activity")
        yield Composer(id="composer")
        yield Bar(id="bottom")

    def on_mount(self) -> None:
        """Take the keys."""
        self.add_class("-no-calls")
        self.set_focus(self.composer)
        self._draw_bars()
        self._attention = Attention(self.app, self._settings.interface.notify, os.environ)
        self.watch(self.app, "app_focus", self._guard_questions, init=False)
        self.call_after_refresh(self.post_message, self.Ready())

    @property
    def composer(self) -> Composer:
        """Where the person writes."""
        return self.query_one(Composer)

    @property
    def is_busy(self) -> bool:
        """Whether a task runs, or is about to."""
        return self._work is not None and (self._work.projection.running or self._is_under_way)

    @property
    def would_end(self) -> str:
        """What runs and would not outlive the session, in words; empty if nothing does."""
        jobs = self._work.projection.jobs.ending if self._work is not None else 0
        if self.is_busy:
            return "A task runs"
        if jobs:
            return f"{jobs} background {'jobs run' if jobs > 1 else 'job runs'}; f6 shows and keeps them"
        return ""

    async def attach(self, session: Session, work: WorkArea) -> None:
        """Show a session, from its first event on; none where the program ends meanwhile."""
        top = self.query_one("#top")
        await self.query_one("#work").remove()
        if not self.is_attached:
            return
        await self.mount(work, after=top)
        self._session, self._work = session, work  # not before: what is not there yet takes no keys
        self.set_interval(1 / self.FRAMES, self._tick)
        self._submit_next()

    def fail(self, reason: str) -> None:
        """The session could not start: say why, and give back what was typed."""
        if not self.is_attached:  # the program ends
            return
        self._failure = reason
        message = Static(Content(safe_text(reason)), id="failure")
        self.query_one("#work").mount(message)
        self._give_back()
        self._draw_bars()

    def submit(self, text: str) -> None:
        """Give a task: at once, or when the session is there and the one that runs is done."""
        if self._failure:
            self.notify(self._failure, severity="error", markup=False)
            self.composer.take_back(text)
        elif self._session is None or self.is_busy:
            self._queue.append(text)
        else:
            self._queue.insert(0, text)  # what waits since an interrupt comes after it
            self._submit_next()
        self._draw_bars()

    def _submit_next(self) -> None:
        if self._session is not None and self._queue:
            self._submitted, self._is_under_way = self._queue.pop(0), True
            self._session.submit(self._submitted)

    def _tick(self) -> None:
        assert self._work is not None
        ended = self._work.tick()
        if self._work.projection.running:
            self._is_under_way = False
        if ended is not None:
            self._is_under_way = False
            if ended.outcome == "done":
                self._submit_next()
            else:
                if ended.outcome == "failed":
                    self._queue.insert(0, self._submitted)
                self._give_back()
        while self._work.projection.taken_back:
            self.composer.take_back(self._work.projection.taken_back.pop(0))
        if (waits := self._work.projection.take_waits()) and self._attention is not None:
            self._attention.call(waits)
        if self._work.has_calls:
            self.remove_class("-no-calls")
        self._ticks += 1
        if ended is not None or self._ticks % self.BARS == 0:
            self._draw_bars()

    def _give_back(self) -> None:
        """Nothing more is sent by itself: the next text goes back to where it can be changed."""
        if self._queue and not self.composer.text.strip():
            self.composer.take_back(self._queue.pop(0))

    def _draw_bars(self) -> None:
        projection = self._work.projection if self._work else None
        top = top_line(self._settings, self._workspace, self._session, projection.title if projection else "")
        self.query_one("#top", Bar).show(*top)
        self.set_class(self._session is not None and self._session.mode == "yolo", "-yolo")
        if self._work is not None:
            doing = activity_line(self._work, answering=self._prefix)
        else:
            doing = Content("" if self._failure else "starting")
        steers = len(self._steers) - (projection.steers if projection else 0)
        hint = hint_line(steers, len(self._queue), escape=self.is_busy and self.composer.has_focus)
        self.query_one("#activity", Bar).show(doing, hint)
        part = self._work.focused_part if self._work else ""
        self.query_one("#bottom", Bar).show(*bottom_line(self._session, part, self.size.width))

    def on_resize(self, event: events.Resize) -> None:
        """One column where there is no room for two."""
        self.set_class(event.size.width < self.NARROW, "-narrow")
        self._draw_bars()

    def on_key(self, event: events.Key) -> None:
        """After the prefix a key answers; else frames of the stream wait a moment while the person types."""
        if self._work is None:
            return
        if self._work.held_keys.is_on:
            event.stop()
            self._work.held_keys.take(event.key)
        elif self._prefix:
            event.stop()
            event.prevent_default()
            self._prefix = False
            self.set_focus(self._focused_before)
            self._work.answer_by(event.key)
        else:
            self._work.defer()

    def on_paste(self, event: events.Paste) -> None:
        """A paste that nothing took is text for the composer: it never answers, and is never lost."""
        self._guard_questions()
        if not self.composer.has_focus:
            event.stop()
            self.set_focus(self.composer)
            self.composer.post_message(events.Paste(event.text))

    def on_screen_resume(self) -> None:
        """Keys that were meant for the screen before answer nothing here."""
        self._guard_questions()

    def _guard_questions(self) -> None:
        if self._work is not None:
            self._work.guard_questions()

    def on_text_area_changed(self) -> None:
        """Letters, which the composer keeps from `on_key`: here, too, frames of the stream wait."""
        if self._work is not None:
            self._work.defer()

    def on_composer_sent(self, event: Composer.Sent) -> None:
        """A task."""
        event.stop()
        self.submit(event.text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual calls it so
        """Only what makes sense now."""
        if self._work is not None and self._work.held_keys.is_on:
            return False
        match action:
            case "interrupt":
                return self.is_busy or not self.composer.has_focus
            case "steer":
                return self.is_busy
            case "unqueue":
                return bool(self._queue)
            case _ if action in _OF_SESSION:
                return self._work is not None
            case _:
                return True

    def action_interrupt(self) -> None:
        """Back to the composer; from there, stop the task that runs."""
        if not self.composer.has_focus:
            self.set_focus(self.composer)
        elif self._session is not None and self.is_busy:
            self._session.interrupt()

    def action_steer(self) -> None:
        """Say what is written to the task that runs."""
        if self._session is not None and (text := self.composer.take()):
            self._steers.append(text)
            self._session.steer(text)

    def action_mode(self) -> None:
        """The next approval mode."""
        if self._session is not None:
            self._session.set_mode(next_mode(self._session.mode))

    def action_yolo(self) -> None:
        """Ask nothing any more, once the person has typed that."""
        assert self._session is not None
        confirm_yolo(self.app, self._session)

    def action_inbox(self) -> None:
        """The calls that ask, all of them."""
        assert self._work is not None
        self._work.open_inbox()

    def action_panes(self) -> None:
        """Between the panes and the composer; in one column also what is shown."""
        assert self._work is not None
        if not self._work.focus_panes():
            self.set_focus(self.composer)

    def action_runs(self) -> None:
        """All runs that were recorded, to look at them."""
        from app.screens.viewer.doors import library

        library(self.app)

    def action_conversation(self) -> None:
        """Between the conversation and the composer."""
        assert self._work is not None
        if not self._work.focus_conversation():
            self.set_focus(self.composer)

    def action_jobs(self) -> None:
        """What runs in the background."""
        from app.screens.jobs import JobsScreen

        assert self._work is not None
        assert self._session is not None
        self.app.push_screen(JobsScreen(self._work.projection.jobs, self._session))

    def action_checkpoints(self) -> None:
        """The turns that changed files, and the way back."""
        from app.screens.checkpoints import CheckpointsScreen

        assert self._session is not None
        session = self._session
        self.app.push_screen(
            CheckpointsScreen(session.checkpoints(), session.rewind_conversation, lambda: self.is_busy)
        )

    def action_review(self) -> None:
        """All that has changed since the session began."""
        from app.screens.review import ReviewScreen
        from app.workspace.editor import Editor
        from app.workspace.files import Files
        from app.workspace.paths import Workspace

        assert self._session is not None
        editor = Editor(Workspace(self._session.workspace), Files())
        self.app.push_screen(ReviewScreen(self._session.checkpoints(), editor, lambda: self.is_busy))

    def on_descendant_focus(self) -> None:
        """In one column the panes take the place of the conversation while they have the focus."""
        if self._work is not None:
            self.set_class(self._work.is_in_panes, "-panes")
            self.call_after_refresh(self._work.show_focused_pane)

    def action_unqueue(self) -> None:
        """Take the last queued task back into the composer."""
        if self.composer.text.strip():
            self.notify("Send what is written first, or clear it.")
        else:
            self.composer.take_back(self._queue.pop())
            self._draw_bars()

    def action_prefix(self) -> None:
        """The next key answers the oldest question."""
        if self._work is not None and self._work.asking:
            self._prefix = True
            self._work.begin_answer()
            self._focused_before = self.focused
            self.set_focus(None)  # a composer would take the letter
            self._draw_bars()
        else:
            self.notify("No call asks.")
