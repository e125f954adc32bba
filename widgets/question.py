"""A call asks: what for, and which keys answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from app.terminal.text import safe_line

Scope = Literal["once", "turn", "session"]


class Question(Vertical):
    """Shown in the pane of a call that asks. It answers at most once.

    A key that is pressed within `GUARD` seconds after the question appears, or after its pane gains the
    focus, was meant for something else and does not count. A paste never answers: it is no key.

    Args:
        call: Id of the call; the answer names it.
        reason: Why it asks.
        grant: What a yes for the turn or session would allow; empty where there is no such yes.
        clock: Seconds, for the guard.
    """

    GUARD = 0.3
    DEFAULT_CSS = """
    Question {
        height: auto;
        & Static { width: 1fr; height: auto; padding: 0 1; color: $text-warning; }
        & Input { border: round $border; height: 3; }
    }
    """
    KEYS: ClassVar[list[BindingType]] = [
        Binding("y", "answer('once')", "Yes", id="approval.once"),
        Binding("t", "answer('turn')", "Yes, this turn", id="approval.turn"),
        Binding("s", "answer('session')", "Yes, this session", id="approval.session"),
        Binding("n", "deny", "No", id="approval.deny"),
        Binding("d", "explain", "No, with a reason", id="approval.explain"),
    ]

    @dataclass
    class Answered(Message):
        """The person answered a call."""

        call: str
        allowed: bool
        scope: Scope
        feedback: str

    def __init__(
        self, call: str, reason: str, grant: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self.call = call
        self._reason = reason
        self._grant = grant
        self._clock = clock
        self._open_from = clock() + self.GUARD
        self._answered = False

    def compose(self) -> ComposeResult:
        """Why it asks, what answers, and what a wider yes would cover."""
        keys: list[str | tuple[str, str]] = [("y", "bold"), " yes   "]
        if self._grant:
            keys += [("t", "bold"), " yes, this turn   ", ("s", "bold"), " yes, this session   "]
        keys += [("n", "bold"), " no   ", ("d", "bold"), " no, with a reason"]
        if self._grant:
            keys += [f"\nthis turn, this session: {safe_line(self._grant)}"]
        yield Static(Content.assemble(f"asks because: {safe_line(self._reason)}\n", *keys))

    @property
    def offers_grant(self) -> bool:
        """Whether a yes beyond this call can be given."""
        return bool(self._grant)

    @property
    def explaining(self) -> bool:
        """Whether the reason for a no is being written."""
        return bool(self.query(Input))

    def guard(self) -> None:
        """Ignore keys for a moment: the focus has just come here."""
        self._open_from = self._clock() + self.GUARD

    def answer(self, allowed: bool, scope: Scope = "once", feedback: str = "") -> None:
        """Answer, unless it is too soon or done."""
        if self._answered or self._clock() < self._open_from:
            return
        self._answered = True
        self.post_message(self.Answered(self.call, allowed, scope, feedback))

    def explain(self) -> None:
        """Ask for the reason of a no."""
        if not self._answered and self._clock() >= self._open_from and not self.explaining:
            field = Input(
                placeholder="why not? the model is told; enter sends, escape goes back", compact=False
            )
            self.mount(field)
            field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The reason is written."""
        event.stop()
        self._open_from = 0.0
        self.answer(False, feedback=event.value.strip())

    def back(self) -> None:
        """Do not give a reason after all."""
        self.query(Input).remove()
