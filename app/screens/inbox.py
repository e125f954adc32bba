"""The inbox: every call that asks, exactly what it would do, and the keys that answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from app.screens.answer_form import AnswerForm
from app.screens.call_text import rows
from app.screens.chrome import sandbox_text
from app.screens.hunk_review import review
from app.screens.modes import mode_text
from app.screens.open_questions import STALE, OpenQuestion, OpenQuestions
from app.screens.question_facts import facts, line, offers
from app.session.answer import Answer
from widgets.bars import Bar, joined
from widgets.guard import Guard
from widgets.question import Place, Question
from widgets.question_detail import QuestionDetail
from widgets.question_list import QuestionList
from widgets.verbs import Offers, Scope, Verb, verb_rows

if TYPE_CHECKING:
    from app.session.session import Session

_EMPTY = "No call asks. What a call may not do by itself appears here, and waits for you."
_CHANGED = "The question has changed. Look at it again; nothing was sent."
_BACK = Verb("esc", "back")


class InboxScreen(Screen[None]):
    """The open questions at the left, one of them whole at the right.

    Args:
        questions: The questions.
        session: What they are about.
        at: The call to begin with; empty for the oldest.
        place: What of its question to open at once; then the screen closes with the answer, or without.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "inbox.tcss"
    AUTO_FOCUS = ""
    HELP = (
        "Every call that asks, oldest first, and exactly what it would do. t and s let what is offered for "
        "longer count as it stands there, until the turn or the session ends; T and S let you change it "
        "first. p always shows it first, for what it saves outlives the session. A key counts from a moment "
        "after a question has appeared, so none can answer the next one. A paste never answers."
    )
    NARROW = 110  # columns below which the list is above the question
    EACH = 0.1  # seconds between two looks at what is open
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
        self, questions: OpenQuestions, session: Session, *, at: str = "", place: Place | None = None
    ) -> None:
        super().__init__()
        self._questions = questions
        self._session = session
        self._at = at
        self._place = place
        self._guard = Guard(questions.clock)
        self._shown: OpenQuestion | None = None
        self._index = 0  # of the shown one, among all
        self._marked: set[int] = set()  # versions
        self._list = QuestionList(id="questions")
        self._detail = QuestionDetail(id="question")
        self._form = AnswerForm(questions, session)
        self._keys = Static(id="keys")
        self._said = Content("")

    def compose(self) -> ComposeResult:
        """A line, the list and what is looked at, the keys."""
        yield Bar(id="top")
        with Horizontal():
            yield self._list
            with Vertical():
                yield self._detail
                yield self._form
        yield Static(_EMPTY, id="empty", markup=False)
        yield self._keys

    def on_mount(self) -> None:
        """Show what is open, and go on with that."""
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

    def on_resize(self, event: events.Resize) -> None:
        """One column where there is no room for two."""
        self.set_class(event.size.width < self.NARROW, "-narrow")

    async def on_key(self, event: events.Key) -> None:
        """Act on keys in the order they were typed: on a slow line some come before the focus has moved."""
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

    def on_screen_resume(self) -> None:
        """Keys that were meant for the screen before answer nothing here."""
        self._guard.restart()

    @property
    def is_open(self) -> bool:
        """Whether a key would answer now."""
        return self._shown is not None and not self._form.is_open and self._guard.is_over

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
        if self.is_open and self._shown is not None:
            self._form.explain(self._shown)
            self._tell()

    def action_place(self, place: Place) -> None:
        """Look at something of the question before it is answered."""
        if self.is_open:
            self._open(place)

    def action_mark(self) -> None:
        """Mark the question, or not."""
        if self._shown is not None:
            self._marked ^= {self._shown.version}
            self._tell()

    def action_answer_marked(self, allowed: bool) -> None:
        """Answer all that are marked, as they were when that was done."""
        if not self._marked:
            self.notify("Nothing is marked; space marks a question.")
        elif self.is_open:
            for question in self._questions.all:
                if question.version in self._marked:
                    self._questions.answer(question.call, question.version, Answer(allowed))
            self._look()

    def action_go(self, step: int) -> None:
        """Look at another question."""
        questions = self._questions.all
        if questions:
            self._show(questions[max(0, min(self._index + step, len(questions) - 1))])
            self._look()

    def action_page(self, pages: int) -> None:
        """Read on."""
        self._detail.scroll_pages(pages)

    def action_rows(self, rows: int) -> None:
        """Read on by rows."""
        self._detail.scroll_rows(rows)

    def action_columns(self, steps: int) -> None:
        """Read what is beside."""
        self._detail.scroll_columns(steps * self.COLUMNS)

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

    def _answer(self, answer: Answer) -> None:
        if self.is_open and self._shown is not None:
            self._send(answer, self._shown.version)

    def _send(self, answer: Answer, version: int) -> None:
        """Answer what is shown, unless the call asks for something else than in this version by now."""
        shown = self._shown
        if shown is None:
            return
        if self._questions.answer(shown.call, version, answer):
            if self._place is not None:
                self.action_leave()
                return
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
                review(self.app, self._questions, self._shown, self._look)
            case "whole":
                self.toggle_class("-whole")
            case "edit":
                if not self._form.change_call(self._shown):
                    self.notify("It is too long to be changed here; d says what should be different.")
            case "turn" | "session" | "project":
                self._form.change_rules(self._shown, place)
        self._tell()

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
        self._index = max(0, min(self._index, len(questions) - 1))
        self._show(questions[self._index] if questions else None)
        self._tell()

    def _show(self, question: OpenQuestion | None) -> None:
        if question is self._shown:
            return
        self._guard.close()  # until it is painted
        self._shown = question
        if question is not None:
            asked = question.asked
            self._detail.show(rows(question.command, question.arguments), diff=asked.diff, plan=asked.plan)
            self.call_after_refresh(self._guard.start)
        self.refresh_bindings()

    def _tell(self) -> None:
        """Draw all that moves by itself, and what follows from what is open."""
        self.set_class(self._shown is None, "-empty")
        self.set_class(self._form.is_open, "-writing")
        self._detail.be_brief(self._form.is_editing)
        questions, shown = self._questions.all, self._shown
        count = f"{len(questions)} {'call asks' if len(questions) == 1 else 'calls ask'}"
        marks = f"{len(self._marked)} marked" if self._marked else ""
        state = joined(mode_text(self._session.mode), sandbox_text(self._session))
        self.query_one("#top", Bar).show(joined("approvals", count, marks), state)
        now, marked = self._questions.clock(), self._marked
        lines = [line(question, now, marked=question.version in marked) for question in questions]
        self._list.show(lines, shown.call if shown else "")
        if shown is not None:
            self._detail.tell(tuple(facts(shown, self._session.confinement)))
        keys = verb_rows(self._verbs(), self.size.width - 2)
        if not keys.is_same(self._said):
            self._said = keys
            self._keys.update(keys)

    def _verbs(self) -> list[Verb]:
        if self._form.is_open or self._shown is None:
            return [_BACK]
        both = [Verb("Y N", f"answer {len(self._marked)} marked")] if self._marked else []
        return [*self._offers.verbs(), Verb("space", "mark"), *both, _BACK]


_ABOUT_ONE = frozenset(
    {"answer", "answer_with_network", "place", "deny", "explain", "mark", "answer_marked", "go"}
)
