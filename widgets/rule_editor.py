"""The rules that a yes for longer lets count, to be read and changed before they do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from widgets.ends_work import EndsWork
from widgets.guard import Guard
from widgets.line_field import LineField
from widgets.text_view import revealed


class RuleEditor(EndsWork, Vertical):
    """A line for each rule, and below it what is wrong with it, or what it would have matched.

    Enter lets them count, unless it comes too soon to have read them. An empty line is no rule.

    Args:
        check: What is wrong with a rule, in one line; empty if nothing is. Must be quick.
        count: What a rule would have matched, in one line.
        together: What is to be known of all the rules together, in one line; empty if nothing is.
        guard: Says when enter counts.
        id: The widget's id.
    """

    MOST = 5
    DEBOUNCE = 0.15  # seconds without a key, after which it is counted
    DEFAULT_CSS = """
    RuleEditor {
        height: auto; max-height: 16; overflow-y: auto; scrollbar-size-vertical: 1; padding: 0 1;
        border: round $border; border-title-color: $text-muted; border-subtitle-color: $text-muted;
        & > Static { height: auto; color: $text-warning; }
    }
    """

    @dataclass
    class Confirmed(Message):
        """These rules are to count."""

        rules: tuple[str, ...]

    def __init__(
        self,
        check: Callable[[str], str],
        count: Callable[[str], Awaitable[str]],
        together: Callable[[tuple[str, ...]], Awaitable[str]],
        guard: Guard,
        *,
        id: str | None = None,  # noqa: A002  # Textual's name
    ) -> None:
        super().__init__(id=id)
        self._guard = guard
        self._together = together
        self._warning = Static()
        self._lines = [RuleLine(check, count) for _ in range(self.MOST)]
        self.border_subtitle = Content("enter confirms · escape goes back, and answers nothing")

    def compose(self) -> ComposeResult:
        """The lines; those that are not needed are not shown."""
        yield from self._lines
        yield self._warning

    def begin(self, title: str, rules: Sequence[str]) -> None:
        """Let rules be changed.

        Args:
            title: What becomes of them, in a few words.
            rules: At most `MOST`.
        """
        self._guard.close()
        self.border_title = Content(title)
        self._warn("")
        for index, line in enumerate(self._lines):
            line.display = index < len(rules)
            line.begin(rules[index] if line.display else "")
        self.screen.set_focus(self._lines[0].field)
        self.call_after_refresh(self._guard.start)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Let them count, if all of them are rules."""
        event.stop()
        written = [line for line in self._lines if line.rule]
        wrong = [line for line in written if line.look()]
        if not self._guard.take():
            return
        if wrong:
            self.screen.set_focus(wrong[0].field)
        elif not written:
            self._lines[0].tell("no rule is left; escape, then y, says yes to this call only", wrong=True)
        else:
            self.post_message(self.Confirmed(self._rules))

    def on_rule_line_settled(self, event: RuleLine.Settled) -> None:
        """Nobody types any more: look at all the rules together."""
        event.stop()
        self._look(self._rules)

    @property
    def _rules(self) -> tuple[str, ...]:
        return tuple(line.rule for line in self._lines if line.rule)

    @work(exclusive=True)
    async def _look(self, rules: tuple[str, ...]) -> None:
        said = await self._together(rules)
        if rules == self._rules:
            self._warn(said)

    def _warn(self, text: str) -> None:
        self._warning.display = bool(text)
        self._warning.update(Content(revealed(text)))


class RuleLine(EndsWork, Vertical):
    """One rule.

    Args:
        check: As of `RuleEditor`.
        count: As of `RuleEditor`.
    """

    DEFAULT_CSS = """
    RuleLine {
        height: auto;
        & Static { height: auto; color: $text-muted; padding: 0 0 0 2; }
        & Static.-wrong { color: $text-error; }
    }
    """

    class Settled(Message):
        """The rule has not been changed for a moment."""

    def __init__(self, check: Callable[[str], str], count: Callable[[str], Awaitable[str]]) -> None:
        super().__init__()
        self.field = LineField(compact=True)
        self._check = check
        self._count = count
        self._note = Static()
        self._waiting: Timer | None = None

    def compose(self) -> ComposeResult:
        """The rule, and what is to be said of it."""
        yield self.field
        yield self._note

    @property
    def rule(self) -> str:
        """What is written."""
        return self.field.value.strip()

    def begin(self, rule: str) -> None:
        """Let a rule be changed."""
        self.field.value = rule
        self.field.cursor_position = len(rule)

    def look(self) -> str:
        """Say what is wrong with it, and return that; empty if nothing is."""
        wrong = self._check(self.rule) if self.rule else ""
        if wrong or not self.rule:
            self.tell(wrong, wrong=True)
        return wrong

    def tell(self, text: str, *, wrong: bool = False) -> None:
        """Say something of the rule."""
        self._note.set_class(wrong, "-wrong")
        self._note.update(Content(revealed(text)))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong at once, and what it would have matched once nobody types."""
        event.stop()
        if self._waiting is not None:
            self._waiting.stop()
        if not self.look():
            self._waiting = self.set_timer(RuleEditor.DEBOUNCE, self._settle)

    def _settle(self) -> None:
        self.post_message(self.Settled())
        if self.rule:
            self._count_now(self.rule)

    @work(exclusive=True)
    async def _count_now(self, rule: str) -> None:
        said = await self._count(rule)
        if rule == self.rule:
            self.tell(said)
