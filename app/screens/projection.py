"""The events of a session, drawn: into the conversation, the panes and what is going on now.

Nothing is shown that is not in the stream, so the same events always give the same screen.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson

from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from app.providers.contract import CallDelta, TextDelta, ThinkingDelta
from app.providers.retry import Discarded, Quiet
from app.screens.job_list import JobList
from app.session.stream import Item
from app.terminal.reveal import reveal
from app.terminal.text import safe_line
from app.trajectory import content, events
from app.trajectory.effects import Effects
from widgets.call_pane import CallPane
from widgets.conversation import (
    AssistantMessage,
    Block,
    Conversation,
    Notice,
    Thinking,
    ToolCallLine,
    UserMessage,
)
from widgets.pane_area import PaneArea
from widgets.status import CallStatus, duration, whole_seconds
from widgets.text_view import Role, Row, plain

_OVER = {
    "done": CallStatus.DONE,
    "failed": CallStatus.FAILED,
    "timeout": CallStatus.FAILED,
    "denied": CallStatus.DENIED,
    "interrupted": CallStatus.DENIED,
}


@dataclass(slots=True)
class _Call:
    """A call as far as it is drawn."""

    request: events.ToolRequested
    line: ToolCallLine
    due: float | None  # when its pane appears, if it has none yet


class Projection:
    """Applies events to the widgets of a session screen.

    Args:
        conversation: Gets a block for what is said and done.
        panes: Gets a pane for each call that is not over in a moment.
        clock: Seconds.
    """

    PATIENCE = 0.2  # a call that is over sooner gets no pane: panes that flash help nobody

    def __init__(
        self, conversation: Conversation, panes: PaneArea, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._conversation = conversation
        self._panes = panes
        self._clock = clock
        self._indexer = Indexer()
        self._calls: dict[str, _Call] = {}
        self._answer: AssistantMessage | None = None
        self._thinking: Thinking | None = None
        self._thinking_since = 0.0
        self._asked_at = 0.0
        self._retry_at = 0.0
        self._retry = ""
        self._doing = ""
        self._turn = 0
        self._begun: dict[int, str] = {}  # by turn: its first call
        self._workspace = ""
        self.jobs = JobList(clock)
        self.diffs: dict[str, str] = {}  # of calls that ask
        self.outputs: dict[Block, events.ToolFinished] = {}
        self.title = ""
        self.taken_back: list[str] = []  # what the person said, and the model no longer sees
        self.steers = 0
        self.running = False
        self.ended: events.TaskEnded | None = None

    def apply(self, item: Item) -> None:
        """Draw one item of the stream."""
        match item:
            case TextDelta(text=text):
                self._stream_text(text)
            case ThinkingDelta(text=text):
                self._stream_thinking(text)
            case CallDelta(name=name):
                self._doing = f"writing a call of {name}" if name else "writing a call"
            case Discarded(reason=reason):
                self._discard(reason)
            case Quiet(seconds=seconds):
                self._doing = f"no data for {seconds:.0f} s"
            case events.Record(event=event):
                self._apply_event(event)

    def tick(self) -> None:
        """Show what has become due: the pane of a call that takes its time, another with the next frame."""
        now = self._clock()
        due = (call for call in self._calls.values() if call.due is not None and call.due <= now)
        if (call := next(due, None)) is not None:
            self._show_pane(call)
        if self._thinking is not None:
            self._thinking.seconds = now - self._thinking_since
            self._conversation.touch(self._thinking)

    def label(self, call: str) -> str:
        """A call that is not over, in a few words."""
        return _label(self._calls[call].request)

    @property
    def activity(self) -> str:
        """What is going on, in a few words; empty when nothing is."""
        if not self.running:
            return ""
        now = self._clock()
        if self._retry_at > now:
            return f"{self._retry} in {self._retry_at - now:.0f} s"
        if self._calls:
            count = len(self._calls)
            return f"{count} {'calls' if count > 1 else 'call'}  {whole_seconds(now - self._asked_at)}"
        return f"{self._doing}  {whole_seconds(now - self._asked_at)}"

    def _apply_event(self, event: events.Event) -> None:
        match event:
            case events.SessionStarted(workspace=workspace):
                self._workspace = safe_line(workspace)
            case events.UserMessage(text=text, steer=True):
                self._add(UserMessage(text))
                self.steers += 1
            case events.UserMessage(text=text):
                self._add(UserMessage(text))
                self.title = text.strip().partition("\n")[0]
                self.running, self.ended = True, None
                self._asked_at, self._doing = self._clock(), "starting"
            case events.ModelRequest():
                self._asked_at, self._doing = self._clock(), "waiting for the model"
            case events.ModelRetry(attempt=attempt, attempts=of, delay=delay, reason=reason):
                self._add(Notice(f"{reason}; attempt {attempt} of {of} in {delay:.0f} s", "asks"))
                self._retry = f"attempt {attempt} of {of}"
                self._retry_at = self._clock() + delay
            case events.ModelResponse():
                self._respond(event)
            case events.ToolRequested():
                self._asked_at = self._asked_at if self._calls else self._clock()
                self._request(event)
            case events.ApprovalAsked():
                self._ask(event)
            case events.ApprovalDecided(call=call, allowed=False, reason=reason, by="headless"):
                self._update(call, CallStatus.DENIED, reason)
            case events.ToolStarted(call=call, output=output, terminal=terminal):
                self._start(call, output, terminal)
            case events.InputAwaited(call=call, waits=waits):
                self._await_input(call, waits)
            case events.OutputCut(call=call, reason=reason):
                if (pane := self._panes.get(call)) is not None:
                    pane.remark(f"output cut: {reason}")
            case events.JobStarted() | events.JobKept() | events.JobEnded():
                self.jobs.apply(event)
                if isinstance(event, events.JobEnded):
                    self._add(Notice(_ended(event), "dim" if event.exit_code == 0 else "asks"))
            case events.ToolFinished():
                self._finish(event)
            case events.ConversationRewound(turn=turn, text=text):
                self._add(Notice(_rewound(turn, self._begun.get(turn, "")), "asks"))
                if text:
                    self.taken_back.append(text)
            case events.Note(text=text, level=level):
                self._add(Notice(text, {"info": "dim", "warning": "asks", "error": "failed"}[level]))
            case events.TaskEnded():
                self._end(event)
            case _:
                pass

    def _add(self, block: Block) -> None:
        self._conversation.extend([block])

    def _stream_text(self, text: str) -> None:
        self._end_thinking()
        self._doing = "answering"
        if self._answer is None:
            self._answer = AssistantMessage(streaming=True)
            self._add(self._answer)
        self._conversation.append(self._answer, text)

    def _stream_thinking(self, text: str) -> None:
        self._doing = "thinking"
        if self._thinking is None:
            self._thinking, self._thinking_since = Thinking(streaming=True), self._clock()
            self._add(self._thinking)
        self._conversation.append(self._thinking, text)

    def _end_thinking(self) -> None:
        if self._thinking is not None:
            self._thinking.close(self._clock() - self._thinking_since)
            self._conversation.touch(self._thinking)
            self._thinking = None

    def _discard(self, reason: str) -> None:
        self._end_thinking()
        if self._answer is not None:
            self._answer.discard(reason)
            self._conversation.touch(self._answer)
            self._answer = None
        self._doing = f"asking again: {reason}"

    def _respond(self, event: events.ModelResponse) -> None:
        self._end_thinking()
        if self._answer is not None:
            self._answer.close()
            self._conversation.touch(self._answer)
        elif text := "\n\n".join(b.text for b in event.blocks if isinstance(b, content.Text)):
            self._add(AssistantMessage(text))
        self._answer = None

    def _request(self, event: events.ToolRequested) -> None:
        if event.turn != self._turn:
            self._turn = event.turn
            self._begun[event.turn] = _label(event)
            self._panes.clear_finished()
        line = ToolCallLine(_verb(event), event.effects.title, CallStatus.WAITS)
        self._add(line)
        due = self._clock() + self.PATIENCE
        self._calls[event.call] = _Call(event, line, due)

    def _ask(self, event: events.ApprovalAsked) -> None:
        call = self._calls[event.call]
        pane = self._show_pane(call)
        about = [] if event.diff else _lines(call.request)
        lines = [*about, *self._circumstances(call.request.effects)]
        self.diffs[event.call] = event.diff
        pane.ask(lines, event.reason, event.grant, hunks=bool(event.diff), diff=event.diff)
        self._panes.count()
        self._update(event.call, CallStatus.ASKS, "asks")

    def _await_input(self, identity: str, waits: bool) -> None:
        status = CallStatus.INPUT if waits else CallStatus.RUNNING
        self._update(identity, status, "waits for input" if waits else "")
        if (pane := self._panes.get(identity)) is not None:
            pane.await_input(waits)
            self._panes.count()

    def _start(self, identity: str, output: str, terminal: bool) -> None:
        call = self._calls[identity]
        self._update(identity, CallStatus.RUNNING, "")
        if output:
            self._show_pane(call)
        if (pane := self._panes.get(identity)) is not None:
            source = SpoolFile(Path(output), self._indexer) if output else None
            pane.run(source, terminal=terminal)
            self._panes.count()

    def _finish(self, event: events.ToolFinished) -> None:
        call = self._calls.pop(event.call)
        self.diffs.pop(event.call, None)
        status = _OVER[event.status]
        note = "" if event.status in ("done", "failed") else event.status
        call.line.update(
            status,
            detail=note or duration(event.duration),
            output=event.content,
            diff=event.diff,
        )
        self._conversation.touch(call.line)
        self.outputs[call.line] = event
        if (pane := self._panes.get(event.call)) is not None:
            pane.finish(status, event.duration, note, plain(event.content, "dim"), event.diff)
            self._panes.finished(pane)

    def _end(self, event: events.TaskEnded) -> None:
        self._end_thinking()
        if self._answer is not None:
            self._answer.close()
            self._conversation.touch(self._answer)
            self._answer = None
        self.running, self.ended = False, event
        self._retry_at = 0.0
        if event.outcome == "interrupted":
            self._add(Notice("interrupted", "asks"))
        elif event.error:
            self._add(Notice(event.error, "failed"))

    def _circumstances(self, effects: Effects) -> list[Row]:
        """Where a call would run, and what of earlier calls it would see."""
        where = f"in {safe_line(effects.cwd) or self._workspace}"
        lines = plain(where + (", on a terminal" if effects.terminal else ""), "dim")
        if effects.variables:
            names = ", ".join(effects.variables)
            lines += plain(f"with variables that earlier calls have set: {reveal(names)}", "dim")
        return lines

    def _update(self, identity: str, status: CallStatus, detail: str) -> None:
        line = self._calls[identity].line
        line.update(status, detail=detail)
        self._conversation.touch(line)

    def _show_pane(self, call: _Call) -> CallPane:
        call.due = None
        request = call.request
        pane = self._panes.get(request.call)
        if pane is None:
            number = self._panes.next_number()
            pane = CallPane(
                request.call,
                number,
                _verb(request),
                request.effects.title,
                _lines(request),
                self._clock,
            )
            self._panes.add(pane)
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


def _ended(event: events.JobEnded) -> str:
    how = f"exit code {event.exit_code}" if event.exit_code >= 0 else f"signal {-event.exit_code}"
    return f"{event.job} ended after {duration(event.duration)}: {how}"


def _rewound(turn: int, first: str) -> str:
    which = f"turn {turn}, which began with `{first}`" if first else f"turn {turn}"
    return f"back to before {which}: the model no longer sees it, nor what came after it"


def _label(request: events.ToolRequested) -> str:
    title = safe_line(request.effects.title)
    return f"{_verb(request)} {title if len(title) <= 40 else title[:39] + '…'}"


def _verb(request: events.ToolRequested) -> str:
    """What a call does, in a word."""
    if request.name != "str_replace_based_edit_tool":
        return request.name
    command = str(request.arguments.get("command", "edit"))
    return "edit" if command == "str_replace" else command.removesuffix("_edit")


def _lines(request: events.ToolRequested) -> list[tuple[str, Role]]:
    """What a call does, whole: its command with anything invisible written out, or its arguments."""
    if request.effects.command:
        return plain(reveal(request.effects.command), "strong")
    lines: list[tuple[str, Role]] = []
    for name, value in request.arguments.items():
        text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
        lines += plain(f"{name}: {reveal(text)}", "dim")
    return lines
