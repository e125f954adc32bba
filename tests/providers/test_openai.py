from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.providers.connection import Connection, WireProtocol
from app.providers.contract import Failure, ProviderError, Request, Response, StopReason, ToolSchema
from app.providers.openai import OpenAIProvider
from app.trajectory.content import Text, Thinking, ToolCall, Usage, UserTurn
from tests.servers.model_server import Call, ModelServer, Turn

TOOL = ToolSchema("bash", "Runs a command.", {"type": "object"})
REQUEST = Request("some/model", "Be short.", (UserTurn("hi"),), (TOOL,))


def provider_of(server: ModelServer, key: str = "") -> OpenAIProvider:
    return OpenAIProvider(Connection(f"{server.url}/v1", key, WireProtocol.OPENAI, "here"))


async def answer(provider: OpenAIProvider) -> Response:
    items = [item async for item in provider.stream(REQUEST)]
    await provider.aclose()
    assert isinstance(items[-1], Response)
    return items[-1]


async def test_an_answer_comes_whole() -> None:
    turn = Turn(
        thinking="Let me think.",
        text="Grüße, 世界 🎉",
        calls=[Call("bash", {"command": "ls"}, id="a"), Call("bash", {}, id="b")],
        input_tokens=11,
        output_tokens=22,
        cache_read_tokens=33,
    )
    with ModelServer([turn], key="sk-key") as server:
        response = await answer(provider_of(server, "sk-key"))
    assert response == Response(
        (
            Thinking("Let me think."),
            Text("Grüße, 世界 🎉"),
            ToolCall("a", "bash", {"command": "ls"}),
            ToolCall("b", "bash", {}),
        ),
        StopReason.TOOLS,
        Usage(11, 22, 33),
        "some/model",
    )
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.headers["user-agent"].startswith("sawhorse/")


async def test_without_a_key_none_is_sent() -> None:
    with ModelServer([Turn(text="ok")]) as server:
        await answer(provider_of(server))
    assert "authorization" not in server.requests[0].headers


async def test_fields_the_server_refuses_by_name_are_left_out_from_then_on() -> None:
    unknown = ("stream_options", "parallel_tool_calls", "max_tokens")

    def play(body: dict[str, Any]) -> Turn:  # Any: JSON
        for field in unknown:
            if field in body:
                return Turn(status=400, error=f"{field} is not supported, try max_completion_tokens")
        if body.get("reasoning_effort") != "none":
            return Turn(status=400, error="tools with reasoning_effort are not supported")
        return Turn(text="ok")

    with ModelServer(play) as server:
        provider = provider_of(server)
        for _ in range(2):
            async for _ in provider.stream(REQUEST):
                pass
        await provider.aclose()
    assert len(server.requests) == 6
    assert server.requests[-1].body["max_completion_tokens"] == REQUEST.max_tokens
    assert server.connections == 1


async def test_a_refusal_that_goes_on_is_raised() -> None:
    said = "stream_options, parallel_tool_calls, reasoning_effort and max_completion_tokens: all wrong"
    with ModelServer(lambda body: Turn(status=400, error=said)) as server:
        with pytest.raises(ProviderError) as caught:
            await answer(provider_of(server))
        assert len(server.requests) == 5
    assert str(caught.value) == f"here refused the request (HTTP 400): {said}"
    assert caught.value.failure is Failure.REQUEST


async def test_a_path_the_server_does_not_know_tells_to_check_the_address() -> None:
    with ModelServer([]) as server, pytest.raises(ProviderError) as caught:
        await answer(OpenAIProvider(Connection(server.url, "", WireProtocol.OPENAI, "here")))
    host = server.url.removeprefix("http://")
    said = f"File Not Found; check the model's name and the address {host}"
    assert str(caught.value) == f"here refused the request (HTTP 404): {said}"


@pytest.mark.parametrize(
    ("head", "body", "said"),
    [
        (b"Content-Type: text/html", b"<html>Welcome to nginx</html>", "does not speak chat completions"),
        (b"X-Nothing: 1", b"hello", "does not speak chat completions"),
        (b"Content-Type: application/json", b'{"error": {"message": "no such model"}}', "no such model"),
        (b"Content-Type: application/json", b'{"hello": 1}', "ended before it was complete"),
    ],
)
async def test_a_server_of_another_kind_is_told_from_a_model_server(
    head: bytes, body: bytes, said: str
) -> None:
    with pytest.raises(ProviderError, match=said) as caught:
        await answer_of_plain_server(head, body)
    assert caught.value.__context__ is None


async def test_an_answer_that_is_not_streamed_is_taken_as_well() -> None:
    body = (
        b'{"choices": [{"message": {"content": "Hello", "tool_calls": [{"id": "a", "type": "function", '
        b'"function": {"name": "bash", "arguments": "{}"}}]}, "finish_reason": "tool_calls"}]}'
    )
    response = await answer_of_plain_server(b"Content-Type: application/json; charset=utf-8", body)
    assert response.blocks == (Text("Hello"), ToolCall("a", "bash", {}))


async def test_a_server_that_keeps_the_line_open_after_the_end_does_not_hold_up_the_answer() -> None:
    body = b'data: {"choices": [{"delta": {"content": "Hello"}}]}\n\ndata: [DONE]\n\n'
    async with asyncio.timeout(10):
        response = await answer_of_plain_server(b"Content-Type: text/event-stream", body, hang=True)
    assert response.blocks == (Text("Hello"),)


async def answer_of_plain_server(head: bytes, body: bytes, *, hang: bool = False) -> Response:
    """The answer of a server that sends these bytes, whatever it is asked."""
    gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + head + b"\r\n\r\n" + body)
        await writer.drain()
        if hang:
            await gone.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        return await answer(
            OpenAIProvider(Connection(f"http://127.0.0.1:{port}/v1", "", WireProtocol.OPENAI))
        )
    finally:
        gone.set()
        server.close()
        await server.wait_closed()
