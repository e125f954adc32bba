"""The middle of the session screen: the conversation at the left, the live calls at the right."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from app.screens.clipboard import copy
from app.screens.output import OutputScreen
from app.screens.pager import open_pager
from app.screens.projection import Projection
from app.session.approvals import Answer
from app.trajectory.events import TaskEnded
from widgets.call_body import CallBody
from widgets.call_pane import CallPane
from widgets.conversation import Conversation
from widgets.copied import Copied
from widgets.output_pane import OutputPane
from widgets.pane_area import PaneArea
from widgets.question import Question, Scope

if TYPE_CHECKING:
    from app.session.session import Session
    from app.session.stream import Item

_SCOPES: dict[str, Scope] = {"y": "once", "t": "turn", "s": "session"}


class WorkArea(Horizontal):
    """Draws a session, and carries to it what the person does to its calls.

    It is made once the session is there: what it needs loads after the first frame.

    Args:
        session: The session.
        clock: Seconds.
    """

    def __init__(self, session: Session, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(id="work")
        self._session = session
        self._conversation = Conversation(id="conversation")
        self._panes = PaneArea(id="panes")
        self._projection = Projection(self._conversation, self._panes, clock)
        self._items: deque[Item] = deque()  # not drawn yet

    def compose(self) -> ComposeResult:
        """Side by side; the style sheet puts them one above the other where there is little room."""
        yield self._conversation
        yield self._panes

    @property
    def projection(self) -> Projection:
        """What is drawn: the task, whether it runs, what is going on."""
        return self._projection

    @property
    def is_in_panes(self) -> bool:
        """Whether a pane has the focus."""
        return self._panes.has_focus_within

    @property
    def asking(self) -> int:
        """How many calls ask."""
        return len(self._panes.asking())

    @property
    def has_calls(self) -> bool:
        """Whether any pane is shown."""
        return bool(self._panes.panes)

    def tick(self) -> TaskEnded | None:
        """Draw what has come since the last frame.

        Returns:
            The end of a task, if it came.
        """
        self._items.extend(self._session.events.take())
        asking = self.asking
        with self.app.batch_update():
            panes = self._panes.opened
            while (
                self._items and self._panes.opened == panes
            ):  # a pane is dear: one a frame, or keys would wait
                self._projection.apply(self._items.popleft())
            if self._panes.opened == panes:
                self._projection.tick()
        if self.is_in_panes:
            self.show_focused_pane()
        elif self.asking > asking:
            self.call_after_refresh(self.show_oldest_question)
        ended, self._projection.ended = self._projection.ended, None
        return ended

    def defer(self) -> None:
        """The person types: frames of the stream may wait a moment."""
        self._conversation.defer()
        self._panes.defer()

    def focus_question(self) -> bool:
        """Go to the call that asks; False if the focus was in the panes already, or none asks."""
        return not self.is_in_panes and bool(self.asking) and self._panes.focus_pane()

    def focus_panes(self) -> bool:
        """Go to the panes; False if the focus was there already, or there are none."""
        return not self.is_in_panes and self._panes.focus_pane()

    def focus_conversation(self) -> bool:
        """Go to the conversation; False if the focus was there already."""
        if self._conversation.has_focus:
            return False
        self.screen.set_focus(self._conversation)
        return True

    @property
    def focused_part(self) -> str:
        """What has the focus: a kind of pane, the conversation, or nothing here."""
        if (pane := self._panes.focused) is not None:
            return pane.part
        return "conversation" if self._conversation.has_focus else ""

    @property
    def oldest_question(self) -> str:
        """The call that has asked longest, in a few words; empty if none asks."""
        asking = self._panes.asking()
        return f"{asking[0].number} {self._projection.label(asking[0].call)}" if asking else ""

    def show_focused_pane(self) -> None:
        """Keep the pane that has the focus in view, whatever has become of the others."""
        if (pane := self._panes.focused) is not None:
            self._panes.show(pane)

    def show_oldest_question(self) -> None:
        """Scroll to the call that has asked longest."""
        for pane in self._panes.asking()[:1]:
            self._panes.show(pane)

    def mark_oldest_question(self, marked: bool) -> None:
        """Show, or no longer, which call the next key answers."""
        for pane in self._panes.panes:
            pane.set_class(marked and pane in self._panes.asking()[:1], "-answering")

    def guard_questions(self) -> None:
        """Let no question be answered for a moment."""
        for pane in self._panes.asking():
            if pane.question is not None:
                pane.question.guard()

    def answer_by(self, key: str) -> None:
        """Answer the oldest question by a key; any other key does nothing."""
        asking = self._panes.asking()
        question = asking[0].question if asking else None
        if question is None:
            return
        if key in _SCOPES and (key == "y" or question.offers_grant):
            question.answer(True, _SCOPES[key])
        elif key == "n":
            question.answer(False)
        elif key == "d":
            question.explain()

    def on_question_answered(self, event: Question.Answered) -> None:
        """A call has its answer."""
        event.stop()
        self._answer(event.call, Answer(event.allowed, event.scope, event.feedback))

    def on_call_pane_reviewed(self, event: CallPane.Reviewed) -> None:
        """Show what the call would change, whole; what is decided there is the answer."""
        event.stop()
        from app.screens.hunk_review import (
            HunkReviewScreen,
        )  # with what draws diffs: only when one is looked at

        title, diff = self._projection.label(event.call), self._projection.diffs[event.call]

        def decide(answer: Answer | None) -> None:
            if answer is not None and self._projection.diffs.get(event.call) == diff:
                self._answer(event.call, answer)
            elif answer is not None:
                self.notify("The call no longer asks for this; nothing was decided.")

        self.app.push_screen(HunkReviewScreen(title, diff), decide)

    def on_call_pane_cancelled(self, event: CallPane.Cancelled) -> None:
        """A call is to end."""
        event.stop()
        self._session.cancel(event.call)

    def on_call_body_to_background(self, event: CallBody.ToBackground) -> None:
        """A call's command goes on, and its call is answered."""
        event.stop()
        self._session.to_background(event.call)

    def on_call_body_to_terminal(self, event: CallBody.ToTerminal) -> None:
        """A call's command begins again."""
        event.stop()
        self._session.to_terminal(event.call)

    def on_call_body_typed(self, event: CallBody.Typed) -> None:
        """Keys for a process; frames of the stream wait a moment while the person types."""
        event.stop()
        if event.by_person:
            self.defer()
        self._session.type(event.call, event.data, by_person=event.by_person)

    def on_call_body_resized(self, event: CallBody.Resized) -> None:
        """The terminal of a process has another size."""
        event.stop()
        self._session.resize_terminal(event.call, event.columns, event.rows)

    def on_conversation_opened(self, event: Conversation.Opened) -> None:
        """Show the whole output of a call."""
        event.stop()
        if (finished := self._projection.outputs.get(event.call)) is not None:
            self.app.push_screen(OutputScreen.of_call(event.call.copy().partition("\n")[0], finished))

    def on_copied(self, event: Copied) -> None:
        """Put it on the clipboard, and say so."""
        event.stop()
        copy(self.app, event.text, os.environ)
        self.notify(event.note, markup=False)

    def on_output_pane_opened(self, event: OutputPane.Opened) -> None:
        """Show an output in the person's pager."""
        event.stop()
        open_pager(self.app, event.source.read, os.environ)

    def _answer(self, call: str, answer: Answer) -> None:
        self._session.decide(call, answer)
        if self.is_in_panes and not self._focus_next_question(call):
            self.screen.set_focus(self.screen.query_one("#composer", Widget))

    def _focus_next_question(self, answered: str) -> bool:
        for pane in self._panes.asking():
            if pane.call != answered:
                pane.focus_body()
                return True
        return False
