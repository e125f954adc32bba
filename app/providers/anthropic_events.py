"""Raw stream events of the Messages API, put together. Imports the SDK, so it is imported late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from anthropic.types import (
    InputJSONDelta,
    MessageDeltaUsage,
    RawContentBlockDelta,
    RawContentBlockDeltaEvent,
    RawContentBlockStartEvent,
    RawMessageDeltaEvent,
    RawMessageStartEvent,
    RawMessageStopEvent,
    RawMessageStreamEvent,
    RedactedThinkingBlock,
    SignatureDelta,
    TextBlock,
    ThinkingBlock,
    ToolUseBlock,
)
from anthropic.types import TextDelta as SdkTextDelta
from anthropic.types import ThinkingDelta as SdkThinkingDelta
from anthropic.types import Usage as SdkUsage

from app.providers.assembly import encodable, settled, tool_call, unique_id
from app.providers.contract import CallDelta, Delta, Response, StopReason, TextDelta, ThinkingDelta
from app.providers.errors import ServerErrors
from app.trajectory.content import Block, Text, Thinking, ToolCall, Usage

_STOPS: Mapping[str, StopReason] = {
    "end_turn": StopReason.END,
    "stop_sequence": StopReason.END,
    "pause_turn": StopReason.END,
    "tool_use": StopReason.TOOLS,
    "max_tokens": StopReason.LENGTH,
    "model_context_window_exceeded": StopReason.LENGTH,
    "refusal": StopReason.REFUSAL,
}


@dataclass(slots=True)
class _Text:
    """Words on their way."""

    pieces: list[str] = field(default_factory=list)

    def block(self) -> Block:
        return Text("".join(self.pieces))


@dataclass(slots=True)
class _Thinking:
    """Reasoning on its way."""

    pieces: list[str] = field(default_factory=list)
    signature: str = ""
    redacted: str = ""

    def block(self) -> Block:
        return Thinking("".join(self.pieces), self.signature, self.redacted)


@dataclass(slots=True)
class _Call:
    """A call on its way; `given` are arguments that came with its start."""

    position: int
    id: str
    name: str
    given: Mapping[str, object]
    pieces: list[str] = field(default_factory=list)

    def block(self) -> Block:
        raw = "".join(self.pieces)
        return tool_call(self.id, self.name, raw) if raw else ToolCall(self.id, self.name, self.given)


class EventAssembler:
    """Makes deltas, and in the end one `Response`, of raw events.

    The SDK does not validate what it decodes: a field may be missing, and an event of an unknown type comes
    as the class of a known one. So the `type` is always looked at.

    Args:
        errors: Makes the errors.
        used: Ids of the calls of the conversation so far.
    """

    def __init__(self, errors: ServerErrors, used: set[str]) -> None:
        self._errors = errors
        self._used = used
        self._open: dict[int, _Text | _Thinking | _Call] = {}
        self._calls = 0
        self._stop: StopReason | None = None
        self._usage = Usage()
        self._model = ""
        self.done = False

    def feed(self, event: RawMessageStreamEvent) -> Iterator[Delta]:
        """Take one event.

        Raises:
            ProviderError: It makes no sense.
        """
        try:
            yield from self._take(event)
            return
        except (AttributeError, TypeError, LookupError):
            pass
        raise self._errors.broken("the server sent an event that makes no sense")

    def response(self) -> Response:
        """The answer.

        Raises:
            ProviderError: It is not complete.
        """
        if not self.done:
            raise self._errors.broken("it ended before it was complete")
        blocks = tuple(part.block() for part in self._open.values())
        return Response(blocks, settled(self._stop or StopReason.END, blocks), self._usage, self._model)

    def _take(self, event: RawMessageStreamEvent) -> Iterator[Delta]:
        match event:
            case RawMessageStartEvent(type="message_start", message=message):
                self._model = encodable(message.model)
                self._count(message.usage)
            case RawContentBlockStartEvent(type="content_block_start"):
                yield from self._start(event)
            case RawContentBlockDeltaEvent(type="content_block_delta", index=index, delta=delta):
                if (part := self._open.get(index)) is not None:
                    yield from _extend(part, delta)
            case RawMessageDeltaEvent(type="message_delta", delta=end, usage=usage):
                if end.stop_reason is not None:
                    self._stop = _STOPS.get(end.stop_reason, StopReason.END)
                self._count(usage)
            case RawMessageStopEvent(type="message_stop"):
                self.done = True
            case _:
                pass

    def _start(self, event: RawContentBlockStartEvent) -> Iterator[Delta]:
        match event.content_block:
            case TextBlock(type="text", text=text):
                self._open[event.index] = _Text([encodable(text)])
                if text:
                    yield TextDelta(encodable(text))
            case ThinkingBlock(type="thinking", thinking=thinking, signature=signature):
                self._open[event.index] = _Thinking([thinking or ""], signature or "")
                if thinking:
                    yield ThinkingDelta(thinking)
            case RedactedThinkingBlock(type="redacted_thinking", data=data):
                self._open[event.index] = _Thinking(redacted=data)
            case ToolUseBlock(type="tool_use", id=given, name=name, input=arguments):
                call = _Call(
                    self._calls, unique_id(given or "", self._used), encodable(name), arguments or {}
                )
                self._open[event.index] = call
                self._calls += 1
                yield CallDelta(call.position, call.name, "")
            case _:
                pass  # a tool of the server's own

    def _count(self, usage: SdkUsage | MessageDeltaUsage | None) -> None:
        """Take what a later event says about tokens over what an earlier one said."""
        if usage is None:
            return
        before = self._usage
        self._usage = Usage(
            _latest(usage.input_tokens, before.input_tokens),
            _latest(usage.output_tokens, before.output_tokens),
            _latest(usage.cache_read_input_tokens, before.cache_read_tokens),
            _latest(usage.cache_creation_input_tokens, before.cache_write_tokens),
        )


def _extend(part: _Text | _Thinking | _Call, delta: RawContentBlockDelta) -> Iterator[Delta]:
    match part, delta:
        case _Text(), SdkTextDelta(type="text_delta", text=text):
            part.pieces.append(encodable(text))
            yield TextDelta(part.pieces[-1])
        case _Thinking(), SdkThinkingDelta(type="thinking_delta", thinking=thinking):
            part.pieces.append(encodable(thinking))
            yield ThinkingDelta(part.pieces[-1])
        case _Thinking(), SignatureDelta(type="signature_delta", signature=signature):
            part.signature += signature
        case _Call(), InputJSONDelta(type="input_json_delta", partial_json=text):
            part.pieces.append(encodable(text))
            yield CallDelta(part.position, "", part.pieces[-1])
        case _:
            pass


def _latest(count: int | None, before: int) -> int:
    return count if isinstance(count, int) and count >= 0 else before
