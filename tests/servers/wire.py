"""Turns as server-sent events of either protocol."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from tests.servers.turns import LONG_TEXT, Call, Fault, Turn

SIGNATURE = "c2lnbmF0dXJl"

_ids = itertools.count(1)

_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class Wire(Protocol):
    """One wire protocol."""

    def events(self, turn: Turn, model: str) -> list[bytes]:
        """A whole answer."""
        ...

    def error_event(self) -> bytes:
        """An error inside an answer."""
        ...

    def error_body(self, status: int, message: str) -> bytes:
        """The body of an error."""
        ...


class AnthropicWire:
    """The Messages API."""

    def events(self, turn: Turn, model: str) -> list[bytes]:
        turn = _played(turn)
        usage = {
            "input_tokens": turn.input_tokens,
            "cache_read_input_tokens": turn.cache_read_tokens,
            "cache_creation_input_tokens": turn.cache_write_tokens,
            "output_tokens": 1,
        }
        message: dict[str, object] = {
            "id": f"msg_{next(_ids)}", "type": "message", "role": "assistant", "model": model, "content": [],
            "stop_reason": None, "stop_sequence": None, "usage": usage,
        }  # fmt: skip
        stop = {"stop_reason": "tool_use" if turn.calls else "end_turn", "stop_sequence": None}
        data: list[dict[str, object]] = [
            {"type": "message_start", "message": message},
            {"type": "ping"},
            *self._blocks(turn),
            {"type": "message_delta", "delta": stop, "usage": {"output_tokens": turn.output_tokens}},
            {"type": "message_stop"},
        ]
        return [f"event: {each['type']}\ndata: {json.dumps(each)}\n\n".encode() for each in data]

    def error_event(self) -> bytes:
        return b"event: error\ndata: " + self.error_body(529, "Overloaded") + b"\n\n"

    def error_body(self, status: int, message: str) -> bytes:
        error = {"type": _KINDS.get(status, "api_error"), "message": message}
        return json.dumps({"type": "error", "error": error, "request_id": "req_1"}).encode()

    def _blocks(self, turn: Turn) -> Iterator[dict[str, object]]:
        index = itertools.count()
        if turn.thinking:
            deltas = [{"type": "thinking_delta", "thinking": piece} for piece in _pieces(turn.thinking, turn)]
            deltas.append({"type": "signature_delta", "signature": SIGNATURE})
            start = {"type": "thinking", "thinking": "", "signature": ""}
            yield from self._block(next(index), start, deltas)
        if turn.text:
            deltas = [{"type": "text_delta", "text": piece} for piece in _pieces(turn.text, turn)]
            yield from self._block(next(index), {"type": "text", "text": ""}, deltas)
        for call in turn.calls:
            identity = call.id or f"toolu_{next(_ids)}"
            start_call = {"type": "tool_use", "id": identity, "name": call.name, "input": {}}
            pieces = _pieces(_arguments(call), turn)
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
            yield from self._block(next(index), start_call, deltas)

    def _block(
        self, index: int, start: Mapping[str, object], deltas: list[dict[str, str]]
    ) -> Iterator[dict[str, object]]:
        yield {"type": "content_block_start", "index": index, "content_block": start}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}


class OpenAIWire:
    """Chat completions."""

    def events(self, turn: Turn, model: str) -> list[bytes]:
        turn = _played(turn)
        identity = f"chatcmpl-{next(_ids)}"
        finish = "tool_calls" if turn.calls else "stop"
        choices: list[list[dict[str, object]]] = [
            [{"index": 0, "delta": delta, "finish_reason": None}] for delta in self._deltas(turn)
        ]
        choices.append([{"index": 0, "delta": {}, "finish_reason": finish}])
        chunks: list[dict[str, object]] = [
            {"id": identity, "object": "chat.completion.chunk", "model": model, "choices": choice}
            for choice in choices
        ]
        usage = {
            "prompt_tokens": turn.input_tokens + turn.cache_read_tokens,
            "completion_tokens": turn.output_tokens,
            "prompt_tokens_details": {"cached_tokens": turn.cache_read_tokens},
        }
        chunks.append(
            {"id": identity, "object": "chat.completion.chunk", "model": model, "choices": [], "usage": usage}
        )
        return [*(f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks), b"data: [DONE]\n\n"]

    def error_event(self) -> bytes:
        return b"data: " + self.error_body(503, "Overloaded") + b"\n\n"

    def error_body(self, status: int, message: str) -> bytes:
        error = {"message": message, "type": _KINDS.get(status, "server_error"), "code": status}
        return json.dumps({"error": error}).encode()

    def _deltas(self, turn: Turn) -> Iterator[dict[str, object]]:
        yield {"role": "assistant", "content": None}
        for piece in _pieces(turn.thinking, turn):
            yield {"reasoning_content": piece}
        for piece in _pieces(turn.text, turn):
            yield {"content": piece}
        for index, call in enumerate(turn.calls):
            identity = call.id or f"call_{next(_ids)}"
            function = {"name": call.name, "arguments": ""}
            yield {"tool_calls": [{"index": index, "id": identity, "type": "function", "function": function}]}
            for piece in _pieces(_arguments(call), turn):
                yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def _played(turn: Turn) -> Turn:
    """The turn as its fault changes it."""
    if turn.fault is Fault.LONG_TEXT:
        return replace(turn, text=LONG_TEXT, delta=64)
    if turn.fault is Fault.CUT_ARGUMENTS:
        *before, last = turn.calls
        arguments = _arguments(last)
        return replace(turn, calls=[*before, replace(last, arguments=arguments[: len(arguments) // 2])])
    return turn


def _arguments(call: Call) -> str:
    return call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments)


def _pieces(text: str, turn: Turn) -> list[str]:
    return [text[start : start + turn.delta] for start in range(0, len(text), turn.delta)]
