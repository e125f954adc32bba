"""A call asks: what for, and which keys answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from widgets.guard import Guard
from widgets.line_field import LineField
from widgets.text_view import revealed
from widgets.verbs import Offers, Scope, Verb, verb_line

Place = Literal["whole", "edit", "turn", "session", "project"]
"""What of a question is looked at, with more room: all of it, its editor, the rules of a yes for longer."""

_MORE = Verb("f2", "more")


class Question(Vertical):
    """Shown in the pane of a call that asks. It answers at most once, and never by a paste: that is no key.

    Args:
        call: Id of the call; the answer names it.
        reason: Why it asks.
        offers: What can be answered. A yes for longer that cannot be read here can only be given where there
            is more room.
        clock: Seconds, for the guard.
        version: Which question of the call it is; the answer names that, too.
    """

    LONGEST = 1000  # characters of a reason, or of what a yes for longer would allow
    DEFAULT_CSS = """
    Question {
        height: auto; max-height: 60%; overflow-y: auto; scrollbar-size-vertical: 1;
        & Static { width: 1fr; height: auto; padding: 0 1; color: $text-muted; }
        &.-explaining Static { display: none; }
    }
    """
    KEYS: ClassVar[list[BindingType]] = [
        Binding("y", "answer('once')", "Yes", id="approval.once"),
        Binding("t", "answer('turn')", "Yes, this turn", id="approval.turn"),
        Binding("s", "answer('session')", "Yes, this session", id="approval.session"),
        Binding("p", "place('project')", "Yes, in this project; look at the rule", id="approval.project"),
        Binding("T", "place('turn')", "Yes, this turn; look at the rule", id="approval.turn_rule"),
        Binding("S", "place('session')", "Yes, this session; look at the rule", id="approval.session_rule"),
        Binding("w", "answer_with_network", "Yes, with network", id="approval.network"),
        Binding("n", "deny", "No", id="approval.deny"),
        Binding("d", "explain", "No, with a reason", id="approval.explain"),
        Binding("e", "place('edit')", "Edit it before it runs", id="approval.edit"),
        Binding("v", "place('whole')", "All of it; an edit hunk by hunk", id="approval.whole"),
        Binding("escape", "back", "Back, without an answer", id="approval.back"),
    ]  # fmt: skip

    @dataclass
    class Answered(Message):
        """The person answered a call."""

        call: str
        version: int
        allowed: bool
        scope: Scope = "once"
        feedback: str = ""
        network: bool = False

    @dataclass
    class Wanted(Message):
        """The person wants more room for a call's question."""

        call: str
        version: int
        place: Place

    def __init__(
        self,
        call: str,
        reason: str,
        offers: Offers,
        clock: Callable[[], float] = time.monotonic,
        *,
        version: int = 0,
    ) -> None:
        super().__init__()
        self.call = call
        self.offers = offers if sum(map(len, offers.wider)) <= self.LONGEST else replace(offers, wider=())
        self._reason = reason
        self._version = version
        self._guard = Guard(clock)
        self._answered = False
        self._keys = Static()
        self._field: Reason | None = None

    def compose(self) -> ComposeResult:
        """The keys, first because nothing may push them out of view; why it asks; what a wider yes covers."""
        yield self._keys
        about = [f"asks because: {revealed(self._reason[: self.LONGEST])}"]
        if self.offers.wider:
            about.append(f"for longer: {' · '.join(map(revealed, self.offers.wider))}")
        yield Static(Content("\n".join(about)))

    def on_mount(self) -> None:
        """Let keys count once a person can have seen it."""
        self.call_after_refresh(self._guard.start)

    def on_resize(self) -> None:
        """Name as many keys as there is room for."""
        width = self.scrollable_content_region.width - 2  # of the padding
        self._keys.update(verb_line(self.offers.verbs(), width, _MORE))

    @property
    def is_open(self) -> bool:
        """Whether a key would answer now."""
        return not self._answered and self._guard.is_over

    @property
    def explaining(self) -> bool:
        """Whether the reason for a no is being written."""
        return self._field is not None

    def guard(self, *, answered: bool = False) -> None:
        """Ignore keys for a moment: the focus has just come here.

        Args:
            answered: It has come by a key that has answered another question.
        """
        self._guard.restart()
        if answered:
            self._guard.answered()

    def answer(self, allowed: bool, scope: Scope = "once", *, network: bool = False) -> None:
        """Answer, unless it is too soon, done, or further than is offered."""
        is_offered = self.offers.include("answer", (scope,)) and (self.offers.network or not network)
        if is_offered and self._takes_key():
            self._finish(allowed, scope, network=network)

    def want(self, place: Place) -> None:
        """Ask for more room, unless it is too soon or done."""
        if self._takes_key():
            self.post_message(self.Wanted(self.call, self._version, place))

    def explain(self) -> None:
        """Ask for the reason of a no."""
        if self._field is None and self._takes_key():
            self._field = Reason()
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
            self._finish(False, feedback=event.value.strip())

    def _takes_key(self) -> bool:
        return not self._answered and self._guard.take()

    def _finish(
        self, allowed: bool, scope: Scope = "once", feedback: str = "", *, network: bool = False
    ) -> None:
        self._answered = True
        self.post_message(self.Answered(self.call, self._version, allowed, scope, feedback, network))


class Reason(LineField):
    """Where the reason for a no is written."""

    def __init__(self) -> None:
        super().__init__(placeholder="why not? the model is told; enter sends, escape goes back")
