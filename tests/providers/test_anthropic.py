from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import app.providers
from app.providers.anthropic import AnthropicProvider
from app.providers.connection import Connection, WireProtocol
from app.providers.contract import (
    CallDelta,
    Request,
    Response,
    StopReason,
    TextDelta,
    ThinkingDelta,
    ToolSchema,
)
from app.trajectory.content import (
    AssistantTurn,
    Text,
    Thinking,
    ToolCall,
    ToolResult,
    ToolTurn,
    Usage,
    UserTurn,
)
from tests.servers.model_server import Call, ModelServer, Turn
from tests.servers.wire import SIGNATURE

TOOL = ToolSchema("bash", "Runs a command.", {"type": "object"})


async def answer(server: ModelServer, request: Request) -> list[object]:
    provider = AnthropicProvider(Connection(server.url, "sk-key", WireProtocol.ANTHROPIC, "here"))
    items: list[object] = [item async for item in provider.stream(request)]
    await provider.aclose()
    return items


async def test_an_answer_streams_and_then_comes_whole() -> None:
    turn = Turn(
        thinking="Let me think.",
        text="Grüße, 世界 🎉",
        calls=[Call("bash", {"command": "ls"}, id="toolu_a"), Call("bash", {}, id="toolu_b")],
        input_tokens=11,
        output_tokens=22,
        cache_read_tokens=33,
        cache_write_tokens=44,
    )
    with ModelServer([turn]) as server:
        *deltas, response = await answer(server, Request("claude-x", "", (UserTurn("hi"),), (TOOL,)))
    assert "".join(d.text for d in deltas if isinstance(d, ThinkingDelta)) == turn.thinking
    assert "".join(d.text for d in deltas if isinstance(d, TextDelta)) == turn.text
    calls = [d for d in deltas if isinstance(d, CallDelta)]
    assert [(d.index, d.name) for d in calls if d.name] == [(0, "bash"), (1, "bash")]
    assert "".join(d.text for d in calls if d.index == 0) == '{"command": "ls"}'
    assert response == Response(
        (
            Thinking("Let me think.", SIGNATURE),
            Text("Grüße, 世界 🎉"),
            ToolCall("toolu_a", "bash", {"command": "ls"}),
            ToolCall("toolu_b", "bash", {}),
        ),
        StopReason.TOOLS,
        Usage(11, 22, 33, 44),
        "claude-x",
    )


async def test_the_request_holds_the_conversation_the_tools_and_four_cache_breakpoints() -> None:
    history = (
        UserTurn("list"),
        AssistantTurn((Thinking("hm", "sig"), ToolCall("a", "bash", {"command": "ls"}))),
        ToolTurn((ToolResult("a", "file.txt"),)),
        AssistantTurn((Text("One file."),)),
        UserTurn("thanks"),
    )
    with ModelServer([Turn(text="ok")]) as server:
        await answer(server, Request("claude-haiku-4-5", "Be short.", history, (TOOL, TOOL), 1000, 2000))
        (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v1/messages")
    assert request.headers["authorization"] == "Bearer sk-key"
    assert request.headers["user-agent"].startswith("sawhorse/")
    body = request.body
    mark = {"type": "ephemeral"}
    assert body["system"] == [{"type": "text", "text": "Be short.", "cache_control": mark}]
    assert [tool.get("cache_control") for tool in body["tools"]] == [None, mark]
    assert body["thinking"] == {"type": "enabled", "budget_tokens": 2000}
    assert (body["model"], body["max_tokens"], body["stream"]) == ("claude-haiku-4-5", 3000, True)
    assert body["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "list"}]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "sig"},
                {"type": "tool_use", "id": "a", "name": "bash", "input": {"command": "ls"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "a", "content": "file.txt", "cache_control": mark}
            ],
        },
        {"role": "assistant", "content": [{"type": "text", "text": "One file."}]},
        {"role": "user", "content": [{"type": "text", "text": "thanks", "cache_control": mark}]},
    ]


async def test_thinking_the_server_does_not_take_back_is_left_out_from_then_on() -> None:
    def play(body: dict[str, object]) -> Turn:
        if "old-signature" in str(body["messages"]):
            return Turn(status=400, error="messages.1.content.0: Invalid `signature` in `thinking` block.")
        return Turn(text="ok")

    history = (
        UserTurn("hi"),
        AssistantTurn(
            (Thinking("hm", "old-signature"), Thinking("", redacted="old-signature-2"), Text("hello"))
        ),
        UserTurn("go on"),
    )
    with ModelServer(play) as server:
        provider = AnthropicProvider(Connection(server.url, "sk-key", WireProtocol.ANTHROPIC))
        for turns in (
            history,
            (*history, AssistantTurn((Thinking("new", "fresh"), Text("x"))), UserTurn("more")),
        ):
            items = [item async for item in provider.stream(Request("claude-opus-5-5", "", turns))]
            assert isinstance(items[-1], Response)
        await provider.aclose()
    assert len(server.requests) == 3
    assert server.requests[1].body["messages"][1]["content"] == [{"type": "text", "text": "hello"}]
    assert server.requests[2].body["messages"][3]["content"][0]["signature"] == "fresh"


async def test_without_a_key_none_is_looked_for_elsewhere() -> None:
    with ModelServer([Turn(text="ok")]) as server:
        provider = AnthropicProvider(Connection(server.url, "", WireProtocol.ANTHROPIC))
        async for _ in provider.stream(Request("m", "", (UserTurn("hi"),))):
            pass
        await provider.aclose()
    assert server.requests[0].headers["authorization"] == "Bearer none"


def test_the_sdk_is_not_loaded_before_it_is_needed() -> None:
    modules = ("anthropic", "openai", "retry", "resolve", "discovery", "catalog")
    code = (
        f"import sys, {', '.join(f'app.providers.{module}' for module in modules)}\n"
        "print([n for n in ('anthropic', 'httpx', 'httpx2', 'httpx_sse', 'pydantic') if n in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_warming_up_loads_all_that_a_request_needs() -> None:
    code = (
        "import asyncio, sys\n"
        "from app.providers.anthropic import AnthropicProvider\n"
        "from app.providers.connection import Connection, WireProtocol\n"
        "provider = AnthropicProvider(Connection('http://127.0.0.1:9', '', WireProtocol.ANTHROPIC))\n"
        "asyncio.run(provider.warm())\n"
        "names = ('anthropic', 'anthropic.resources.messages', 'httpx2', 'app.providers.anthropic_events')\n"
        "print([name for name in names if name not in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_accumulating_helper_of_the_sdk_is_not_used() -> None:
    folder = Path(app.providers.__file__).parent
    sources = {path.name: path.read_text() for path in folder.glob("*.py")}
    assert "messages.create(" in sources["anthropic.py"]
    assert [name for name, source in sources.items() if "messages.stream" in source] == []


def test_nothing_that_can_be_printed_of_a_provider_shows_its_key() -> None:
    connection = Connection("http://127.0.0.1:9", "sk-secret", WireProtocol.ANTHROPIC)
    provider = AnthropicProvider(connection)
    assert "sk-secret" not in f"{provider!r} {connection!r} {vars(provider)!r}"
