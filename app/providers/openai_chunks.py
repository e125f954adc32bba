"""Chunks of a chat completion, put together, in all the ways in which servers send them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.providers.assembly import encodable, settled, tool_call, unique_id
from app.providers.contract import CallDelta, Delta, Response, StopReason, TextDelta, ThinkingDelta
from app.providers.errors import ServerErrors
from app.trajectory.content import Block, Text, Thinking, Usage

_STOPS: Mapping[str, StopReason] = {
    "stop": StopReason.END,
    "tool_calls": StopReason.TOOLS,
    "function_call": StopReason.TOOLS,
    "length": StopReason.LENGTH,
    "max_tokens": StopReason.LENGTH,
    "content_filter": StopReason.REFUSAL,
}


@dataclass(slots=True)
class _Call:
    """A call on its way. `given` is the server's id for it, `id` the one it gets."""

    position: int
    given: str
    id: str
    name: str = ""
    pieces: list[str] = field(default_factory=list)

    def is_followed_by(self, given: str, name: str, text: str) -> bool:
        """Whether a piece that seems to be of this call starts another.

        Some servers send all calls under one index, or under one id, or without either; others send a new id,
        or the name again, with every piece of one call.
        """
        if not name or not self.name:
            return False
        other_id = bool(given and self.given) and given != self.given
        return other_id or name != self.name or (bool(text) and self._is_whole())

    def _is_whole(self) -> bool:
        # Most pieces do not end an object: they are not worth looking at the whole.
        if not self.pieces or not self.pieces[-1].rstrip().endswith("}"):
            return False
        return not tool_call(self.id, self.name, "".join(self.pieces)).invalid


class ChunkAssembler:
    """Makes deltas, and in the end one `Response`, of the `data` of each event.

    Args:
        errors: Makes the errors.
        used: Ids of the calls of the conversation so far.
    """

    def __init__(self, errors: ServerErrors, used: set[str]) -> None:
        self._errors = errors
        self._used = used
        self._text: list[str] = []
        self._thinking: list[str] = []
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}
        self._by_given: dict[str, _Call] = {}
        self._stop: StopReason | None = None
        self._refused = False
        self._usage = Usage()
        self._model = ""
        self.done = False

    def feed(self, data: str, event: str = "") -> Iterator[Delta]:
        """Take the data of one event.

        Args:
            data: JSON, `[DONE]`, or nothing.
            event: The event's name, where it has one.

        Raises:
            ProviderError: The server reports an error, or the chunk makes no sense.
        """
        if data.strip() == "[DONE]":
            self.done = True
            return
        if not data.strip():
            return
        try:
            # Not orjson: a server may cut a character's surrogate pair in two.
            chunk = json.loads(data)
            if not isinstance(chunk, dict):
                raise TypeError("a chunk is an object")
            if chunk.get("error") or event == "error":
                raise self._errors.reported(chunk)
            yield from self._take(chunk)
            return
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            pass
        # Raised out here: the decoder's error holds what the server sent, and is not to be chained to it.
        raise self._errors.broken("the server sent a chunk that makes no sense")

    def response(self) -> Response:
        """The answer.

        Raises:
            ProviderError: It is not complete.
        """
        if self._stop is None and not self.done:
            raise self._errors.broken("it ended before it was complete")
        blocks: list[Block] = []
        if self._thinking:
            blocks.append(Thinking("".join(self._thinking)))
        if self._text:
            blocks.append(Text("".join(self._text)))
        blocks += [tool_call(call.id, call.name, "".join(call.pieces)) for call in self._calls]
        stop = StopReason.REFUSAL if self._refused else self._stop or StopReason.END
        return Response(tuple(blocks), settled(stop, blocks), self._usage, self._model)

    def _take(
        self, chunk: dict[str, Any]
    ) -> Iterator[Delta]:  # Any: JSON; what is not as it should be raises
        if isinstance(model := chunk.get("model"), str) and model:
            self._model = encodable(model)
        if isinstance(usage := chunk.get("usage"), dict):
            self._usage = _usage(usage)
        choices = chunk.get("choices")
        if not choices:
            return
        choice = choices[0]
        # A server that does not stream sends the whole message in one chunk.
        delta = choice.get("delta") or choice.get("message") or {}
        if thinking := _words(delta.get("reasoning_content") or delta.get("reasoning")):
            self._thinking.append(thinking)
            yield ThinkingDelta(thinking)
        if refusal := _words(delta.get("refusal")):
            self._refused = True
        if text := _words(delta.get("content")) + refusal:
            self._text.append(text)
            yield TextDelta(text)
        for piece in delta.get("tool_calls") or ():
            yield self._take_call(piece)
        if finish := choice.get("finish_reason"):
            if finish == "error":
                raise self._errors.broken("the server reports an error")
            self._stop = _STOPS.get(finish, StopReason.END)

    def _take_call(self, piece: dict[str, Any]) -> CallDelta:
        function = piece.get("function") or {}
        name = _words(function.get("name"))
        arguments = function.get("arguments")
        text = json.dumps(arguments) if isinstance(arguments, dict) else _words(arguments)
        call = self._call_of(piece.get("index"), _words(piece.get("id")), name, text)
        announced = name if name and not call.name else ""
        call.name = call.name or name
        if text:
            call.pieces.append(text)
        return CallDelta(call.position, announced, text)

    def _call_of(self, index: object, given: str, name: str, text: str) -> _Call:
        """The call that a piece belongs to: by index, else by id, else the latest; else a new one."""
        known: _Call | None
        if isinstance(index, int):
            known = self._by_index.get(index)
        elif given:
            known = self._by_given.get(given) or (self._calls[-1] if self._calls and not name else None)
        else:
            known = self._calls[-1] if self._calls else None
        if known is not None and not known.is_followed_by(given, name, text):
            return known
        call = _Call(len(self._calls), given, unique_id(given, self._used))
        self._calls.append(call)
        if isinstance(index, int):
            self._by_index[index] = call
        if given:
            self._by_given[given] = call
        return call


def _words(value: object) -> str:
    """Text, also where it comes as a list of parts."""
    match value:
        case None:
            return ""
        case str():
            return encodable(value)
        case list():
            return "".join(_words(part.get("text")) for part in value if isinstance(part, dict))
        case _:
            raise TypeError("text is a string or a list of parts")


def _usage(usage: dict[str, Any]) -> Usage:  # Any: JSON
    details = usage.get("prompt_tokens_details") or {}
    cached = _count(details.get("cached_tokens"))
    written = _count(details.get("cache_write_tokens"))
    return Usage(
        input_tokens=max(0, _count(usage.get("prompt_tokens")) - cached - written),
        output_tokens=_count(usage.get("completion_tokens")),
        cache_read_tokens=cached,
        cache_write_tokens=written,
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
