"""What both wire protocols need to put an answer together."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Iterable, Sequence

import orjson

from app.providers.contract import StopReason
from app.trajectory.content import AssistantTurn, Block, Message, ToolCall

NO_OUTPUT = "(no output)"
NO_TEXT = "(no text)"
"""What is sent in place of nothing: servers refuse empty content."""

_DRAIN_SECONDS = 0.25
_ODD_IN_NAME = re.compile(r"[^A-Za-z0-9_-]")


def encodable(text: str) -> str:
    """Text that can be written as UTF-8: surrogate pairs are joined, lone surrogates replaced.

    Raises:
        AttributeError: It is not text at all.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def tool_call(identity: str, name: str, raw: str) -> ToolCall:
    """A call from its arguments as they came; no arguments at all are an empty object."""
    if not raw.strip():
        return ToolCall(identity, name, {})
    try:
        # orjson refuses what the recorder could not write back: NaN, lone surrogates, bottomless nesting.
        arguments = orjson.loads(raw)
    except ValueError:
        return ToolCall(identity, name, {}, invalid=raw)
    return (
        ToolCall(identity, name, arguments)
        if isinstance(arguments, dict)
        else ToolCall(identity, name, {}, raw)
    )


def used_ids(messages: Iterable[Message]) -> set[str]:
    """The ids of all calls in a conversation."""
    return {
        block.id
        for message in messages
        if isinstance(message, AssistantTurn)
        for block in message.blocks
        if isinstance(block, ToolCall)
    }


def unique_id(given: str, used: set[str]) -> str:
    """An id that no call has yet, as near to the server's as can be; it is added to `used`."""
    identity = base = given or "call"
    number = 1
    while identity in used:
        number += 1
        identity = f"{base}-{number}"
    used.add(identity)
    return identity


def sent_name(name: str) -> str:
    """A tool's name as it may be sent back: servers refuse a history with a name no tool could have."""
    return _ODD_IN_NAME.sub("_", name)[:64] or "unknown"


def settled(stop: StopReason, blocks: Sequence[Block]) -> StopReason:
    """Why the model stopped, by what it sent: some servers say `stop` after calls, or the reverse."""
    if stop not in (StopReason.END, StopReason.TOOLS):
        return stop
    return StopReason.TOOLS if any(isinstance(block, ToolCall) for block in blocks) else StopReason.END


async def drain(events: AsyncIterator[object]) -> None:
    """Read what follows the end of an answer, so that its connection can be used again."""
    # The answer is whole: whatever happens to its connection now is of no interest.
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in events:
                pass
