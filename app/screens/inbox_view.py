"""The inbox as it looks: the list, the question that is looked at, and the lines around them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from app.screens.call_text import rows
from app.screens.chrome import sandbox_text
from app.screens.modes import mode_text
from app.screens.open_questions import OpenQuestion
from app.screens.question_facts import facts, line
from widgets.bars import Bar, joined
from widgets.question_detail import QuestionDetail
from widgets.question_list import QuestionList
from widgets.verbs import Verb, verb_rows

if TYPE_CHECKING:
    from app.session.session import Session

_EMPTY = "No call asks. What a call may not do by itself appears here, and waits for you."
_DONE = "No call asks any more: back in a moment."


class InboxView(Vertical):
    """The open questions at the left, one of them whole at the right. Takes no keys.

    Args:
        session: What they are about.
        form: Where an answer is written.

    Attributes:
        detail: The question that is looked at.
    """

    NARROW = 110  # columns below which the list is above the question

    def __init__(self, session: Session, form: Widget) -> None:
        super().__init__()
        self.detail = QuestionDetail(id="question")
        self._session = session
        self._form = form
        self._top = Bar(id="top")
        self._list = QuestionList(id="questions")
        self._empty = Static(_EMPTY, id="empty", markup=False)
        self._keys = Static(id="keys")
        self._said = Content("")

    def compose(self) -> ComposeResult:
        """A line, the list and what is looked at, the keys."""
        yield self._top
        with Horizontal():
            yield self._list
            with Vertical():
                yield self.detail
                yield self._form
        yield self._empty
        yield self._keys

    def on_resize(self, event: events.Resize) -> None:
        """One column where there is no room for two."""
        self.set_class(event.size.width < self.NARROW, "-narrow")

    def show(self, question: OpenQuestion) -> None:
        """Look at another question."""
        asked = question.asked
        self.detail.show(rows(question.command, question.arguments), diff=asked.diff, plan=asked.plan)

    def tell(
        self,
        questions: Sequence[OpenQuestion],
        shown: OpenQuestion | None,
        marked: Collection[int],
        now: float,
        *,
        leaves: bool,
    ) -> None:
        """Draw all that moves by itself.

        Args:
            questions: All that are open.
            shown: The one that is looked at.
            marked: Versions of those that are answered together.
            now: Seconds, by the clock of the questions.
            leaves: The person need not do anything to go back.
        """
        self.set_class(shown is None, "-empty")
        count = f"{len(questions) or 'no'} {'calls ask' if len(questions) > 1 else 'call asks'}"
        marks = f"{len(marked)} marked" if marked else ""
        state = joined(mode_text(self._session.mode), sandbox_text(self._session))
        self._top.show(joined("approvals", count, marks), state)
        lines = [line(question, now, marked=question.version in marked) for question in questions]
        self._list.show(lines, shown.call if shown else "")
        if shown is not None:
            self.detail.tell(tuple(facts(shown, self._session.confinement)))
        else:
            self._empty.update(_DONE if leaves else _EMPTY)

    def tell_keys(self, verbs: Iterable[Verb]) -> None:
        """Say which keys count now."""
        keys = verb_rows(verbs, self.size.width - 2)
        if not keys.is_same(self._said):
            self._said = keys
            self._keys.update(keys)
