"""What a person writes before a question is answered: a reason, other rules, another call. One at a time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from app.approval.rule import RuleError, parse
from app.screens.call_edit import LONGEST, CallEdit, EditError
from app.screens.letting_run import let_run
from app.screens.open_questions import OpenQuestion, OpenQuestions
from app.session.answer import Answer
from app.trajectory.verb import verb
from widgets.call_editor import CallEditor
from widgets.guard import Guard
from widgets.question import Reason
from widgets.rule_editor import RuleEditor
from widgets.verbs import Scope

if TYPE_CHECKING:
    from app.session.session import Session

_UNTIL: dict[Scope, str] = {
    "turn": "this counts until the turn ends",
    "session": "this counts until the session ends",
    "project": "this is saved, and always counts in this project",
}


class AnswerForm(Vertical):
    """Has the focus while it is open, and is not seen otherwise.

    Args:
        questions: Keep what is written in a call's place, and not sent.
        session: Counts what rules would have matched.
    """

    DEFAULT_CSS = """
    AnswerForm {
        height: auto;
        &.-editing { height: 1fr; }
    }
    """

    @dataclass
    class Written(Message):
        """The person sends this answer to the question that they saw, by its version."""

        answer: Answer
        version: int

    class Left(Message):
        """The person goes back."""

    def __init__(self, questions: OpenQuestions, session: Session) -> None:
        super().__init__()
        self._questions = questions
        self._session = session
        self._reason = Reason()
        self._rules = RuleEditor(_wrong_with, self._count, self._together, Guard(questions.clock))
        self._editor = CallEditor()
        self._fields: tuple[Widget, ...] = (self._reason, self._rules, self._editor)
        self._question: OpenQuestion | None = None
        self._scope: Scope = "once"
        for field in self._fields:
            field.display = False

    def compose(self) -> ComposeResult:
        """All that can be written."""
        yield from self._fields

    @property
    def is_open(self) -> bool:
        """Whether something is being written."""
        return any(field.display for field in self._fields)

    @property
    def is_editing(self) -> bool:
        """Whether that is another call."""
        return self._editor.display

    def explain(self, question: OpenQuestion) -> None:
        """Let the person write the reason of a no."""
        self._reason.value = ""
        self._open(self._reason, question)
        self.screen.set_focus(self._reason)

    def change_rules(self, question: OpenQuestion, scope: Scope) -> None:
        """Let the person read and change the rules of a yes for longer."""
        self._scope = scope
        self._open(self._rules, question)
        self._rules.begin(_UNTIL[scope], question.asked.rules)

    def change_call(self, question: OpenQuestion) -> bool:
        """Let the person change the call, from where they left it; False if it is too long for that."""
        edit = CallEdit.of(question)
        if len(edit.text) > LONGEST:
            return False
        what = "the command" if edit.is_command else f"the arguments of {verb(question.request)}, as JSON"
        self._editor.begin(what, self._questions.drafts.get(question.call, edit.text))
        self._open(self._editor, question)
        self.screen.set_focus(self._editor)
        return True

    def type(self, text: str) -> None:
        """Take what was typed before the focus was here."""
        match self.screen.focused:
            case Input() as field:
                field.insert_text_at_cursor(text)
            case CallEditor() as editor:
                editor.insert(text)
            case _:
                pass

    def close(self) -> None:
        """Write no more. What was written in a call's place is kept as long as the call asks."""
        if self.is_editing and self._question is not None and self._questions.get(self._question.call):
            self._questions.drafts[self._question.call] = self._editor.text
        self._open(None, None)
        self.screen.set_focus(None)

    def renew(self, question: OpenQuestion) -> None:
        """The person was told that the question is another one now: what they send next is for that."""
        self._question = question

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The reason of a no is written."""
        event.stop()
        self._send(Answer(False, feedback=event.value.strip()))

    def on_rule_editor_confirmed(self, event: RuleEditor.Confirmed) -> None:
        """The rules of a yes for longer are as they should be."""
        event.stop()
        if self._question is not None:
            rules = None if event.rules == self._question.asked.rules else event.rules
            self._send(Answer(True, self._scope, rules=rules))

    def on_call_editor_run(self, event: CallEditor.Run) -> None:
        """The call is to run as it is written."""
        event.stop()
        if self._question is None:
            return
        try:
            arguments = CallEdit.of(self._question).read(event.text)
        except EditError as error:
            self._editor.refuse(str(error))
        else:
            self._send(Answer(True, arguments=arguments))

    def on_call_editor_left(self, event: CallEditor.Left) -> None:
        """Back to the question."""
        event.stop()
        self.post_message(self.Left())

    def _send(self, answer: Answer) -> None:
        if self._question is not None:
            self.post_message(self.Written(answer, self._question.version))

    def _open(self, field: Widget | None, question: OpenQuestion | None) -> None:
        self._question = question
        for each in self._fields:
            each.display = each is field
        self.set_class(field is self._editor, "-editing")

    async def _count(self, rule: str) -> str:
        matching = await asyncio.to_thread(self._session.matching, rule)
        calls = f"{matching.count:,} past {'call' if matching.count == 1 else 'calls'}"
        titles = f": {' · '.join(matching.titles)}" if matching.titles else ""
        return matching.error or f"would have matched {calls}{titles}"

    async def _together(self, rules: tuple[str, ...]) -> str:
        question = self._question
        if question is None or not rules or await asyncio.to_thread(let_run, rules, question):
            return ""
        return "This call would ask again: the yes is for it once, the rules are for others."


def _wrong_with(rule: str) -> str:
    try:
        parse(rule)
    except RuleError as error:
        return str(error)
    return ""
