"""The main screen: the work of a session, and where the person writes."""

from __future__ import annotations

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

from app.screens.chrome import bottom_line, top_line
from app.settings.schema import MODES, Settings
from app.terminal.text import safe_text
from widgets.bars import Bar
from widgets.composer import Composer

if TYPE_CHECKING:
    from app.screens.work_area import WorkArea
    from app.session.session import Session

_ANSWERS = "· y yes · t this turn · s this session · n no · d no, with a reason"


class SessionScreen(Screen[None]):
    """Takes what the person says, and shows a session. It appears before its session: that is attached later.

    Args:
        workspace: The folder of the session.
        settings: The settings it will start with.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "session.tcss"
    HELP = "Give a task below. While it runs: enter queues another, ctrl+s steers, escape interrupts."
    NARROW = 110  # columns below which there is one column
    FRAMES = 30  # a second
    BARS = 3  # frames, after which the bars are drawn anew
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "interrupt", "Back to the composer; there: interrupt", id="session.interrupt"),
        Binding("ctrl+s", "steer", "Say it to the task that runs", id="session.steer"),
        Binding("shift+tab", "mode", "Next approval mode", id="session.mode", priority=True),
        Binding("f2", "question", "Go to the call that asks", id="session.question", priority=True),
        Binding("f3", "panes", "Go to the panes, and back", id="session.panes", priority=True),
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
        """Show a session, from its first event on."""
        self._session, self._work = session, work
        await self.query_one("#work").remove()
        await self.mount(work, after=self.query_one("#top"))
        self.set_interval(1 / self.FRAMES, self._tick)
        self._submit_next()

    def fail(self, reason: str) -> None:
        """The session could not start: say why, and give back what was typed."""
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
        asking = self._work.asking if self._work else 0
        if self._prefix and self._work is not None:
            doing = f"{self._work.oldest_question} {_ANSWERS}"
        elif asking:
            doing = f"{asking} {'calls ask' if asking > 1 else 'call asks'} · f2 goes there, ctrl+a answers"
        elif projection is not None:
            doing = projection.activity
        else:
            doing = "" if self._failure else "starting"
        steers = len(self._steers) - (projection.steers if projection else 0)
        hints = [
            f"steer: {steers} · goes with the next request" if steers > 0 else "",
            f"queue: {len(self._queue)} · alt+up takes it back" if self._queue else "",
            "esc interrupts" if self.is_busy and self.composer.has_focus else "",
        ]
        hint = Content.styled("  ".join(filter(None, hints)), "dim")
        self.query_one("#activity", Bar).show(Content(doing), hint)
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
        if self._prefix:
            event.stop()
            event.prevent_default()
            self._prefix = False
            self.set_focus(self._focused_before)
            self._work.mark_oldest_question(False)
            self._work.answer_by(event.key)
        else:
            self._work.defer()

    def on_paste(self, event: events.Paste) -> None:
        """A paste that nothing took is text for the composer: it never answers, and is never lost."""
        if not self.composer.has_focus:
            event.stop()
            self.set_focus(self.composer)
            self.composer.post_message(events.Paste(event.text))

    def on_screen_resume(self) -> None:
        """Keys that were meant for the screen before answer nothing here."""
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
        match action:
            case "interrupt":
                return self.is_busy or not self.composer.has_focus
            case "steer":
                return self.is_busy
            case "unqueue":
                return bool(self._queue)
            case (
                "question" | "prefix" | "panes" | "conversation" | "mode" | "jobs" | "checkpoints" | "review"
            ):
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
            mode = self._session.mode
            self._session.set_mode(MODES[(MODES.index(mode) + 1) % len(MODES)])

    def action_question(self) -> None:
        """Go to the call that asks, or back to the composer."""
        assert self._work is not None
        if not self._work.asking:
            self.notify("No call asks.")
        if not self._work.focus_question():
            self.set_focus(self.composer)

    def action_panes(self) -> None:
        """Between the panes and the composer; in one column also what is shown."""
        assert self._work is not None
        if not self._work.focus_panes():
            self.set_focus(self.composer)

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
            self._work.show_oldest_question()
            self._work.mark_oldest_question(True)
            self._focused_before = self.focused
            self.set_focus(None)  # a composer would take the letter
            self._draw_bars()
        else:
            self.notify("No call asks.")
