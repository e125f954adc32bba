"""One tool call, live: what it does, what it says, and what it asks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from app.terminal.text import safe_line
from widgets.bars import Bar
from widgets.output_pane import OutputPane, OutputSource
from widgets.question import Question, Scope
from widgets.status import CallStatus, duration, size
from widgets.text_view import Role, TextView


class CallPane(Vertical):
    """A pane: a line that says what the call is, below it its output, its diff or its command.

    Args:
        call: Id of the call.
        number: Its place in the pane area, from 1.
        tool: The tool.
        title: What it does, in one line.
        lines: Shown until there is output.
        clock: Seconds, for the elapsed time.
    """

    DEFAULT_CSS = """
    CallPane {
        height: 1fr; min-height: 5; border-left: outer $surface;
        &:focus-within { border-left: outer $accent; }
        &.-asks { border-left: outer $warning; min-height: 8; }
        &.-folded { height: 1; min-height: 1; & > TextView, & > OutputPane { display: none; } }
        &.-zoomed { height: 100%; }
        & > Bar { color: $foreground; background: $surface; }
    }
    """
    HELP = "A tool call. It takes keys when it has the focus; the letters of the answers only when it asks."
    BINDINGS: ClassVar[list[BindingType]] = [
        *Question.KEYS,
        Binding("c", "cancel", "End this call", id="call.cancel"),
        Binding("f", "follow", "Follow the end of the output", id="call.follow"),
        Binding("z", "zoom", "This pane alone, or all", id="call.zoom"),
        Binding("enter", "fold", "Fold or unfold", id="call.fold"),
    ]

    @dataclass
    class Cancelled(Message):
        """The person cancels this call."""

        call: str

    @dataclass
    class Zoomed(Message):
        """The person wants this pane alone, or all of them again."""

        pane: CallPane

    def __init__(
        self,
        call: str,
        number: int,
        tool: str,
        title: str,
        lines: list[tuple[str, Role]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.call = call
        self.number = number
        self.status = CallStatus.WAITS
        self._tool = safe_line(tool)
        self._title = safe_line(title)
        self._lines = lines
        self._note = ""
        self._clock = clock
        self._began: float | None = None
        self._elapsed = 0.0
        self._source: OutputSource | None = None
        self._asked: tuple[str, str] | None = None  # reason and grant of the open question
        self._ready = False

    def compose(self) -> ComposeResult:
        """The line; the rest follows what has happened by then."""
        yield Bar()

    def on_mount(self) -> None:
        """Show what has happened so far."""
        self._ready = True
        self._arrange()

    @property
    def question(self) -> Question | None:
        """The open question of this call."""
        return next(iter(self.query(Question)), None) if self._asked else None

    @property
    def is_folded(self) -> bool:
        """Whether only the line is shown."""
        return self.has_class("-folded")

    def wait(self, note: str) -> None:
        """The call waits for others."""
        self._note = note
        self._arrange()

    def ask(self, lines: list[tuple[str, Role]], reason: str, grant: str) -> None:
        """Put the call's question."""
        self._lines = lines
        self._asked = reason, grant
        self._become(CallStatus.ASKS, "asks")

    def run(self, source: OutputSource | None) -> None:
        """The call runs; `source` is where its output grows, if it has any."""
        self._source = source
        self._began = self._clock()
        self._become(CallStatus.RUNNING)

    def finish(self, status: CallStatus, seconds: float, note: str, lines: list[tuple[str, Role]]) -> None:
        """The call is over; `lines` are shown where it has no output of its own."""
        self._lines = lines or self._lines
        self._elapsed = seconds
        self._began = None
        self._become(status, note)

    def refresh_line(self) -> None:
        """Draw the line anew: time and bytes move."""
        if not self._ready:
            return
        status = self.status
        left = Content.assemble(
            (f"{self.number} ", "$text-muted"),
            (f"{status.glyph} ", status.colour),
            (f"{self._tool}  ", "bold"),
            Content(self._title),
        )
        if self._began is not None:
            self._elapsed = self._clock() - self._began
        moving = status in (CallStatus.RUNNING, CallStatus.DONE, CallStatus.FAILED)
        parts = [
            self._note,
            duration(self._elapsed) if moving else "",
            size(self._source.size) if self._source is not None and self._source.size else "",
        ]
        right = Content("  ".join(part for part in parts if part))
        self.query_one(Bar).show(left, right.stylize("$text-muted"))

    def fold(self) -> None:
        """Show only the line, unless the person looks at the pane or has to."""
        if self.status is CallStatus.DONE and not self.has_focus_within:
            self.add_class("-folded")

    def focus_body(self) -> None:
        """Give the pane the focus."""
        self.remove_class("-folded")
        self.body.focus()

    @property
    def body(self) -> Widget:
        """What scrolls."""
        bodies = [child for child in self.children if isinstance(child, TextView | OutputPane)]
        return bodies[-1] if bodies else self

    def on_descendant_focus(self) -> None:
        """A key on its way to where the focus was before answers nothing."""
        if (question := self.question) is not None and not question.explaining:
            question.guard()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        question = self.question
        match action:
            case "answer" if parameters != ("once",):
                return question is not None and not question.explaining and question.offers_grant
            case "answer" | "deny" | "explain":
                return question is not None and not question.explaining
            case "cancel":
                return not self.status.is_over and not (question is not None and question.explaining)
            case "follow":
                return self._source is not None
            case "zoom" | "fold":
                return not (question is not None and question.explaining)
            case _:
                return True

    def action_answer(self, scope: Scope) -> None:
        """Yes."""
        if (question := self.question) is not None:
            question.answer(True, scope)

    def action_deny(self) -> None:
        """No."""
        if (question := self.question) is not None:
            question.answer(False)

    def action_explain(self) -> None:
        """No, with a reason."""
        if (question := self.question) is not None:
            question.explain()

    def action_cancel(self) -> None:
        """End this call."""
        self.post_message(self.Cancelled(self.call))

    def action_follow(self) -> None:
        """Go to the end of the output, and stay there."""
        self.query_one(OutputPane).action_scroll_end()

    def action_zoom(self) -> None:
        """This pane alone, or all of them again."""
        self.post_message(self.Zoomed(self))

    def action_fold(self) -> None:
        """Fold or unfold."""
        self.toggle_class("-folded")

    def key_escape(self, event: events.Key) -> None:
        """Give no reason after all."""
        if (question := self.question) is not None and question.explaining:
            event.stop()
            event.prevent_default()
            question.back()
            self.body.focus()

    def _become(self, status: CallStatus, note: str = "") -> None:
        self.status = status
        self._note = note
        if status is not CallStatus.ASKS:
            self._asked = None
        self._arrange()

    def _arrange(self) -> None:
        """Make the parts agree with what has happened. Before the pane is mounted there are none."""
        if not self._ready:
            return
        had_focus = self.has_focus_within
        self.set_class(self.status is CallStatus.ASKS, "-asks")
        self._arrange_body()
        questions = self.query(Question)
        if self._asked and not questions:
            self.mount(Question(self.call, *self._asked, clock=self._clock))
        elif not self._asked:
            questions.remove()
        if had_focus and not self.body.has_focus:
            self.body.focus()
        self.refresh_line()
        self.refresh_bindings()

    def _arrange_body(self) -> None:
        text, output = self.query(TextView), self.query(OutputPane)
        if self._source is not None and not output:
            text.remove()
            self.mount(OutputPane(self._source), after=0)
        elif self._source is None and not text:
            self.mount(TextView(self._lines), after=0)
        elif self._source is None:
            text.first(TextView).show(self._lines)
        if self._source is not None and self.status.is_over:
            self.query_one(OutputPane).finish()
