"""A model that plays a scenario: for trying things out, demonstrations and tests, without a server."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from app.providers.assembly import settled, unique_id, used_ids
from app.providers.contract import (
    CallDelta,
    Delta,
    Failure,
    ProviderError,
    Request,
    Response,
    StopReason,
    TextDelta,
    ThinkingDelta,
)
from app.providers.errors import one_line
from app.providers.scenario import (
    CallStep,
    Fault,
    FaultStep,
    Scenario,
    ScenarioTurn,
    Step,
    TextStep,
    ThinkingStep,
)
from app.trajectory.content import Block, Message, Text, Thinking, ToolCall, ToolTurn, Usage, UserTurn

_TOKEN = re.compile(r"\s*\S{1,12}|\s+")
_LINE = "The quick brown fox jumps over the lazy dog. "
_LONG_DELTA = 64


@dataclass(slots=True)
class _Answer:
    """What of a turn has been said so far."""

    used: set[str]
    blocks: list[Block] = field(default_factory=list)
    calls: int = 0


class ScriptedProvider:
    """Plays a scenario: turn n answers the n-th request that succeeds.

    A fault strikes once; when asked again, its turn plays as if it were not there.

    Args:
        scenario: What to say.
        sleep: Waits.
        clock: Seconds, to keep the rate.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._turns = scenario.turns
        self._sleep = sleep
        self._clock = clock
        self._answered = 0
        self._struck: set[tuple[int, int]] = set()  # faults that have been: turn, step

    async def warm(self) -> None:
        """There is nothing to prepare."""

    async def stream(self, request: Request) -> AsyncGenerator[Delta | Response]:
        """Play the next turn; see `Provider.stream`."""
        turn = self._turn(request.messages)
        number = self._answered
        answer = _Answer(used_ids(request.messages))
        for index, step in enumerate(turn.steps):
            if isinstance(step, FaultStep) and (number, index) in self._struck:
                continue
            start = self._clock()
            for due, delta in _deltas(step, answer.calls):
                if due:
                    await self._sleep(max(0.0, start + due - self._clock()))
                yield delta
            match step:
                case TextStep(text=text):
                    answer.blocks.append(Text(text))
                case ThinkingStep(text=text):
                    answer.blocks.append(Thinking(text))
                case CallStep(name=name, arguments=arguments):
                    answer.calls += 1
                    identity = unique_id(f"call_{number + 1}_{answer.calls}", answer.used)
                    answer.blocks.append(ToolCall(identity, name, arguments))
                case FaultStep(fault=Fault.LONG_TEXT, characters=characters):
                    answer.blocks.append(Text(_long_text(characters)))
                case FaultStep():
                    self._struck.add((number, index))
                    if step.fault is Fault.STALL:
                        await self._sleep(step.seconds)
                    raise _failure(step)
        self._answered = number + 1
        usage = Usage(**turn.usage.model_dump())
        blocks = tuple(answer.blocks)
        yield Response(blocks, settled(StopReason.END, blocks), usage, "scripted")

    async def aclose(self) -> None:
        """There is nothing to close."""

    def _turn(self, messages: Sequence[Message]) -> ScenarioTurn:
        if self._answered >= len(self._turns):
            raise ProviderError(f"the scenario has no turn {self._answered + 1}: it is over", Failure.REQUEST)
        turn = self._turns[self._answered]
        said = _said_last(messages)
        if turn.expect not in said:
            raise ProviderError(
                f"turn {self._answered + 1} of the scenario expects {one_line(repr(turn.expect))} "
                f"in what was said last, which was {one_line(repr(said))}",
                Failure.REQUEST,
            )
        return turn


def _deltas(step: Step, calls: int) -> Iterator[tuple[float, Delta]]:
    """What a step streams, each piece with the seconds after which it is due.

    Args:
        step: The step.
        calls: How many calls came before it.
    """
    match step:
        case TextStep(text=text, rate=rate):
            yield from ((due, TextDelta(piece)) for due, piece in _paced(text, rate))
        case ThinkingStep(text=text, rate=rate):
            yield from ((due, ThinkingDelta(piece)) for due, piece in _paced(text, rate))
        case CallStep(name=name, arguments=arguments, rate=rate):
            yield 0.0, CallDelta(calls, name, "")
            for due, piece in _paced(json.dumps(arguments), rate):
                yield due, CallDelta(calls, "", piece)
        case FaultStep(fault=Fault.LONG_TEXT, characters=characters):
            text = _long_text(characters)
            for start in range(0, characters, _LONG_DELTA):
                yield 0.0, TextDelta(text[start : start + _LONG_DELTA])
        case FaultStep(fault=Fault.CUT_ARGUMENTS):
            yield 0.0, CallDelta(calls, "bash", '{"command": "ec')
        case FaultStep():
            pass


def _paced(text: str, rate: float) -> Iterator[tuple[float, str]]:
    """The text in tokens, each with the seconds after which it is due; all of it at once without a rate."""
    if not rate:
        yield 0.0, text
        return
    for count, token in enumerate(_TOKEN.findall(text), 1):
        yield count / rate, token


def _long_text(characters: int) -> str:
    return (_LINE * (characters // len(_LINE) + 1))[:characters]


def _said_last(messages: Sequence[Message]) -> str:
    """The results and messages since the model's last answer."""
    said: list[str] = []
    for message in reversed(messages):
        match message:
            case UserTurn(text):
                said.append(text)
            case ToolTurn(results):
                said.append("\n".join(result.content for result in results))
            case _:
                break
    return "\n".join(reversed(said))


def _failure(step: FaultStep) -> ProviderError:
    match step.fault:
        case Fault.RATE_LIMITED:
            message = "the scripted model is busy (HTTP 429): rate limited"
            return ProviderError(message, Failure.BUSY, retry_after=step.retry_after, status=429)
        case Fault.OVERLOADED:
            return ProviderError(
                "the scripted model is busy (HTTP 529): overloaded", Failure.BUSY, status=529
            )
        case Fault.SERVER_ERROR:
            return ProviderError("the scripted model failed (HTTP 500)", Failure.BUSY, status=500)
        case Fault.ERROR_EVENT:
            return ProviderError("the scripted model is busy: error event: overloaded", Failure.BUSY)
        case Fault.RESET:
            reason = "connection reset"
        case Fault.EARLY_EOF:
            reason = "it ended before it was complete"
        case Fault.MALFORMED:
            reason = "the server sent an event that makes no sense"
        case Fault.CUT_ARGUMENTS:
            reason = "the arguments of a call were cut"
        case Fault.STALL | Fault.LONG_TEXT:
            reason = "it stalled"
    return ProviderError(f"the answer of the scripted model broke off: {reason}", Failure.STREAM)
