"""The inbox: every call that asks, exactly what it would do, and the keys that answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from app.screens.answer_form import AnswerForm
from app.screens.hunk_review import review
from app.screens.inbox_view import InboxView
from app.screens.left_cleanly import LeftCleanly
from app.screens.open_questions import STALE, OpenQuestion, OpenQuestions
from app.screens.question_facts import offers
from app.session.answer import Answer
from widgets.guard import Guard
from widgets.question import Place, Question
from widgets.question_list import QuestionList
from widgets.verbs import Offers, Scope, Verb

if TYPE_CHECKING:
    from app.session.session import Session

_CHANGED = "The question has changed. Look at it again; nothing was sent."
_BACK = Verb("esc", "back")


class InboxScreen(LeftCleanly, Screen[None]):
    """Answers the open questions. It closes by itself once the person has answered the last of them here.

    Args:
        questions: The questions.
        session: What they are about.
        at: The call to begin with; empty for the oldest.
        place: What of its question to open at once; then the screen closes with the answer, or without.
        closing: Called just before it closes by an answer: the next key may still be meant for it.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "inbox.tcss"
    AUTO_FOCUS = ""
    HELP = (
        "Every call that asks, oldest first, and exactly what it would do. t and s let what is offered for "
        "longer count as it stands there, until the turn or the session ends; T and S let you change it "
        "first. p always shows it first, for what it saves outlives the session. A key counts from a moment "
        "after a question has appeared, so none can answer the next one. A paste never answers. "
        "After the last answer you are back where you were."
    )
    EACH = 0.1  # seconds between two looks at what is open
    LINGER = 0.4  # seconds without a key before it closes by itself; a call may ask again, a key be held down
    COLUMNS = 8  # by which a key goes sideways
    BINDINGS: ClassVar[list[BindingType]] = [
        *Question.KEYS,
        Binding("down,j", "go(1)", "Next question", id="inbox.next"),
        Binding("up,k", "go(-1)", "Question before", id="inbox.previous"),
        Binding("space", "mark", "Mark the question, or not", id="inbox.mark"),
        Binding("Y", "answer_marked(True)", "Yes to all that are marked", id="inbox.allow_marked"),
        Binding("N", "answer_marked(False)", "No to all that are marked", id="inbox.deny_marked"),
        Binding("pagedown", "page(1)", "Read on", id="inbox.page_down"),
        Binding("pageup", "page(-1)", "Read back", id="inbox.page_up"),
        Binding("shift+down", "rows(1)", "Down by a row", id="inbox.row_down"),
        Binding("shift+up", "rows(-1)", "Up by a row", id="inbox.row_up"),
        Binding("right", "columns(1)", "To the right", id="inbox.right"),
        Binding("left", "columns(-1)", "To the left", id="inbox.left"),
        Binding("f2,q", "leave", "Back to where you were", id="inbox.leave"),
    ]

    def __init__(
        self,
        questions: OpenQuestions,
        session: Session,
        *,
        at: str = "",
        place: Place | None = None,
        closing: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__()
        self._questions = questions
        self._session = session
        self._at = at
        self._place = place
        self._before_closing = closing
        self._guard = Guard(questions.clock)
        self._shown: OpenQuestion | None = None
        self._index = 0  # of the shown one, among all
        self._marked: set[int] = set()  # versions
        self._form = AnswerForm(questions, session)
        self._view = InboxView(session, self._form)
        self._was_empty = True  # when it was opened: then the person waits for what is to come
        self._leaves = False  # as soon as no call asks any more
        self._last_key = 0.0

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self._view

    def on_mount(self) -> None:
        """Show what is open, and go on with that."""
        self._was_empty = not self._questions.all
        self._look()
        self.set_interval(self.EACH, self._look)
        self.watch(self.app, "app_focus", self._guard.restart, init=False)
        if self._place is None:
            return
        if self._shown is not None and self._shown.call == self._at:
            self._open(self._place)
        else:
            self.notify(STALE)
            self.call_later(self.dismiss)

    async def on_key(self, event: events.Key) -> None:
        """Act on keys in the order they were typed: on a slow line some come before the focus has moved."""
        self._last_key = self._questions.clock()
        if self._form.is_open:
            if event.is_printable and event.character is not None:
                event.stop()
                self._form.type(event.character)
            return
        active = self.active_bindings.get(event.key)
        if active is not None and active.enabled and active.node is self:
            event.stop()
            event.prevent_default()
            await self.app.run_action(active.binding.action, self)

    def on_paste(self) -> None:
        """It answers nothing, nor do keys that come right behind it."""
        self._guard.restart()

    def on_screen_resume(self) -> None:
        """Keys that were meant for the screen before answer nothing here."""
        self._last_key = self._questions.clock()
        self._guard.restart()

    @property
    def is_open(self) -> bool:
        """Whether a key would answer now."""
        shown = self._shown
        asks = shown is not None and self._questions.get(shown.call) is shown
        return asks and not self._form.is_open and self._guard.is_over

    @property
    def _offers(self) -> Offers:
        assert self._shown is not None
        return offers(self._shown, self._session.confinement)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered; while something is written, only to go back."""
        if self._form.is_open and action not in ("back", "leave"):
            return False
        if self._shown is None:
            return action not in _ABOUT_ONE
        return self._offers.include(action, parameters) and super().check_action(action, parameters)

    def action_answer(self, scope: Scope) -> None:
        """Yes."""
        self._answer(Answer(True, scope))

    def action_answer_with_network(self) -> None:
        """Yes, and it may reach other machines."""
        self._answer(Answer(True, network=True))

    def action_deny(self) -> None:
        """No."""
        self._answer(Answer(False))

    def action_explain(self) -> None:
        """No, once it is said why."""
        if (question := self._take_key()) is not None:
            self._form.explain(question)
            self._tell()

    def action_place(self, place: Place) -> None:
        """Look at something of the question before it is answered."""
        if self._take_key() is not None:
            self._open(place)

    def action_mark(self) -> None:
        """Mark the question, or not."""
        if self._shown is not None:
            self._marked ^= {self._shown.version}
            self._tell()

    def action_answer_marked(self, allowed: bool) -> None:
        """Answer all that are marked, as they were when that was done."""
        if self._take_key() is None:
            return
        if not self._marked:
            self.notify("Nothing is marked; space marks a question.")
            return
        for question in self._questions.all:
            if question.version in self._marked:
                self._questions.answer(question.call, question.version, Answer(allowed))
        self._have_answered()
        self._look()

    def action_go(self, step: int) -> None:
        """Look at another question."""
        questions = self._questions.all
        if questions:
            self._show(questions[max(0, min(self._index + step, len(questions) - 1))])
            self._look()

    def action_page(self, pages: int) -> None:
        """Read on."""
        self._view.detail.scroll_pages(pages)

    def action_rows(self, rows: int) -> None:
        """Read on by rows."""
        self._view.detail.scroll_rows(rows)

    def action_columns(self, steps: int) -> None:
        """Read what is beside."""
        self._view.detail.scroll_columns(steps * self.COLUMNS)

    def action_back(self) -> None:
        """From what is written to the questions, and from there to where the person was."""
        if self._form.is_open and self._place is None:
            self._close_form()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Back to where the person was; what is written in a call's place is kept."""
        self._form.close()
        self.dismiss()

    def on_question_list_chosen(self, event: QuestionList.Chosen) -> None:
        """Look at another question."""
        event.stop()
        if not self._form.is_open:
            self._show(self._questions.get(event.call) or self._shown)
        self._look()

    def on_answer_form_written(self, event: AnswerForm.Written) -> None:
        """The answer is written."""
        event.stop()
        self._send(event.answer, event.version)

    def on_answer_form_left(self, event: AnswerForm.Left) -> None:
        """No answer after all."""
        event.stop()
        self.action_back()

    def _take_key(self) -> OpenQuestion | None:
        """The question that a key is about, which has just come; None if it does not count."""
        return self._shown if not self._form.is_open and self._guard.take() else None

    def _answer(self, answer: Answer) -> None:
        if (question := self._take_key()) is not None:
            self._send(answer, question.version)

    def _send(self, answer: Answer, version: int) -> None:
        """Answer what is shown, unless the call asks for something else than in this version by now."""
        shown = self._shown
        if shown is None:
            return
        if self._questions.answer(shown.call, version, answer):
            if self._place is not None:
                self._leave_by_answer()
                return
            self._have_answered()
            self._close_form()
        else:
            now = self._questions.get(shown.call)
            self.notify(_CHANGED if now is not None else STALE)
            if now is not None:
                self._form.renew(now)
        self._look()

    def _open(self, place: Place) -> None:
        assert self._shown is not None
        match place:
            case "whole" if self._shown.asked.diff:
                review(self.app, self._questions, self._shown, partial(self._reviewed, self._shown))
            case "whole":
                self._view.toggle_class("-whole")
            case "edit":
                if not self._form.change_call(self._shown):
                    self.notify("It is too long to be changed here; d says what should be different.")
            case "turn" | "session" | "project":
                self._form.change_rules(self._shown, place)
        self._tell()

    def _reviewed(self, question: OpenQuestion) -> None:
        if self._questions.get(question.call) is not question:
            self._have_answered()
        self._look()

    def _have_answered(self) -> None:
        """What else is open may go with this answer: then, too, it was the last."""
        self._guard.answered()
        self._leaves = not self._was_empty

    def _leave_by_answer(self) -> None:
        self._form.close()
        self._before_closing()
        self.dismiss()

    def _close_form(self) -> None:
        if self._form.is_open:
            self._form.close()
            self._guard.restart()
            self._tell()

    def _look(self) -> None:
        """Show what is open by now. What is looked at stays, as long as it asks."""
        questions = self._questions.all
        self._marked &= {question.version for question in questions}
        calls = [question.call for question in questions]
        shown = self._shown.call if self._shown is not None else self._at
        if shown in calls:
            self._index = calls.index(shown)
        elif self._form.is_open:
            self.notify(STALE)
            self._close_form()
            self._leaves = False  # the person is still writing
        self._index = max(0, min(self._index, len(questions) - 1))
        self._show(questions[self._index] if questions else None)
        self._tell()
        is_quiet = self._questions.clock() >= self._last_key + self.LINGER
        if self._leaves and not questions and is_quiet and self.is_active:
            self._leave_by_answer()

    def _show(self, question: OpenQuestion | None) -> None:
        if question is self._shown:
            return
        self._guard.close()  # until it is painted
        self._shown = question
        if question is not None:
            self._view.show(question)
            self.call_after_refresh(self._guard.start)
        self.refresh_bindings()

    def _tell(self) -> None:
        """Draw all that moves by itself, and what follows from what is open."""
        self._view.set_class(self._form.is_open, "-writing")
        self._view.detail.be_brief(self._form.is_editing)
        now = self._questions.clock()
        self._view.tell(self._questions.all, self._shown, self._marked, now, leaves=self._leaves)
        self._view.tell_keys(self._verbs())

    def _verbs(self) -> list[Verb]:
        if self._form.is_open or self._shown is None:
            return [_BACK]
        both = [Verb("Y N", f"answer {len(self._marked)} marked")] if self._marked else []
        return [*self._offers.verbs(), Verb("space", "mark"), *both, _BACK]


_ABOUT_ONE = frozenset(
    {"answer", "answer_with_network", "place", "deny", "explain", "mark", "answer_marked", "go"}
)
