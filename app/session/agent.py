"""The agent loop: ask the model, run the calls it asks for, until it stops asking."""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from app.providers.catalog import cost
from app.providers.contract import (
    CallDelta,
    Failure,
    Provider,
    ProviderError,
    Request,
    Response,
    StopReason,
    TextDelta,
    ThinkingDelta,
)
from app.providers.retry import Discarded, Quiet, Retrying, RetryPolicy, stream_with_retries
from app.session.calls import Calls
from app.session.history import History
from app.session.stream import EventStream
from app.settings.schema import ModelSettings
from app.tools.registry import Registry
from app.trajectory.content import Block, Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    Event,
    ModelRequest,
    ModelResponse,
    ModelRetry,
    Note,
    Outcome,
    TaskEnded,
    UserMessage,
)
from app.trajectory.recording.recorder import RecordingError

_DEEPEST = 64  # levels
_ODD = re.compile(r"[^A-Za-z0-9_-]")


class Agent:
    """Carries out tasks, one at a time. What it knows of the conversation is folded from the event stream.

    Args:
        provider: The model.
        model: Its full name, as `provider/model`.
        settings: Limits of a task and of a request; others may take their place.
        registry: The tools.
        calls: Runs them.
        stream: Takes every event.
        system: Makes the system prompt, when first needed.
        keep: Waits until all events so far are kept.
        trouble: Why events cannot be kept now; empty if they can.
    """

    def __init__(
        self,
        provider: Provider,
        model: str,
        settings: ModelSettings,
        *,
        registry: Registry,
        calls: Calls,
        stream: EventStream,
        system: Callable[[], Awaitable[str]],
        keep: Callable[[], Awaitable[None]],
        trouble: Callable[[], str],
    ) -> None:
        self._provider = provider
        self._model = model
        self.settings = settings
        self._registry = registry
        self._calls = calls
        self._stream = stream
        self._system = system
        self._keep = keep
        self._trouble = trouble
        self._history = History()
        self._steers: deque[str] = deque()
        self._used: set[str] = set()  # ids of calls
        self._turn = 0
        stream.fold(self._history.apply)
        stream.fold(self._go_on)

    def _go_on(self, event: Event) -> None:
        """Number on from what has happened, in an earlier run of the session, too."""
        match event:
            case ModelRequest(turn=turn):
                self._turn = max(self._turn, turn)
            case ModelResponse(blocks=blocks):
                self._used.update(block.id for block in blocks if isinstance(block, ToolCall))
            case _:
                pass

    def steer(self, text: str) -> None:
        """Say something to the model with the next request."""
        self._steers.append(text)

    def rewind(self, turn: int) -> None:
        """Take a turn and all that came after it from what the model sees. Not while a task runs."""
        if (rewound := self._history.rewound(turn)) is not None:
            self._stream.emit(rewound)

    async def run(self, text: str) -> Outcome:
        """Carry out a task. Cancelling this interrupts it; the conversation stays one that can go on."""
        first = self._turn
        error = ""
        self._stream.emit(UserMessage(text))
        self._calls.begin_task()
        try:
            outcome = await self._run_turns()
        except asyncio.CancelledError:
            outcome = "interrupted"
        except (ProviderError, RecordingError) as failure:
            outcome, error = "failed", str(failure)
        except Exception as failure:  # an error of ours ends the task, not the session
            outcome, error = "failed", f"{type(failure).__name__}: {failure}"
        if self._steers:
            self._stream.emit(Note("what you said to the task came too late for it", "warning"))
        while self._steers:  # part of the conversation all the same
            self._stream.emit(UserMessage(self._steers.popleft(), steer=True))
        self._stream.emit(TaskEnded(outcome, self._turn - first, error))
        return outcome

    async def _run_turns(self) -> Outcome:
        last = self._turn + self.settings.max_turns
        await self._keep()
        while True:
            if self._turn == last:
                self._stream.emit(Note(f"stopped after {self.settings.max_turns} turns", "warning"))
                return "max_turns"
            self._turn += 1
            while self._steers:
                self._stream.emit(UserMessage(self._steers.popleft(), steer=True))
            response = await self._ask()
            calls = [block for block in response.blocks if isinstance(block, ToolCall)]
            if calls:
                if await self._calls.run(self._turn, calls) and not self._steers:
                    return "done"
            elif response.stop is StopReason.REFUSAL:
                raise ProviderError("the model refused to answer; say it differently", Failure.REQUEST)
            elif not self._steers:
                if response.stop is StopReason.LENGTH:
                    self._stream.emit(
                        Note("the answer was cut at model.max_tokens; say `go on` for the rest", "warning")
                    )
                return "done"

    async def _ask(self) -> Response:
        """One answer of the model, recorded whole. Nothing is asked that cannot be recorded."""
        if trouble := self._trouble():
            raise RecordingError(trouble)
        schemas = self._registry.schemas()
        request = Request(
            model=self._model.partition("/")[2],
            system=await self._system(),
            messages=self._history.messages(),
            tools=schemas,
            max_tokens=self.settings.max_tokens,
            thinking_tokens=self.settings.thinking_tokens,
        )
        self._stream.emit(ModelRequest(self._turn, self._model, len(request.messages), len(schemas)))
        answer = _Answer()
        policy = RetryPolicy(attempts=self.settings.attempts, idle_timeout=self.settings.idle_timeout)
        try:
            async for item in stream_with_retries(self._provider, request, policy):
                match item:
                    case Response():
                        answer.response = replace(item, blocks=self._with_own_ids(item.blocks))
                    case Retrying(attempt=attempt, of=attempts, delay=delay, reason=reason):
                        answer.attempts = attempt
                        self._stream.emit(ModelRetry(self._turn, attempt, attempts, delay, reason))
                    case Discarded():
                        answer.text.clear()
                        self._stream.show(item)
                    case Quiet():
                        self._stream.show(item)
                    case TextDelta(text=text):
                        answer.begin()
                        answer.text.append(text)
                        self._stream.show(item)
                    case ThinkingDelta() | CallDelta():
                        answer.begin()
                        self._stream.show(item)
        except asyncio.CancelledError:
            if text := "".join(answer.text):
                self._record(answer, (Text(text),), "interrupted", Usage())
            raise
        response = answer.response
        assert response is not None, "a stream ends in a response or raises"
        self._record(answer, response.blocks, response.stop.value, response.usage)
        return response

    def _record(self, answer: _Answer, blocks: tuple[Block, ...], stop: str, usage: Usage) -> None:
        duration = time.monotonic() - answer.asked
        first = None if answer.began is None else round(answer.began - answer.asked, 6)
        self._stream.emit(
            ModelResponse(
                self._turn,
                self._model,
                blocks,
                stop,
                usage,
                cost(usage, self._model),
                first,
                round(duration, 6),
                answer.attempts,
            )
        )

    def _with_own_ids(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        """The blocks, each call with an id that no other call of the session has."""
        result: list[Block] = []
        for block in blocks:
            match block:
                case ToolCall(id=given):
                    own = base = _ODD.sub("_", given)[:64] or "call"
                    number = 1
                    while own in self._used:
                        number += 1
                        own = f"{base}-{number}"
                    self._used.add(own)
                    deep = _is_deep(block.arguments)
                    arguments = {} if deep else block.arguments
                    invalid = "(arguments nested too deep)" if deep else block.invalid
                    result.append(replace(block, id=own, arguments=arguments, invalid=invalid))
                case Text(text="") | Thinking(text="", signature="", redacted=""):
                    pass
                case Text() | Thinking():
                    result.append(block)
        return tuple(result)


def _is_deep(value: object) -> bool:
    """Whether a value is nested deeper than any tool needs, and than JSON libraries take."""
    level: list[object] = [value]
    for _ in range(_DEEPEST):
        inner: list[object] = []
        for item in level:
            if isinstance(item, Mapping):
                inner += item.values()
            elif isinstance(item, list):
                inner += item
        if not inner:
            return False
        level = inner
    return True


class _Answer:
    """An answer on its way."""

    def __init__(self) -> None:
        self.asked = time.monotonic()
        self.began: float | None = None
        self.attempts = 1
        self.text: list[str] = []
        self.response: Response | None = None

    def begin(self) -> None:
        """Note when the first token came."""
        if self.began is None:
            self.began = time.monotonic()
