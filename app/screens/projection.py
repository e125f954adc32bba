"""The events of a session, drawn: into the conversation, the panes and what is going on now.

Nothing is shown that is not in the stream, so the same events always give the same screen.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.providers.contract import CallDelta, TextDelta, ThinkingDelta
from app.providers.retry import Discarded, Quiet
from app.screens.job_list import JobList
from app.screens.open_questions import OpenQuestions
from app.screens.pages import Pages, Records
from app.screens.said import said
from app.screens.shown_calls import CallEvent, ShownCalls
from app.session.stream import Item
from app.trajectory import events
from widgets.conversation import AssistantMessage, Block, Conversation, Thinking
from widgets.pane_area import PaneArea
from widgets.status import whole_seconds

if TYPE_CHECKING:
    from app.execution.sandbox.confinement import Confinement


class Projection:
    """Applies events to the widgets of a session screen.

    Args:
        conversation: Gets a block for what is said and done.
        panes: Gets a pane for each call that is not over in a moment.
        questions: Gets the calls that ask.
        records: All of the session: what is not in memory is read when it is looked at.
        confinement: The sandbox of commands; None while it is being chosen.
        clock: Seconds.
    """

    def __init__(
        self,
        conversation: Conversation,
        panes: PaneArea,
        questions: OpenQuestions,
        records: Records,
        confinement: Callable[[], Confinement | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._conversation = conversation
        self._clock = clock
        self._calls = ShownCalls(conversation, panes, questions, confinement, clock)
        self.pages = Pages(conversation, records, self._calls.outputs)
        self._answer: AssistantMessage | None = None
        self._thinking: Thinking | None = None
        self._thinking_since = 0.0
        self._asked_at = 0.0
        self._retry_at = 0.0
        self._retry = ""
        self._doing = ""
        self._waits = ""
        self.jobs = JobList(clock)
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
            case events.Record() as record:
                self.pages.note(record)
                self._apply_event(record.event)

    def tick(self) -> None:
        """Show what has become due: the pane of a call that takes its time, another with the next frame."""
        self._calls.tick()
        if self._thinking is not None:
            self._thinking.seconds = self._clock() - self._thinking_since
            self._conversation.touch(self._thinking)

    def take_waits(self) -> str:
        """What has come to wait for the person since this was last asked, in a line; empty if nothing has."""
        waits, self._waits, self._calls.waits = self._calls.waits or self._waits, "", ""
        return waits

    def finished(self, line: Block) -> events.ToolFinished | None:
        """What the call of a line in the conversation came to, if it is over."""
        return self._calls.outputs.get(line)

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
        if isinstance(event, CallEvent):
            self._asked_at = self._asked_at if self._calls else self._clock()
            self._calls.apply(event)
            return
        match event:
            case events.SessionStarted(workspace=workspace) | events.SessionResumed(workspace=workspace):
                self._calls.workspace = workspace
                self._say(event)
            case events.UserMessage(steer=True):
                self._say(event)
                self.steers += 1
            case events.UserMessage(text=text):
                self._say(event)
                self.title = text.strip().partition("\n")[0]
                self.running, self.ended = True, None
                self._asked_at, self._doing = self._clock(), "starting"
            case events.ModelRequest():
                self._asked_at, self._doing = self._clock(), "waiting for the model"
            case events.ModelRetry(attempt=attempt, attempts=of, delay=delay):
                self._say(event)
                self._retry = f"attempt {attempt} of {of}"
                self._retry_at = self._clock() + delay
            case events.ModelResponse():
                self._respond(event)
            case events.JobStarted() | events.JobKept() | events.JobEnded():
                self.jobs.apply(event)
                self._say(event)
            case events.ConversationRewound(turn=turn, text=text):
                self._say(event, self._calls.first_of(turn))
                if text:
                    self.taken_back.append(text)
            case events.TaskEnded():
                self._end(event)
            case _:
                self._say(event)

    def _say(self, event: events.Event, first: str = "") -> None:
        if (block := said(event, first)) is not None:
            self._add(block)

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
        else:
            self._say(event)
        self._answer = None

    def _end(self, event: events.TaskEnded) -> None:
        self._end_thinking()
        if self._answer is not None:
            self._answer.close()
            self._conversation.touch(self._answer)
            self._answer = None
        self.running, self.ended = False, event
        self._waits = f"{event.outcome}: {self.title}"
        self._retry_at = 0.0
        self._say(event)
