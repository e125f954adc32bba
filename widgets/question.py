"""A call asks: what for, and which keys answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from app.terminal.text import safe_line
from widgets.text_view import revealed

Scope = Literal["once", "turn", "session"]


class Question(Vertical):
    """Shown in the pane of a call that asks. It answers at most once.

    A key that is pressed within `GUARD` seconds after the question is first painted, or after its pane gains
    the focus, was meant for something else and does not count. A paste never answers: it is no key.

    Args:
        call: Id of the call; the answer names it.
        reason: Why it asks.
        grant: What a yes for the turn or session would allow; empty where there is no such yes. One that is
            too long to be read here is not offered.
        clock: Seconds, for the guard.
        hunks: What it would change can be decided about hunk by hunk.
    """

    GUARD = 0.3
    LONGEST = 1000  # characters of a reason or grant
    DEFAULT_CSS = """
    Question {
        height: auto; max-height: 60%; overflow-y: auto; scrollbar-size-vertical: 1;
        & Static { width: 1fr; height: auto; padding: 0 1; color: $text-muted; }
        & Reason { border: round $border; height: 3; }
        &.-explaining Static { display: none; }
    }
    """
    KEYS: ClassVar[list[BindingType]] = [
        Binding("y", "answer('once')", "Yes", id="approval.once"),
        Binding("t", "answer('turn')", "Yes, this turn", id="approval.turn"),
        Binding("s", "answer('session')", "Yes, this session", id="approval.session"),
        Binding("n", "deny", "No", id="approval.deny"),
        Binding("d", "explain", "No, with a reason", id="approval.explain"),
        Binding("v", "review", "Decide hunk by hunk", id="approval.review"),
        Binding("escape", "back", "Give no reason after all", id="approval.back"),
    ]

    @dataclass
    class Answered(Message):
        """The person answered a call."""

        call: str
        allowed: bool
        scope: Scope
        feedback: str

    def __init__(
        self,
        call: str,
        reason: str,
        grant: str,
        clock: Callable[[], float] = time.monotonic,
        *,
        hunks: bool = False,
    ) -> None:
        super().__init__()
        self.call = call
        self._reason = reason
        self._grant = grant if len(grant) <= self.LONGEST else ""
        self._clock = clock
        self.hunks = hunks
        self._open_from = inf
        self._answered = False
        self._field: Reason | None = None

    def compose(self) -> ComposeResult:
        """The keys, first because nothing may push them out of view; why it asks; what a wider yes covers."""
        keys: list[str | tuple[str, str]] = [("y", "bold"), " yes   "]
        if self._grant:
            keys += [("t", "bold"), " yes, this turn   ", ("s", "bold"), " yes, this session   "]
        keys += [("n", "bold"), " no   ", ("d", "bold"), " no, with a reason"]
        if self.hunks:
            keys += ["   ", ("v", "bold"), " hunk by hunk"]
        grant = f"\nthis turn, this session: {revealed(self._grant)}" if self._grant else ""
        reason = f"\nasks because: {revealed(self._reason[: self.LONGEST])}"
        yield Static(Content.assemble(*keys, reason, grant))

    def on_mount(self) -> None:
        """Let keys count once a person can have seen it, however long the terminal takes."""
        self.call_after_refresh(self._open)

    @property
    def offers_grant(self) -> bool:
        """Whether a yes beyond this call can be given."""
        return bool(self._grant)

    @property
    def is_open(self) -> bool:
        """Whether a key would answer now."""
        return not self._answered and self._clock() >= self._open_from

    @property
    def explaining(self) -> bool:
        """Whether the reason for a no is being written."""
        return self._field is not None

    def guard(self) -> None:
        """Ignore keys for a moment: the focus has just come here."""
        if self._open_from < inf:
            self._open()

    def answer(self, allowed: bool, scope: Scope = "once") -> None:
        """Answer, unless it is too soon, done, or further than is offered."""
        if self.is_open and (scope == "once" or self._grant):
            self._finish(allowed, scope)

    def explain(self) -> None:
        """Ask for the reason of a no."""
        if self.is_open and self._field is None:
            self._field = Reason(placeholder="why not? the model is told; enter sends, escape goes back")
            self.mount(self._field)
            self.add_class("-explaining")
            self._field.focus()

    def back(self) -> None:
        """Give no reason after all."""
        if self._field is not None:
            self._field.remove()
            self._field = None
            self.remove_class("-explaining")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The reason is written."""
        event.stop()
        if not self._answered:
            self._finish(False, "once", event.value.strip())

    def _open(self) -> None:
        self._open_from = self._clock() + self.GUARD

    def _finish(self, allowed: bool, scope: Scope, feedback: str = "") -> None:
        self._answered = True
        self.post_message(self.Answered(self.call, allowed, scope, feedback))


class Reason(Input):
    """Where the reason for a no is written."""

    def on_paste(self, event: events.Paste) -> None:
        """Keep all lines, on one. Textual inserts what is in the event after this."""
        event.text = safe_line(event.text)
