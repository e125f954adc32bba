from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from app.providers.contract import Request, ToolSchema
from app.providers.openai_format import Body, Dialect, Encoder
from app.trajectory.content import (
    AssistantTurn,
    Message,
    Text,
    Thinking,
    ToolCall,
    ToolResult,
    ToolTurn,
    UserTurn,
)

TOOL = ToolSchema("bash", "Runs a command.", {"type": "object"})


def body(request: Request, dialect: Dialect | None = None) -> dict[str, Any]:  # Any: JSON
    decoded: dict[str, Any] = json.loads(sent(Encoder().body_of(request, dialect or Dialect())))
    return decoded


def sent(body: Body) -> bytes:
    """All that goes out."""

    async def collect() -> bytes:
        return b"".join([chunk async for chunk in body])

    return asyncio.run(collect())


def messages(*turns: Message) -> object:
    return body(Request("m", "", turns))["messages"]


def test_a_conversation_in_the_servers_form() -> None:
    request = Request(
        "m",
        "Be short.",
        (
            UserTurn("one"),
            UserTurn("two"),
            AssistantTurn(
                (Thinking("hm", "sig"), Text("a"), Text("b"), ToolCall("x", "bash", {"command": "é"}))
            ),
            ToolTurn((ToolResult("x", "out"), ToolResult("y", "no such file", is_error=True))),
            UserTurn("three"),
            AssistantTurn((Text("done"),)),
        ),
    )
    assert body(request)["messages"] == [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "one\n\ntwo"},
        {
            "role": "assistant",
            "content": "a\n\nb",
            "tool_calls": [
                {"id": "x", "type": "function", "function": {"name": "bash", "arguments": '{"command":"é"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "x", "content": "out"},
        {"role": "tool", "tool_call_id": "y", "content": "Error: no such file"},
        {"role": "user", "content": "three"},
        {"role": "assistant", "content": "done"},
    ]


def test_nothing_empty_is_sent() -> None:
    assert messages(
        UserTurn(" "),
        AssistantTurn((Thinking("only thought"), Text("  "))),
        UserTurn("x"),
        AssistantTurn((ToolCall("a", "", {}, invalid="{"),)),
        ToolTurn((ToolResult("a", " "),)),
    ) == [
        {"role": "user", "content": "(no text)\n\nx"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "unknown", "arguments": "{}"}}
            ],
        },
        {"role": "tool", "tool_call_id": "a", "content": "(no output)"},
    ]


def test_the_body_asks_for_a_stream_with_usage_and_calls_in_parallel() -> None:
    sent = body(Request("m", "", (UserTurn("x"),), (TOOL,), 500))
    assert sent["stream"] is True
    assert sent["stream_options"] == {"include_usage": True}
    assert sent["parallel_tool_calls"] is True
    assert sent["max_tokens"] == 500
    function = {"name": "bash", "description": "Runs a command.", "parameters": {"type": "object"}}
    assert sent["tools"] == [{"type": "function", "function": function}]


def test_without_tools_nothing_is_said_of_tools() -> None:
    assert set(body(Request("m", "", (UserTurn("x"),)))) == {
        "model",
        "messages",
        "stream",
        "stream_options",
        "max_tokens",
    }


@pytest.mark.parametrize(
    ("said", "dialect", "gone", "come"),
    [
        ("Unknown field: stream_options", Dialect(usage_wanted=False), "stream_options", ""),
        (
            "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
            Dialect(limit_renamed=True),
            "max_tokens",
            "max_completion_tokens",
        ),
        (
            "parallel_tool_calls: extra fields not permitted",
            Dialect(parallel_wanted=False),
            "parallel_tool_calls",
            "",
        ),
        (
            "Function tools with reasoning_effort are not supported",
            Dialect(reasoning_effort="none"),
            "",
            "reasoning_effort",
        ),
    ],
)
def test_a_field_that_is_refused_by_name_is_sent_otherwise(
    said: str, dialect: Dialect, gone: str, come: str
) -> None:
    assert Dialect().after_refusal(said) == dialect
    assert dialect.after_refusal(said) is None
    sent = body(Request("m", "", (UserTurn("x"),), (TOOL,)), dialect)
    assert gone not in sent
    assert not come or come in sent


def test_a_refusal_of_anything_else_changes_nothing() -> None:
    assert Dialect().after_refusal("the model does not exist") is None


def test_what_is_encoded_once_goes_out_the_same_again() -> None:
    encoder = Encoder()
    first = Request("m", "system", [UserTurn("go"), AssistantTurn((Text("one"),))])
    longer = Request("m", "system", [*first.messages, UserTurn("on")])
    for request in (first, longer, first):
        assert sent(encoder.body_of(request, Dialect())) == sent(Encoder().body_of(request, Dialect()))


async def test_a_long_conversation_goes_out_in_chunks_and_its_length_is_known() -> None:
    body = Encoder().body_of(
        Request("m", "", [UserTurn("x" * 100)] * 2 + [AssistantTurn((Text("y" * 999),))] * 300), Dialect()
    )
    chunks = [chunk async for chunk in body]
    assert len(body) == sum(map(len, chunks)) > 300_000
    assert [len(chunk) // Body.CHUNK for chunk in chunks[:-1]] == [1] * (len(chunks) - 1)
    assert len(json.loads(b"".join(chunks))["messages"]) == 301
