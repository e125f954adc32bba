"""The middle of the session screen: the conversation at the left, the live calls at the right."""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget

from app.screens.clipboard import copy
from app.screens.held_keys import HeldKeys
from app.screens.open_questions import STALE, OpenQuestion, OpenQuestions
from app.screens.output import OutputScreen
from app.screens.pager import open_pager
from app.screens.projection import Projection
from app.session.answer import Answer
from app.trajectory.events import TaskEnded
from widgets.bars import SEPARATOR
from widgets.call_body import CallBody
from widgets.call_pane import CallPane
from widgets.conversation import Absent, Conversation
from widgets.copied import Copied
from widgets.ends_work import EndsWork
from widgets.guard import Guard
from widgets.output_pane import OutputPane
from widgets.pane_area import PaneArea
from widgets.question import Place, Question
from widgets.verbs import verb_text

if TYPE_CHECKING:
    from app.screens.replayed import ReplayedRun
    from app.session.session import Session
    from app.session.stream import Item

_PLACES: dict[str, Place] = {"p": "project", "T": "turn", "S": "session", "e": "edit", "v": "whole"}


class WorkArea(EndsWork, Horizontal):
    """Draws a session, and carries to it what the person does to its calls.

    It is made once the session is there: what it needs loads after the first frame.

    Args:
        session: The session, or a run that is shown again.
        clock: Seconds.

    Attributes:
        questions: The calls that ask.
        held_keys: Those that come just after an answer.
    """

    def __init__(self, session: Session | ReplayedRun, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(id="work")
        self._session = session
        self._conversation = Conversation(id="conversation")
        self._panes = PaneArea(id="panes")
        self.questions = OpenQuestions(session.decide, clock)
        self.held_keys = HeldKeys(clock)
        self._projection = Projection(
            self._conversation,
            self._panes,
            self.questions,
            session.records,
            lambda: session.confinement,
            clock,
        )
        self._projection.pages.begin_after(session.begins)
        self._items: deque[Item] = deque()  # not drawn yet
        self._answering: OpenQuestion | None = None

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
        return len(self.questions.all)

    @property
    def has_calls(self) -> bool:
        """Whether any pane is shown."""
        return bool(self._panes.panes)

    def tick(self) -> TaskEnded | None:
        """Draw what has come since the last frame.

        Returns:
            The end of a task, if it came.
        """
        self.held_keys.look()
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
    def answering(self) -> Content:
        """The question that the next key answers, and the keys that do."""
        question = self._answering
        pane = self._panes.get(question.call) if question is not None else None
        if question is None or pane is None or pane.question is None:
            return Content("")
        verbs = verb_text(pane.question.offers.verbs())
        return Content.assemble(f"{pane.number} {question.label}", SEPARATOR, verbs)

    @property
    def _oldest(self) -> CallPane | None:
        return next((self._panes.get(question.call) for question in self.questions.all), None)

    def show_focused_pane(self) -> None:
        """Keep the pane that has the focus in view, whatever has become of the others."""
        if (pane := self._panes.focused) is not None:
            self._panes.show(pane)

    def show_oldest_question(self) -> None:
        """Scroll to the call that has asked longest."""
        if (pane := self._oldest) is not None:
            self._panes.show(pane)

    def guard_questions(self) -> None:
        """Let no question be answered for a moment."""
        for pane in self._panes.asking():
            if pane.question is not None:
                pane.question.guard()

    def begin_answer(self) -> None:
        """The next key answers the question that has been open longest: show which one that is."""
        self._answering = next(iter(self.questions.all), None)
        if (pane := self._oldest) is not None:
            self._panes.show(pane)
            pane.add_class("-answering")

    def answer_by(self, key: str) -> None:
        """Answer that question by a key; any other key does nothing."""
        answering, self._answering = self._answering, None
        for each in self._panes.panes:
            each.remove_class("-answering")
        if answering is None:
            return
        pane = self._panes.get(answering.call)
        question = pane.question if pane is not None else None
        if question is None or self.questions.get(answering.call) is not answering:
            self.notify(STALE)  # the key was not meant for another one
            return
        match key:
            case "y" | "n":
                question.answer(key == "y")
            case "t" | "s":
                question.answer(True, "turn" if key == "t" else "session")
            case "w":
                question.answer(True, network=True)
            case "d":
                question.explain()
            case _ if place := _PLACES.get(key):
                question.want(place)

    def on_question_answered(self, event: Question.Answered) -> None:
        """A call has its answer."""
        event.stop()
        answer = Answer(event.allowed, event.scope, event.feedback, network=event.network)
        if not self.questions.answer(event.call, event.version, answer):
            self.notify(STALE)
        self._leave_question(event.call)

    def on_question_wanted(self, event: Question.Wanted) -> None:
        """Show more of a question; what is answered there, is answered."""
        event.stop()
        question = self.questions.get(event.call)
        if question is None:
            self.notify(STALE)
        elif event.place == "whole" and question.asked.diff:
            from app.screens.hunk_review import review  # with what draws diffs: only when one is looked at

            review(self.app, self.questions, question, partial(self._leave_question, event.call))
        else:
            self.open_inbox(event.call, event.place)

    def open_inbox(self, at: str = "", place: Place | None = None) -> None:
        """Show all questions.

        Args:
            at: The call to begin with; empty for the oldest.
            place: What of its question to open at once.
        """
        from app.screens.inbox import InboxScreen
        from app.screens.replayed import ReplayedRun

        if isinstance(self._session, ReplayedRun):
            self.notify("This is a replay: what was answered then comes by itself.")
            return
        closing = partial(self._leave_inbox, at)
        inbox = InboxScreen(self.questions, self._session, at=at, place=place, closing=closing)
        self.app.push_screen(inbox, lambda _: self._leave_question(at))

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
        if (finished := self._projection.finished(event.call)) is not None:
            self.app.push_screen(OutputScreen.of_call(event.call.copy().partition("\n")[0], finished))

    def on_conversation_wanted(self, event: Conversation.Wanted) -> None:
        """Read what is looked at and not in memory."""
        event.stop()
        self.run_worker(self._read(event.absent, event.at), group="pages")

    async def _read(self, absent: Absent, at: float) -> None:
        pages = self._projection.pages
        pages.show(absent, await asyncio.to_thread(pages.read, absent, at))

    def on_copied(self, event: Copied) -> None:
        """Put it on the clipboard, and say so."""
        event.stop()
        copy(self.app, event.text, os.environ)
        self.notify(event.note, markup=False)

    def on_output_pane_opened(self, event: OutputPane.Opened) -> None:
        """Show an output in the person's pager."""
        event.stop()
        open_pager(self.app, event.source.read, os.environ)

    def _leave_question(self, call: str) -> None:
        """From the pane of a call that is answered, go on to the next that asks, or to the composer."""
        pane = self._panes.focused
        if pane is None or pane.call != call or self.questions.get(call) is not None:
            return
        if (oldest := self._oldest) is not None:
            oldest.focus_body()
            if oldest.question is not None:
                oldest.question.guard(answered=True)
        else:
            composer = self.screen.query_one("#composer", Widget)
            self.held_keys.begin(self.screen, composer, Guard.AFTER_ANSWER)

    def _leave_inbox(self, at: str) -> None:
        """From the inbox, which closes by an answer, go on to where the focus was or is needed."""
        self._leave_question(at)
        if not self.held_keys.is_on:
            self.held_keys.begin(self.screen, self.screen.focused, Guard.SECONDS)
