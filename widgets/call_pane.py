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
from widgets.output_pane import LineSource, OutputPane
from widgets.question import Question, Scope
from widgets.status import CallStatus, duration, size
from widgets.text_view import Role, TextView, plain


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
    HELP = "A running call. When it asks: y yes, t this turn, s this session, n no, d no with a reason."
    BINDINGS: ClassVar[list[BindingType]] = [
        *Question.KEYS,
        Binding("c", "cancel", "Cancel call", id="call.cancel"),
        Binding("f", "follow", "Follow", id="call.follow"),
        Binding("z", "zoom", "Zoom", id="call.zoom"),
        Binding("enter", "fold", "Fold", id="call.fold", show=False),
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
        self._source: LineSource | None = None

    def compose(self) -> ComposeResult:
        """The line and the text."""
        yield Bar()
        yield TextView(self._lines)

    def on_mount(self) -> None:
        """Draw the line."""
        self.refresh_line()

    @property
    def question(self) -> Question | None:
        """The open question of this call."""
        return next(iter(self.query(Question)), None)

    @property
    def is_folded(self) -> bool:
        """Whether only the line is shown."""
        return self.has_class("-folded")

    def wait(self, note: str) -> None:
        """The call waits for others."""
        self._note = note
        self.refresh_line()

    def ask(self, lines: list[tuple[str, Role]], reason: str, grant: str) -> None:
        """Put the call's question."""
        self._become(CallStatus.ASKS)
        self.query_one(TextView).show(lines)
        self.mount(Question(self.call, reason, grant, self._clock))

    def run(self, source: LineSource | None) -> None:
        """The call runs; `source` is where its output grows, if it has any."""
        self._close_question()
        self._began = self._clock()
        self._become(CallStatus.RUNNING)
        if source is not None:
            self._source = source
            had_focus = self.has_focus_within
            body = OutputPane(source)
            self.mount(body, after=0)
            self.query(TextView).remove()
            if had_focus:
                body.focus()

    def finish(self, status: CallStatus, seconds: float, note: str, lines: list[tuple[str, Role]]) -> None:
        """The call is over."""
        self._close_question()
        self._elapsed = seconds
        self._began = None
        self._become(status, note)
        if self._source is not None:
            self.query_one(OutputPane).finish()
        elif lines:
            self.query_one(TextView).show(lines)

    def refresh_line(self) -> None:
        """Draw the line anew: time and bytes move."""
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
        return next((child for child in self.children if isinstance(child, TextView | OutputPane)), self)

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
        self._note = note or ("asks" if status is CallStatus.ASKS else "")
        self.set_class(status is CallStatus.ASKS, "-asks")
        self.refresh_line()
        self.refresh_bindings()

    def _close_question(self) -> None:
        if (question := self.question) is not None:
            had_focus = question.has_focus_within
            question.remove()
            if had_focus:
                self.body.focus()


def detail(command: str, arguments: str) -> list[tuple[str, Role]]:
    """What a call will do, for a person: the whole command, or its arguments."""
    return plain(command, "strong") if command else plain(arguments, "dim")
