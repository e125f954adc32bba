"""One tool call, live: what it does, what it says, and what it asks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from widgets.call_body import CallBody
from widgets.call_line import CallLine
from widgets.output_pane import OutputPane
from widgets.output_source import OutputSource
from widgets.question import Place, Question
from widgets.status import CallStatus
from widgets.text_view import Row
from widgets.verbs import Offers, Scope

if TYPE_CHECKING:
    from widgets.diff.canvas import DiffCanvas


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

    # What is folded keeps its place in the focus chain: it has no rows, but it is not hidden.
    DEFAULT_CSS = """
    CallPane {
        height: 1fr; border-left: outer $surface;
        &.-asks { border-left: outer $warning; }
        &:focus-within, &.-asks:focus-within { border-left: outer $accent; }
        &.-folded { height: 1; }
        &:focus-within Question Static, &.-answering Question Static { color: $text-warning; }
        & > CallLine { color: $foreground; background: $surface; }
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
        lines: Sequence[Row],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.call = call
        self.number = number
        self._clock = clock
        self._source: OutputSource | None = None
        self._line = CallLine(number, tool, title, clock)
        self._body = CallBody(call, lines)
        self._question: Question | None = None

    def compose(self) -> ComposeResult:
        """The line, and what has come of the call by now."""
        yield self._line
        yield self._body
        if self._question is not None:
            yield self._question

    def on_mount(self) -> None:
        """Say what has happened so far."""
        self.refresh_line()

    @property
    def status(self) -> CallStatus:
        """How far the call is."""
        return self._line.status

    @property
    def question(self) -> Question | None:
        """The open question of this call."""
        return self._question

    @property
    def body(self) -> Widget:
        """What takes the keys."""
        return self._body.view

    @property
    def output(self) -> OutputPane | None:
        """The output, if that is what is shown."""
        return self._body.output

    @property
    def is_typed_into(self) -> bool:
        """Whether the person's keys go to the process."""
        return self._body.is_attached_to_process

    @property
    def part(self) -> str:
        """Which keys count here: those of a question, an output, a terminal, one typed into, or few."""
        if self._question is not None:
            return "question"
        if self.is_typed_into:
            return "typing"
        if self._body.terminal is not None and not self.status.is_over:
            return "terminal"
        if self._body.output is not None and self._source is not None and self._source.size:
            return "over" if self.status.is_over else "output"
        return "panes"

    @property
    def is_folded(self) -> bool:
        """Whether only the line is shown."""
        return self.has_class("-folded")

    @property
    def is_alone(self) -> bool:
        """Whether only this pane is shown."""
        return self.has_class("-zoomed")

    def wait(self, note: str) -> None:
        """The call waits for others."""
        self._become(CallStatus.WAITS, note)

    def ask(
        self,
        lines: Sequence[Row],
        reason: str,
        offers: Offers,
        *,
        version: int = 0,
        diff: str = "",
        plan: str = "",
    ) -> None:
        """Put the call's question. What it is about is shown, too.

        Args:
            lines: What it is about; with a diff, what is to be said below it.
            reason: Why it asks.
            offers: What can be answered.
            version: Which question of the call it is; the answer names it.
            diff: What it would change: untrusted text of a unified diff.
            plan: What it would carry out, instead of the lines: untrusted Markdown.
        """
        self._body.show(lines, diff, plan)
        self.remove_class("-folded")
        question = Question(self.call, reason, offers, self._clock, version=version)
        self._become(CallStatus.ASKS, "asks", question)

    def rename(self, title: str, mark: str) -> None:
        """The call is about something else now.

        Args:
            title: What it does, in one line.
            mark: How that came, in a word.
        """
        self._line.rename(title, mark)

    def run(self, source: OutputSource | None, *, terminal: bool = False) -> None:
        """The call runs, or once more.

        Args:
            source: Where its output grows, if it has any.
            terminal: It runs on a terminal.
        """
        self._source = source
        self._line.begin(source)
        if source is not None and terminal:
            self._body.show_terminal(source)
        elif source is not None:
            self._body.show_output(source)
        self._become(CallStatus.RUNNING)

    def await_input(self, waits: bool) -> None:
        """The command waits for somebody to type, or no longer does."""
        if waits:
            self.remove_class("-folded")
            self._become(CallStatus.INPUT, "waits for input")
        else:
            self._become(CallStatus.RUNNING)

    def remark(self, text: str) -> None:
        """Say something of the call for as long as the pane is there."""
        self._line.remark(text)

    def finish(
        self, status: CallStatus, seconds: float, note: str, lines: Sequence[Row], diff: str = ""
    ) -> None:
        """The call is over; what it changed, or else `lines`, is shown where it has no output of its own."""
        self._line.end(seconds)
        self._body.finish(self._source, lines, diff)
        self._become(status, note)

    def refresh_line(self) -> None:
        """Draw the line anew: time and bytes move."""
        self._line.refresh_figures(typed_into=self.is_typed_into)

    def fold(self) -> None:
        """Show only the line, unless the person looks at the pane or has to."""
        well = self.status in (CallStatus.DONE, CallStatus.DENIED)
        if well and not self.has_focus_within and not self.is_alone:
            self.add_class("-folded")

    def focus_body(self) -> None:
        """Give the pane the focus, at once: the next key may be for it."""
        self.remove_class("-folded")
        self.screen.set_focus(self.body)

    def on_descendant_focus(self) -> None:
        """A key on its way to where the focus was before answers nothing."""
        if self._question is not None and not self._question.explaining:
            self._question.guard()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        question = self._question
        if question is not None and question.explaining:
            return action == "back"
        match action:
            case "answer" | "place" | "answer_with_network" | "deny" | "explain":
                return question is not None and question.offers.include(action, parameters)
            case "back":
                return False
            case "cancel":
                return not self.status.is_over
            case "follow":
                return self._body.output is not None
            case "fold":
                return question is None and not self.is_alone  # nobody answers what they do not see
            case _:
                return True

    def action_answer(self, scope: Scope) -> None:
        """Yes."""
        if self._question is not None:
            self._question.answer(True, scope)

    def action_answer_with_network(self) -> None:
        """Yes, and it may reach other machines."""
        if self._question is not None:
            self._question.answer(True, network=True)

    def action_place(self, place: Place) -> None:
        """Look at something of the question where there is more room."""
        if self._question is not None:
            self._question.want(place)

    def action_deny(self) -> None:
        """No."""
        if self._question is not None:
            self._question.answer(False)

    def action_explain(self) -> None:
        """No, with a reason."""
        if self._question is not None:
            self._question.explain()

    def action_back(self) -> None:
        """Give no reason after all."""
        if self._question is not None:
            self.screen.set_focus(self.body)
            self._question.back()

    def action_cancel(self) -> None:
        """End this call."""
        self.post_message(self.Cancelled(self.call))

    def action_follow(self) -> None:
        """Go to the end of the output, and stay there."""
        if self._body.output is not None:
            self._body.output.action_scroll_end()

    def on_diff_canvas_shown(self, event: DiffCanvas.Shown) -> None:
        """Say how much the call changes."""
        event.stop()
        self._line.tell_changes(*event.changes)

    def on_call_body_keys_taken(self, event: CallBody.KeysTaken) -> None:
        """Say where the person's keys go; nobody types into what they do not see."""
        event.stop()
        self.remove_class("-folded")
        self.refresh_line()

    def action_zoom(self) -> None:
        """This pane alone, or all of them again."""
        self.post_message(self.Zoomed(self))

    def action_fold(self) -> None:
        """Fold or unfold."""
        self.toggle_class("-folded")

    def _become(self, status: CallStatus, note: str = "", question: Question | None = None) -> None:
        self._line.become(status, note)
        self._put(question)
        self.set_class(status is CallStatus.ASKS, "-asks")
        self.refresh_line()
        self.refresh_bindings()

    def _put(self, question: Question | None) -> None:
        old, self._question = self._question, question
        self._body.let_copy(question is None)  # else its key answers
        if not self._line.is_attached:
            return
        if old is not None:
            if old.has_focus_within:
                self.screen.set_focus(self.body)
            old.remove()
        if question is not None:
            self.mount(question)
