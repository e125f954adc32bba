"""Bytes that a real server sent, recorded: every stream and every error among them is understood."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.providers.anthropic import AnthropicProvider
from app.providers.assembly import used_ids
from app.providers.connection import Connection, WireProtocol
from app.providers.contract import (
    CallDelta,
    Delta,
    Failure,
    ProviderError,
    Request,
    Response,
    StopReason,
    TextDelta,
)
from app.providers.errors import ServerErrors, decoded
from app.providers.openai import OpenAIProvider
from app.providers.openai_chunks import ChunkAssembler
from app.trajectory.content import Text, ToolCall, UserTurn
from tests.servers.model_server import ModelServer, Turn

CAPTURES = Path(__file__).parent.parent / "data" / "captures"
STOPS = {"stop": StopReason.END, "length": StopReason.LENGTH, "tool_calls": StopReason.TOOLS}
REQUEST = Request("a-model", "", (UserTurn("hi"),))


@dataclass(frozen=True)
class Row:
    name: str
    status: int
    finish: str
    deltas: int
    calls: int


def rows() -> list[Row]:
    found = []
    for line in (CAPTURES / "INDEX.md").read_text().splitlines()[2:]:
        name, status, finish, deltas, calls, _ = (cell.strip() for cell in line.strip("|").split("|"))
        if status.isdigit():
            found.append(Row(name, int(status), finish, int(deltas.split()[0]), int(calls)))
    return found


CHAT_STREAMS = [row for row in rows() if row.name.endswith(".sse") and ".anthropic_" not in row.name]
ANTHROPIC_STREAMS = [row for row in rows() if row.name.endswith(".sse") and ".anthropic_" in row.name]
ERRORS = [row for row in rows() if row.name.endswith(".json") and row.status >= 400]


async def collect(stream: AsyncGenerator[Delta | Response]) -> tuple[list[Delta], Response]:
    items = [item async for item in stream]
    *deltas, response = items
    assert isinstance(response, Response)
    return [delta for delta in deltas if not isinstance(delta, Response)], response


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    def play(body: dict[str, object]) -> Turn:
        return Turn(raw=(CAPTURES / str(body["model"])).read_bytes())

    with ModelServer(play) as running:
        yield running


def test_there_are_captures_to_read() -> None:
    assert (len(CHAT_STREAMS), len(ANTHROPIC_STREAMS), len(ERRORS)) == (74, 5, 36)


async def test_every_chat_completions_stream_has_the_counts_of_the_index(server: ModelServer) -> None:
    provider = OpenAIProvider(Connection(f"{server.url}/v1", "", WireProtocol.OPENAI, "llamacpp"))
    for row in CHAT_STREAMS:
        deltas, response = await collect(provider.stream(Request(row.name, "", (UserTurn("hi"),))))
        texts = [delta.text for delta in deltas if isinstance(delta, TextDelta)]
        calls = [block for block in response.blocks if isinstance(block, ToolCall)]
        assert (len(texts), len(calls)) == (row.deltas, row.calls), row.name
        assert response.stop is STOPS[row.finish], row.name
        assert "".join(texts) == "".join(b.text for b in response.blocks if isinstance(b, Text)), row.name
        assert len({delta.index for delta in deltas if isinstance(delta, CallDelta)}) == row.calls, row.name
        assert response.model, row.name
        if "nousage" not in row.name:
            assert response.usage.output_tokens > 0, row.name
    await provider.aclose()


async def test_arguments_cut_by_the_token_limit_are_kept_as_invalid(server: ModelServer) -> None:
    provider = OpenAIProvider(Connection(f"{server.url}/v1", "", WireProtocol.OPENAI))
    request = Request("llamasrv.qwen05b-fence.tool_truncated_stream.sse", "", (UserTurn("hi"),))
    _, response = await collect(provider.stream(request))
    (call,) = response.blocks
    assert isinstance(call, ToolCall)
    assert (call.arguments, call.invalid[:1], response.stop) == ({}, "{", StopReason.LENGTH)
    await provider.aclose()


async def test_two_calls_of_one_stream_are_two_calls(server: ModelServer) -> None:
    provider = OpenAIProvider(Connection(f"{server.url}/v1", "", WireProtocol.OPENAI))
    request = Request("llamasrv.qwen15b-fence.tool_parallel_fewshot_stream.sse", "", (UserTurn("hi"),))
    _, response = await collect(provider.stream(request))
    first, second = (block for block in response.blocks if isinstance(block, ToolCall))
    assert first.id != second.id
    assert first.arguments
    assert second.arguments
    await provider.aclose()


async def test_every_anthropic_stream_is_understood(server: ModelServer) -> None:
    provider = AnthropicProvider(Connection(server.url, "", WireProtocol.ANTHROPIC))
    for row in ANTHROPIC_STREAMS:
        _, response = await collect(provider.stream(Request(row.name, "", (UserTurn("hi"),))))
        assert response.usage.output_tokens > 0, row.name
        assert response.blocks, row.name
        if row.name.startswith("llamasrv.qwen05b-fence.anthropic_tool"):
            assert response.blocks == (
                ToolCall("o52qA7VWct6ivnTsIDT4Ma1VjyuxM4Wf", "list_files", {"path": "./src"}),
            )
            assert (response.usage.input_tokens, response.usage.cache_read_tokens) == (13, 257)
    await provider.aclose()


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: row.name)
def test_every_recorded_error_becomes_one_clear_line(row: Row) -> None:
    body = (CAPTURES / row.name).read_bytes()
    error = ServerErrors("llamacpp", "127.0.0.1:8080").refused(row.status, decoded(body))
    said = json.loads(body)["error"]["message"]
    assert " ".join(said.split())[:200] in str(error)
    assert str(error).isprintable()
    assert len(str(error)) < 450
    assert error.status == row.status
    if "ctx_overflow" in row.name:
        assert error.failure is Failure.CONTEXT
    else:
        assert error.failure is (Failure.BUSY if row.status >= 500 else Failure.REQUEST)


@pytest.mark.parametrize(
    ("name", "failure", "said"),
    [
        ("llamasrv.err_auth_401.http", Failure.KEY, "refused the key (HTTP 401): Invalid API Key"),
        ("llamasrv.err_loading_503.http", Failure.BUSY, "is busy (HTTP 503): Loading model"),
    ],
)
def test_recorded_refusals_say_what_to_do(name: str, failure: Failure, said: str) -> None:
    head, _, body = (CAPTURES / name).read_bytes().partition(b"\r\n\r\n")
    error = ServerErrors("llamacpp", "127.0.0.1:8080").refused(int(head.split()[1]), decoded(body))
    assert error.failure is failure
    assert said in str(error)


def test_a_context_that_fills_up_in_mid_stream_ends_the_answer_at_its_length() -> None:
    body = (CAPTURES / "llamasrv.ctx_full_midstream.http").read_text().partition("\n\n")[2]
    assembler = ChunkAssembler(ServerErrors("llamacpp", ""), used_ids(()))
    for line in body.splitlines():
        if line.startswith("data: "):
            list(assembler.feed(line.removeprefix("data: ")))
    response = assembler.response()
    assert response.stop is StopReason.LENGTH
    assert (response.usage.input_tokens, response.usage.output_tokens) == (487, 25)


async def test_every_chat_stream_cut_short_is_an_error_not_an_answer() -> None:
    for row in CHAT_STREAMS[::6]:
        raw = (CAPTURES / row.name).read_bytes()
        with ModelServer([Turn(raw=raw[: len(raw) // 2])]) as server:
            provider = OpenAIProvider(Connection(f"{server.url}/v1", "", WireProtocol.OPENAI))
            with pytest.raises(ProviderError) as caught:
                await collect(provider.stream(REQUEST))
            assert caught.value.failure is Failure.STREAM
            await provider.aclose()
