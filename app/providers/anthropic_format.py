"""A request as Anthropic's Messages API takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from app.providers.anthropic_thinking import thinking_of
from app.providers.assembly import NO_OUTPUT, NO_TEXT, sent_name
from app.providers.contract import Request, ToolSchema
from app.trajectory.content import (
    AssistantTurn,
    Block,
    Message,
    Text,
    Thinking,
    ToolCall,
    ToolResult,
    ToolTurn,
    UserTurn,
)

Part = dict[str, object]

_BREAKPOINT: Mapping[str, object] = {"type": "ephemeral"}


def parameters_of(request: Request, unreadable: AbstractSet[str] = frozenset()) -> dict[str, object]:
    """The parameters of `messages.create`.

    Args:
        request: What to ask.
        unreadable: Signatures of thinking that the server does not take back.
    """
    parameters: dict[str, object] = {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "messages": _messages(request.messages, unreadable),
    }
    if request.system.strip():
        parameters["system"] = [_marked({"type": "text", "text": request.system})]
    if request.tools:
        tools = [_tool(tool) for tool in request.tools]
        parameters["tools"] = [*tools[:-1], _marked(tools[-1])]
    if (thinking := thinking_of(request.model, request.thinking_tokens)) is not None:
        parameters["thinking"] = thinking
        if isinstance(budget := thinking.get("budget_tokens"), int):
            parameters["max_tokens"] = request.max_tokens + budget  # thinking counts as part of the answer
    return parameters


def signatures(messages: Iterable[Message]) -> set[str]:
    """The signatures of all thinking in a conversation."""
    return {
        block.signature or block.redacted
        for message in messages
        if isinstance(message, AssistantTurn)
        for block in message.blocks
        if isinstance(block, Thinking) and (block.signature or block.redacted)
    }


def _tool(tool: ToolSchema) -> Part:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}


def _marked(part: Part) -> Part:
    return {**part, "cache_control": _BREAKPOINT}


def _messages(messages: Sequence[Message], unreadable: AbstractSet[str]) -> list[Part]:
    merged: list[tuple[str, list[Part]]] = []
    for message in messages:
        role = "assistant" if isinstance(message, AssistantTurn) else "user"
        parts = list(_parts(message, unreadable))
        if not parts:
            continue
        if merged and merged[-1][0] == role:
            merged[-1][1].extend(parts)
        else:
            merged.append((role, parts))
    users = [parts for role, parts in merged if role == "user"]
    for parts in users:
        parts.sort(key=lambda part: part["type"] != "tool_result")  # results of calls come first
    # What is written to the cache with this request is read by the next one, and by one that follows a retry.
    for parts in users[-2:]:
        parts[-1] = _marked(parts[-1])
    return [{"role": role, "content": parts} for role, parts in merged]


def _parts(message: Message, unreadable: AbstractSet[str]) -> Iterator[Part]:
    match message:
        case UserTurn(text):
            yield {"type": "text", "text": text if text.strip() else NO_TEXT}
        case AssistantTurn(blocks):
            for block in blocks:
                yield from _block(block, unreadable)
        case ToolTurn(results):
            for result in results:
                yield _result(result)


def _block(block: Block, unreadable: AbstractSet[str]) -> Iterator[Part]:
    match block:
        case Text(text):
            if text.strip():
                yield {"type": "text", "text": text}
        case Thinking(redacted=redacted) if redacted:
            if redacted not in unreadable:
                yield {"type": "redacted_thinking", "data": redacted}
        case Thinking(text, signature):
            # Unsigned thinking is of another provider; it would be refused.
            if signature and signature not in unreadable:
                yield {"type": "thinking", "thinking": text, "signature": signature}
        case ToolCall(id=identity, name=name, arguments=arguments):
            yield {"type": "tool_use", "id": identity, "name": sent_name(name), "input": arguments}


def _result(result: ToolResult) -> Part:
    content = result.content if result.content.strip() else NO_OUTPUT
    part: Part = {"type": "tool_result", "tool_use_id": result.call_id, "content": content}
    return {**part, "is_error": True} if result.is_error else part
