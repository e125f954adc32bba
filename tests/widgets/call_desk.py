"""The pane of a call above an input."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from tests.widgets.terminal import Clock, Stage, settle
from widgets.call_pane import CallPane
from widgets.copied import Copied
from widgets.question import Question
from widgets.text_view import plain


class Desk(Stage[CallPane]):
    """A pane above an input, and what came from it. The clock is set by hand."""

    def __init__(self, title: str = "make test", tool: str = "bash") -> None:
        self.clock = Clock()
        super().__init__(CallPane("call-1", 3, tool, title, plain(f"$ {title}"), self.clock))
        self.messages: list[object] = []

    def compose(self) -> ComposeResult:
        yield self.widget
        yield Input()

    def on_question_answered(self, event: Question.Answered) -> None:
        self.messages.append(event)

    def on_copied(self, event: Copied) -> None:
        self.messages.append(event)

    def on_call_pane_cancelled(self, event: CallPane.Cancelled) -> None:
        self.messages.append(event.call)

    def on_call_pane_zoomed(self, event: CallPane.Zoomed) -> None:
        self.messages.append(event.pane)

    @property
    def shown(self) -> list[str]:
        """The rows of the pane that are not blank, without its left border."""
        rows = [row.removeprefix("▌").strip() for row in self.rows[: self.widget.size.height]]
        return [" ".join(row.split()) for row in rows if row]

    def opens(self) -> bool:
        """Let time pass. True if a key would answer now."""
        self.clock.now += 1
        return self.widget.question is not None and self.widget.question.is_open

    async def focus_pane(self, pilot: Pilot[None]) -> None:
        """Give the pane the focus."""
        self.widget.focus_body()
        await settle(pilot)
