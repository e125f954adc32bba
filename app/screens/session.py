"""The main screen: the conversation, the live calls, and where the person writes."""

from __future__ import annotations

from collections.abc import Callable
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

from app.screens.chrome import bottom_line, top_line
from app.settings.schema import MODES, Settings
from widgets.bars import Bar
from widgets.call_pane import CallPane
from widgets.composer import Composer
from widgets.conversation import Conversation, Notice
from widgets.pane_area import PaneArea
from widgets.question import Question, Scope

if TYPE_CHECKING:
    from app.screens.projection import Projection
    from app.session.session import Session


class SessionScreen(Screen[None]):
    """Shows a session and takes what the person says. It appears before its session: that is attached later.

    Args:
        workspace: The folder of the session.
        settings: The settings it will start with.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "session.tcss"
    HELP = "Give a task below. While it runs: enter queues another, ctrl+s steers, escape interrupts."
    NARROW = 110  # columns below which there is one column
    FRAMES = 30  # a second
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "interrupt", "Interrupt the task", id="session.interrupt"),
        Binding("ctrl+s", "steer", "Say it to the task that runs", id="session.steer", priority=True),
        Binding("shift+tab", "mode", "Next approval mode", id="session.mode", priority=True),
        Binding("f2", "question", "Go to the call that asks", id="session.question"),
        Binding("f3", "panes", "Go to the panes, and back", id="session.panes"),
        Binding("f5", "conversation", "Go to the conversation, and back", id="session.conversation"),
        Binding("ctrl+a", "prefix", "Answer the oldest question", id="session.prefix", priority=True),
        Binding("alt+up", "unqueue", "Take back what is queued", id="session.unqueue", priority=True),
    ]

    class Ready(Message):
        """The composer has the focus: keys can come."""

    def __init__(self, workspace: Path, settings: Settings) -> None:
        super().__init__()
        self._workspace = workspace
        self._settings = settings
        self._session: Session | None = None
        self._projection: Projection | None = None
        self._waiting: list[str] = []  # tasks for when the one that runs is done
        self._submitted = ""
        self._prefix = False
        self._focused_before: Widget | None = None
        self._failed = ""
        self._spoken = False

    def compose(self) -> ComposeResult:
        """Bars above and below, the work between them."""
        yield Bar(id="top")
        with Horizontal(id="work"):
            yield Conversation(id="conversation")
            yield PaneArea(id="panes")
        yield Bar(id="activity")
        yield Composer(id="composer")
        yield Bar(id="bottom")

    def on_mount(self) -> None:
        """Take the keys."""
        self.add_class("-no-calls")
        self.query_one(Composer).focus()
        self._draw_bars()
        self.call_after_refresh(self.post_message, self.Ready())

    def attach(self, session: Session, projection: Callable[[Conversation, PaneArea], Projection]) -> None:
        """Show this session, from its first event on.

        Args:
            session: The session.
            projection: Makes what draws its events.
        """
        self._session = session
        self._projection = projection(self.query_one(Conversation), self.query_one(PaneArea))
        self.set_interval(1 / self.FRAMES, self._tick)
        if self._waiting:
            self._submit(self._waiting.pop(0))

    def fail(self, reason: str) -> None:
        """The session could not start: say why, and give back what was typed."""
        self._failed = reason
        self.query_one(Conversation).extend([Notice(reason, "failed")])
        self.query_one(Composer).take_back("\n\n".join(self._waiting))
        self._waiting.clear()
        self._draw_bars()

    def submit(self, text: str) -> None:
        """Give a task: at once, or when the session is there and the one that runs is done."""
        if self._failed:
            self.notify(self._failed, severity="error", markup=False)
            self.query_one(Composer).take_back(text)
        elif self._session is None or self.is_busy:
            self._waiting.append(text)
        else:
            self._submit(text)
        self._draw_bars()

    @property
    def is_busy(self) -> bool:
        """Whether a task runs, or is about to."""
        return self._projection is not None and (self._projection.running or self._spoken)

    def _submit(self, text: str) -> None:
        assert self._session is not None
        self._submitted = text
        self._spoken = True
        self._session.submit(text)

    def _tick(self) -> None:
        """Draw what has come since the last frame."""
        assert self._session is not None
        assert self._projection is not None
        items = self._session.events.take()
        with self.app.batch_update():
            for item in items:
                self._projection.apply(item)
            self._projection.tick()
        if self._projection.running:
            self._spoken = False
        if (ended := self._projection.ended) is not None:
            self._projection.ended = None
            self._spoken = False
            self._after_task(ended.outcome)
        if items:
            has_calls = bool(self.query_one(PaneArea).query(CallPane))
            self.set_class(not has_calls, "-no-calls")
        self._draw_bars()

    def _after_task(self, outcome: str) -> None:
        assert self._session is not None
        composer = self.query_one(Composer)
        if outcome == "done":
            if self._waiting:
                self._submit(self._waiting.pop(0))
        elif self._waiting or outcome == "failed":
            back = [self._submitted] if outcome == "failed" else []
            composer.take_back("\n\n".join([*back, *self._waiting]))
            if composer.text:
                self._waiting.clear()

    def _draw_bars(self) -> None:
        top, right = top_line(
            self._settings, self._workspace, self._session, self._projection.title if self._projection else ""
        )
        self.query_one("#top", Bar).show(top, right)
        asking = len(self.query_one(PaneArea).asking())
        doing = self._projection.activity if self._projection else "" if self._failed else "starting"
        if self._prefix:
            doing = "answer: y yes · t this turn · s this session · n no · d no, with a reason · escape"
        elif asking:
            doing = f"{asking} {'calls ask' if asking > 1 else 'call asks'} · f2 goes there, ctrl+a answers"
        queue = f"queue: {len(self._waiting)} · alt+up edits" if self._waiting else ""
        hint = Content.styled(
            "  ".join(filter(None, (queue, "esc interrupts" if self.is_busy else ""))), "dim"
        )
        self.query_one("#activity", Bar).show(Content(doing), hint)
        bottom, keys = bottom_line(self._session)
        self.query_one("#bottom", Bar).show(bottom, keys)

    def on_resize(self, event: events.Resize) -> None:
        """One column where there is no room for two."""
        self.set_class(event.size.width < self.NARROW, "-narrow")

    def on_key(self, event: events.Key) -> None:
        """After the prefix a key answers; else frames of the stream wait a moment while the person types."""
        if self._prefix:
            event.stop()
            event.prevent_default()
            self._answer_by(event.key)
        else:
            self.query_one(Conversation).defer()

    def on_composer_sent(self, event: Composer.Sent) -> None:
        """A task."""
        event.stop()
        self.submit(event.text)

    def on_question_answered(self, event: Question.Answered) -> None:
        """A call has its answer."""
        event.stop()
        from app.session.approvals import Answer

        if self._session is not None:
            self._session.decide(event.call, Answer(event.allowed, event.scope, event.feedback))
        if self.query_one(PaneArea).has_focus_within:
            self.query_one(Composer).focus()

    def on_call_pane_cancelled(self, event: CallPane.Cancelled) -> None:
        """A call is to end."""
        event.stop()
        if self._session is not None:
            self._session.cancel(event.call)

    def on_conversation_opened(self, event: Conversation.Opened) -> None:
        """Show the whole output of a call."""
        event.stop()
        if (
            self._projection is not None
            and (finished := self._projection.outputs.get(event.call)) is not None
        ):
            from app.screens.output import OutputScreen

            self.app.push_screen(OutputScreen(event.call.copy().partition("\n")[0], finished))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Only what makes sense now."""
        match action:
            case "interrupt" | "steer":
                return self.is_busy
            case "unqueue":
                return bool(self._waiting)
            case _:
                return True

    def action_interrupt(self) -> None:
        """Stop the task that runs."""
        if self._session is not None:
            self._session.interrupt()

    def action_steer(self) -> None:
        """Say what is written to the task that runs."""
        composer = self.query_one(Composer)
        if self._session is not None and (text := composer.take()):
            self._session.steer(text)

    def action_mode(self) -> None:
        """The next approval mode."""
        if self._session is not None:
            mode = self._session.mode
            self._session.set_mode(MODES[(MODES.index(mode) + 1) % len(MODES)])

    def action_question(self) -> None:
        """Go to the call that asks, or back to the composer."""
        panes = self.query_one(PaneArea)
        if not panes.asking():
            self.notify("No call asks.")
        elif panes.has_focus_within:
            self.query_one(Composer).focus()
        else:
            self.add_class("-panes")
            panes.focus_pane()

    def action_panes(self) -> None:
        """Between the panes and the composer; in one column also what is shown."""
        panes = self.query_one(PaneArea)
        if panes.has_focus_within:
            self.remove_class("-panes")
            self.query_one(Composer).focus()
        elif panes.focus_pane():
            self.add_class("-panes")

    def action_conversation(self) -> None:
        """Between the conversation and the composer."""
        conversation = self.query_one(Conversation)
        (self.query_one(Composer) if conversation.has_focus else conversation).focus()

    def action_unqueue(self) -> None:
        """Take the last queued task back into the composer."""
        composer = self.query_one(Composer)
        if not composer.text.strip():
            composer.take_back(self._waiting.pop())

    def action_prefix(self) -> None:
        """The next key answers the oldest question."""
        if self.query_one(PaneArea).asking():
            self._prefix = True
            self._focused_before = self.focused
            self.set_focus(None)  # a composer would take the letter
        else:
            self.notify("No call asks.")

    def _answer_by(self, key: str) -> None:
        """Answer the oldest question by a key; any other key only ends the prefix."""
        self._prefix = False
        self.set_focus(self._focused_before)
        asking = self.query_one(PaneArea).asking()
        question = asking[0].question if asking else None
        if question is None:
            return
        scopes: dict[str, Scope] = {"y": "once", "t": "turn", "s": "session"}
        if key in scopes and (key == "y" or question.offers_grant):
            question.answer(True, scopes[key])
        elif key == "n":
            question.answer(False)
        elif key == "d":
            question.explain()
