"""A request as chat completions servers take it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace

import orjson

from app.providers.assembly import NO_OUTPUT, NO_TEXT, sent_name
from app.providers.contract import Request, ToolSchema
from app.trajectory.content import AssistantTurn, Message, Text, ToolCall, ToolResult, ToolTurn, UserTurn


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a server has turned out to want of a request that others would take as it is.

    Args:
        usage_wanted: It knows `stream_options`.
        parallel_wanted: It knows `parallel_tool_calls`.
        limit_renamed: It wants `max_completion_tokens` in place of `max_tokens`.
        reasoning_effort: Sent if not empty; some models take tools only with `none`.
    """

    usage_wanted: bool = True
    parallel_wanted: bool = True
    limit_renamed: bool = False
    reasoning_effort: str = ""

    def after_refusal(self, said: str) -> Dialect | None:
        """The dialect to try next, None if the refusal is about something else.

        Args:
            said: The whole body of the refusal.
        """
        if self.usage_wanted and ("stream_options" in said or "include_usage" in said):
            return replace(self, usage_wanted=False)
        if not self.limit_renamed and "max_completion_tokens" in said:
            return replace(self, limit_renamed=True)
        if self.parallel_wanted and "parallel_tool_calls" in said:
            return replace(self, parallel_wanted=False)
        if not self.reasoning_effort and "reasoning_effort" in said:
            return replace(self, reasoning_effort="none")
        return None


class Body:
    """The JSON of a request. It is sent in chunks and never put together: it can be of megabytes.

    Args:
        pieces: Its parts, in order.
    """

    CHUNK = 64 << 10  # bytes, at least, but for the last one

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces

    def __len__(self) -> int:
        """Bytes of all of it."""
        return sum(map(len, self._pieces))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Its chunks."""
        chunk = bytearray()
        for piece in self._pieces:
            chunk += piece
            if len(chunk) >= self.CHUNK:
                yield bytes(chunk)
                chunk.clear()
        if chunk:
            yield bytes(chunk)


class Encoder:
    """Makes the JSON body of requests. A conversation goes out again with each: a message is encoded once."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Message, bytes]] = {}

    def body_of(self, request: Request, dialect: Dialect) -> Body:
        """The JSON body of a request."""
        pieces = [orjson.dumps(_fields(request, dialect))[:-1] + b',"messages":[']
        for number, message in enumerate(self._messages(request)):
            pieces += [b",", message] if number else [message]
        used = {id(message) for message in request.messages}
        self._kept = {key: kept for key, kept in self._kept.items() if key in used}
        return Body([*pieces, b"]}"])

    def _messages(self, request: Request) -> Iterator[bytes]:
        if request.system.strip():
            yield orjson.dumps({"role": "system", "content": request.system})
        said: list[str] = []  # turns of the user in a row: many chat templates insist on alternation
        for message in request.messages:
            if isinstance(message, UserTurn):
                said.append(message.text if message.text.strip() else NO_TEXT)
            elif answers := self._encoded(message):
                if said:
                    yield _said(said)
                    said.clear()
                yield answers
        if said:
            yield _said(said)

    def _encoded(self, message: Message) -> bytes:
        kept = self._kept.get(id(message))
        if kept is None or kept[0] is not message:
            encoded = b",".join(map(orjson.dumps, _answers(message)))
            kept = message, bytes(memoryview(encoded))  # what orjson returns has kilobytes to spare
            self._kept[id(message)] = kept
        return kept[1]


def _said(texts: Sequence[str]) -> bytes:
    return orjson.dumps({"role": "user", "content": "\n\n".join(texts)})


def _fields(request: Request, dialect: Dialect) -> dict[str, object]:
    """All but the messages."""
    body: dict[str, object] = {
        "model": request.model,
        "stream": True,
        "max_completion_tokens" if dialect.limit_renamed else "max_tokens": request.max_tokens,
    }
    if dialect.usage_wanted:
        body["stream_options"] = {"include_usage": True}
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
        if dialect.parallel_wanted:
            body["parallel_tool_calls"] = True
        if dialect.reasoning_effort:
            body["reasoning_effort"] = dialect.reasoning_effort
    return body


def _tool(tool: ToolSchema) -> dict[str, object]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


def _answers(message: Message) -> Iterator[dict[str, object]]:
    match message:
        case AssistantTurn(blocks):
            text = "\n\n".join(
                block.text for block in blocks if isinstance(block, Text) and block.text.strip()
            )
            calls = [_call(block) for block in blocks if isinstance(block, ToolCall)]
            if calls:
                yield {"role": "assistant", "content": text or None, "tool_calls": calls}
            elif text:
                yield {"role": "assistant", "content": text}
        case ToolTurn(results):
            for result in results:
                yield {"role": "tool", "tool_call_id": result.call_id, "content": _content(result)}
        case UserTurn():
            pass


def _call(call: ToolCall) -> dict[str, object]:
    arguments = orjson.dumps(call.arguments).decode()
    return {
        "id": call.id,
        "type": "function",
        "function": {"name": sent_name(call.name), "arguments": arguments},
    }


def _content(result: ToolResult) -> str:
    content = result.content if result.content.strip() else NO_OUTPUT
    # The protocol has no flag for an error.
    return f"Error: {content}" if result.is_error and not content.lower().startswith("error") else content
