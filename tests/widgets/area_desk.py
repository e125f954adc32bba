"""Panes of calls above an input."""

from __future__ import annotations

import re

from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from tests.widgets.terminal import Clock, Stage, settle
from widgets.call_pane import CallPane
from widgets.pane_area import PaneArea
from widgets.question import Question
from widgets.status import CallStatus
from widgets.text_view import plain
from widgets.verbs import Offers


class Desk(Stage[PaneArea]):
    """Panes above an input, and the answers they gave. The clock is set by hand."""

    def __init__(self) -> None:
        super().__init__(PaneArea())
        self.clock = Clock()
        self.answered: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.widget
        yield Input()

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_question_answered(self, event: Question.Answered) -> None:
        self.answered.append(event.call)

    def add(self, call: str) -> CallPane:
        """Show the pane of a new call."""
        lines = plain(f"$ {call}")
        pane = CallPane(call, self.widget.next_number(), "bash", call, lines, self.clock)
        self.widget.add(pane)
        return pane

    async def with_panes(self, pilot: Pilot[None], *calls: str) -> list[CallPane]:
        """Panes that are shown."""
        panes = [self.add(call) for call in calls]
        await settle(pilot)
        return panes

    def opens(self, pane: CallPane) -> bool:
        """Let time pass. True if a key would answer now."""
        self.clock.now += 1
        return pane.question is not None and pane.question.is_open

    def ask(self, pane: CallPane) -> None:
        """The call of a pane asks."""
        pane.ask(plain(f"$ {pane.call}"), "commands ask", Offers())
        self.widget.count()

    def finish(self, pane: CallPane, status: CallStatus = CallStatus.DONE) -> None:
        """The call of a pane is over."""
        pane.finish(status, 1.0, "", [])
        self.widget.finished(pane)

    @property
    def counts(self) -> str:
        """The line with the counts."""
        return self.rows[0].strip()

    @property
    def places(self) -> dict[str, tuple[int, int]]:
        """Where on the screen each pane begins that is shown: its column and row."""
        return {pane.call: pane.region.offset for pane in self.query(CallPane) if pane.region}

    @property
    def titles(self) -> list[str]:
        """Number and title of each pane that is in view, from the top."""
        return [match[1] for row in self.rows if (match := re.match(r"▌ (\d+ . bash  \S+)", row))]
