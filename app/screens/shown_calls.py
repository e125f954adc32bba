"""The calls of a session, drawn: each a line in the conversation, and a pane as long as it is live."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from app.screens.call_text import label, rows
from app.screens.open_questions import OpenQuestions
from app.screens.question_facts import circumstances, offers
from app.screens.said import finish, note_of, status_of
from app.trajectory.events import (
    ApprovalAsked,
    ApprovalDecided,
    InputAwaited,
    OutputCut,
    ToolFinished,
    ToolRequested,
    ToolStarted,
)
from app.trajectory.verb import verb
from widgets.call_pane import CallPane
from widgets.conversation import Block, Conversation, ToolCallLine
from widgets.facts import WARNING
from widgets.pane_area import PaneArea
from widgets.status import CallStatus
from widgets.text_view import plain, revealed

if TYPE_CHECKING:
    from app.execution.sandbox.confinement import Confinement

CallEvent = (
    ToolRequested | ApprovalAsked | ApprovalDecided | ToolStarted | InputAwaited | OutputCut | ToolFinished
)


@dataclass(slots=True)
class _Call:
    """A call as far as it is drawn."""

    request: ToolRequested
    line: ToolCallLine
    due: float | None  # when its pane appears, if it has none yet
    marks: list[str] = field(default_factory=list)  # what is special about how it runs


class ShownCalls:
    """Applies the events of calls to the widgets that show them.

    Args:
        conversation: Gets a line for each call.
        panes: Gets a pane for each call that is not over in a moment.
        questions: Gets the calls that ask.
        confinement: The sandbox of commands; None while it is being chosen.
        clock: Seconds.

    Attributes:
        workspace: Real path of the workspace, once it is known.
        outputs: What each call that is over came to, by its line.
        waits: What has come to wait for the person, in a line, until somebody takes note of it.
    """

    PATIENCE = 0.2  # a call that is over sooner gets no pane: panes that flash help nobody

    def __init__(
        self,
        conversation: Conversation,
        panes: PaneArea,
        questions: OpenQuestions,
        confinement: Callable[[], Confinement | None],
        clock: Callable[[], float],
    ) -> None:
        self._conversation = conversation
        self._panes = panes
        self._questions = questions
        self._confinement = confinement
        self._clock = clock
        self._indexer = Indexer()
        self._calls: dict[str, _Call] = {}
        self._turn = 0
        self._begun: dict[int, str] = {}  # by turn: its first call
        self.workspace = ""
        self.outputs: MutableMapping[Block, ToolFinished] = WeakKeyDictionary()
        self.waits = ""

    def __len__(self) -> int:
        """How many are not over."""
        return len(self._calls)

    def first_of(self, turn: int) -> str:
        """The first call of a turn, in a few words; empty if it had none."""
        return self._begun.get(turn, "")

    def apply(self, event: CallEvent) -> None:
        """Draw what has become of a call."""
        match event:
            case ToolRequested():
                self._request(event)
            case ApprovalAsked():
                self._ask(self._calls[event.call], event)
            case ApprovalDecided():
                self._decide(self._calls[event.call], event)
            case ToolStarted():
                self._start(self._calls[event.call], event)
            case InputAwaited():
                self._await_input(self._calls[event.call], event.waits)
            case OutputCut():
                if (pane := self._panes.get(event.call)) is not None:
                    pane.remark(f"output cut: {event.reason}")
            case ToolFinished():
                self._finish(self._calls.pop(event.call), event)

    def tick(self) -> None:
        """Show what has become due: the pane of a call that takes its time, another with the next frame."""
        now = self._clock()
        due = (call for call in self._calls.values() if call.due is not None and call.due <= now)
        if (call := next(due, None)) is not None:
            self._show_pane(call)

    def _request(self, request: ToolRequested) -> None:
        if request.turn != self._turn:
            self._turn = request.turn
            self._begun[request.turn] = label(request)
            self._panes.clear_finished()
        line = ToolCallLine(verb(request), request.effects.title, CallStatus.WAITS)
        self._conversation.extend([line])
        self._calls[request.call] = _Call(request, line, self._clock() + self.PATIENCE)

    def _ask(self, call: _Call, asked: ApprovalAsked) -> None:
        question = self._questions.ask(call.request, asked, self.workspace)
        confinement = self._confinement()
        lines = [] if asked.diff or asked.plan else rows(question.command, question.arguments)
        for word, text in circumstances(question, confinement):
            lines += plain(f"{word.removeprefix(WARNING)} {revealed(text)}", "dim")
        self._show_pane(call).ask(
            lines,
            asked.reason,
            offers(question, confinement),
            version=question.version,
            diff=asked.diff,
            plan=asked.plan,
        )
        self._panes.count()
        self._update(call, CallStatus.ASKS, "asks")
        self.waits = f"{question.label} asks"

    def _decide(self, call: _Call, decided: ApprovalDecided) -> None:
        self._questions.close(decided.call)
        if (pane := self._panes.get(decided.call)) is not None and pane.status is CallStatus.ASKS:
            pane.wait("")
            self._panes.count()
            self._update(call, CallStatus.WAITS, "")
        if decided.arguments is not None and decided.effects is not None:
            call.request = replace(call.request, arguments=decided.arguments, effects=decided.effects)
            self._mark(call, "edited")
        if decided.network:
            self._mark(call, "with network")
        if decided.by == "headless" and not decided.allowed:
            self._update(call, CallStatus.DENIED, decided.reason)

    def _start(self, call: _Call, started: ToolStarted) -> None:
        if started.unconfined:
            self._mark(call, "outside the sandbox")
        self._update(call, CallStatus.RUNNING, "")
        if started.output:
            self._show_pane(call)
        if (pane := self._panes.get(started.call)) is not None:
            source = SpoolFile(Path(started.output), self._indexer) if started.output else None
            pane.run(source, terminal=started.terminal)
            self._panes.count()

    def _await_input(self, call: _Call, waits: bool) -> None:
        status = CallStatus.INPUT if waits else CallStatus.RUNNING
        self._update(call, status, "waits for input" if waits else "")
        if (pane := self._panes.get(call.request.call)) is not None:
            pane.await_input(waits)
            self._panes.count()
        if waits:
            self.waits = f"{label(call.request)} waits for input"

    def _finish(self, call: _Call, finished: ToolFinished) -> None:
        self._questions.close(finished.call)
        finish(call.line, finished, call.marks)
        self._conversation.touch(call.line)
        self.outputs[call.line] = finished
        if (pane := self._panes.get(finished.call)) is not None:
            lines = plain(finished.content, "dim")
            pane.finish(status_of(finished), finished.duration, note_of(finished), lines, finished.diff)
            self._panes.finished(pane)

    def _mark(self, call: _Call, mark: str) -> None:
        """Say what is special about how a call runs, wherever the call is shown."""
        if mark not in call.marks:
            call.marks.append(mark)
        call.line.update(title=call.request.effects.title)
        self._conversation.touch(call.line)
        self._show_marks(call)

    def _show_marks(self, call: _Call) -> None:
        pane = self._panes.get(call.request.call)
        if pane is not None and call.marks:
            pane.rename(call.request.effects.title, " · ".join(call.marks))

    def _update(self, call: _Call, status: CallStatus, detail: str) -> None:
        call.line.update(status, detail=" · ".join(filter(None, (*call.marks, detail))))
        self._conversation.touch(call.line)

    def _show_pane(self, call: _Call) -> CallPane:
        call.due = None
        request = call.request
        pane = self._panes.get(request.call)
        if pane is None:
            lines = rows(request.effects.command, request.arguments)
            number, title = self._panes.next_number(), request.effects.title
            pane = CallPane(request.call, number, verb(request), title, lines, self._clock)
            self._panes.add(pane)
            self._show_marks(call)
            if request.waits_for:
                pane.wait("waits for " + ", ".join(self._names(request.waits_for)))
        return pane

    def _names(self, calls: tuple[str, ...]) -> list[str]:
        """Numbers of panes, or titles of calls that have none."""
        names = []
        for identity in calls:
            if (pane := self._panes.get(identity)) is not None:
                names.append(str(pane.number))
            elif identity in self._calls:
                names.append(self._calls[identity].request.effects.title)
        return names or ["an earlier call"]
