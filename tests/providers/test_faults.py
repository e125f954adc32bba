"""The real SDK and the real HTTP client against a server that fails in ten ways, in both protocols."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from app.providers.anthropic import AnthropicProvider
from app.providers.connection import Connection, WireProtocol
from app.providers.contract import (
    Failure,
    ProviderError,
    Request,
    Response,
    StopReason,
    TextDelta,
    ToolSchema,
)
from app.providers.openai import OpenAIProvider
from app.providers.retry import Discarded, Quiet, Retrying, RetryPolicy, stream_with_retries
from app.trajectory.content import Text, ToolCall, UserTurn
from tests.servers.model_server import Call, Fault, ModelServer, Turn
from tests.servers.turns import LONG_TEXT

KEY = "sk-do-not-show-this"
REQUEST = Request(
    "a-model", "Be short.", (UserTurn("hi"),), (ToolSchema("bash", "Runs.", {"type": "object"}),)
)
CALLS = (Call("bash", {"command": "echo one"}), Call("bash", {"command": "echo two"}))
Maker = Callable[[ModelServer], AnthropicProvider | OpenAIProvider]


@pytest.fixture(params=list(WireProtocol))
async def connect(request: pytest.FixtureRequest) -> AsyncIterator[Maker]:
    opened: list[AnthropicProvider | OpenAIProvider] = []

    def make(server: ModelServer) -> AnthropicProvider | OpenAIProvider:
        match request.param:
            case WireProtocol.ANTHROPIC:
                opened.append(AnthropicProvider(Connection(server.url, KEY, request.param, "here")))
            case _:
                opened.append(OpenAIProvider(Connection(f"{server.url}/v1", KEY, request.param, "here")))
        return opened[-1]

    yield make
    for provider in opened:
        await provider.aclose()


async def ask(
    provider: AnthropicProvider | OpenAIProvider, policy: RetryPolicy | None = None
) -> tuple[list[Retrying | Discarded], list[float], Response]:
    """What was told on the way, how long was slept, and the answer."""
    told: list[Retrying | Discarded] = []
    slept: list[float] = []
    response: Response | None = None

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async for item in stream_with_retries(
        provider, REQUEST, policy or RetryPolicy(), sleep=sleep, random=lambda: 1.0
    ):
        if isinstance(item, Retrying | Discarded):
            told.append(item)
        elif isinstance(item, Response):
            response = item
    assert response is not None
    return told, slept, response


def arguments_of(response: Response) -> list[object]:
    return [block.arguments for block in response.blocks if isinstance(block, ToolCall)]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.OVERLOADED, "here is busy (HTTP 529): try again later"),
        (Fault.SERVER_ERROR, "here failed (HTTP 500): try again later"),
    ],
)
async def test_a_busy_server_is_asked_again_after_a_while(connect: Maker, fault: Fault, said: str) -> None:
    with ModelServer([Turn(calls=CALLS, fault=fault)], key=KEY) as server:
        told, slept, response = await ask(connect(server))
        assert told == [Retrying(2, 6, 1.0, said)]
        assert slept == [1.0]
        assert arguments_of(response) == [{"command": "echo one"}, {"command": "echo two"}]
        assert (server.connections, len(server.requests)) == (1, 2)


async def test_a_rate_limit_is_kept_to_the_second_the_server_says(connect: Maker) -> None:
    with ModelServer([Turn(text="ok", fault=Fault.RATE_LIMITED, retry_after=7)], key=KEY) as server:
        told, slept, response = await ask(connect(server))
    assert told == [Retrying(2, 6, 7.0, "here is busy (HTTP 429): try again later")]
    assert slept == [7.0]
    assert response.blocks == (Text("ok"),)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.RESET, "the answer of here broke off: "),
        (Fault.EARLY_EOF, "the answer of here broke off: it ended before it was complete"),
        (Fault.MALFORMED, "the answer of here broke off: the server sent "),
        (Fault.ERROR_EVENT, "here is busy: Overloaded"),
    ],
)
async def test_an_answer_that_breaks_off_is_discarded_and_asked_for_again(
    connect: Maker, fault: Fault, said: str
) -> None:
    with ModelServer(
        [Turn(text="Some words to begin with. " * 4, calls=CALLS, fault=fault)], key=KEY
    ) as server:
        told, slept, response = await ask(connect(server))
        first, second = told
        assert isinstance(first, Discarded)
        assert isinstance(second, Retrying)
        assert first.reason == second.reason
        assert said in first.reason
        assert slept == [1.0]
        assert response.stop is StopReason.TOOLS
        assert arguments_of(response) == [{"command": "echo one"}, {"command": "echo two"}]
        assert len(server.requests) == 2


async def test_an_answer_that_stalls_is_closed_and_asked_for_again(connect: Maker) -> None:
    with ModelServer([Turn(text="Some words to begin with.", fault=Fault.STALL)], key=KEY) as server:
        told, _, response = await ask(connect(server), RetryPolicy(idle_timeout=1.5))
        assert "the answer stalled: no data for " in told[0].reason
        assert await asyncio.to_thread(server.abandoned.wait, 5)
        assert response.blocks == (Text("Some words to begin with."),)


async def test_cut_arguments_of_a_complete_answer_come_as_they_are(connect: Maker) -> None:
    with ModelServer([Turn(calls=CALLS, fault=Fault.CUT_ARGUMENTS)], key=KEY) as server:
        told, _, response = await ask(connect(server))
        first, second = response.blocks
        assert isinstance(first, ToolCall)
        assert isinstance(second, ToolCall)
        assert (first.arguments, first.invalid) == ({"command": "echo one"}, "")
        assert (second.arguments, second.invalid) == ({}, '{"command":')
        assert told == []


async def test_cut_arguments_of_an_answer_that_never_ends_are_discarded(connect: Maker) -> None:
    call = Call("bash", {"command": "echo " + "x" * 200})
    with ModelServer([Turn(calls=[call], fault=Fault.EARLY_EOF)], key=KEY) as server:
        told, _, response = await ask(connect(server))
    assert isinstance(told[0], Discarded)
    assert arguments_of(response) == [call.arguments]


async def test_five_megabytes_in_small_deltas_arrive_whole(connect: Maker) -> None:
    with ModelServer([Turn(calls=CALLS, fault=Fault.LONG_TEXT)], key=KEY) as server:
        provider = connect(server)
        size = count = 0
        async for item in stream_with_retries(provider, REQUEST, RetryPolicy()):
            if isinstance(item, TextDelta):
                size += len(item.text)
                count += 1
        assert (size, count) == (5_000_000, 78_125)
        assert isinstance(item, Response)
        text, *calls = item.blocks
        assert text == Text(LONG_TEXT)
        assert len(calls) == 2
        assert (server.connections, len(server.requests)) == (1, 1)


async def test_one_connection_serves_many_requests(connect: Maker) -> None:
    with ModelServer(
        [Turn(text="x"), Turn(calls=CALLS), Turn(text="y", status=400), Turn(text="z")], key=KEY
    ) as server:
        provider = connect(server)
        await ask(provider)
        await ask(provider)
        with pytest.raises(ProviderError):
            await ask(provider)
        await ask(provider)
        assert (server.connections, len(server.requests)) == (1, 4)


async def test_cancelling_closes_the_connection(connect: Maker) -> None:
    with ModelServer([Turn(text="word " * 4000, pause=0.01)], key=KEY) as server:
        task = asyncio.create_task(ask(connect(server)))
        assert await asyncio.to_thread(server.streaming.wait, 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.abandoned.wait, 5)


async def test_closing_the_stream_closes_the_connection(connect: Maker) -> None:
    with ModelServer([Turn(text="word " * 4000, pause=0.01)], key=KEY) as server:
        items = stream_with_retries(connect(server), REQUEST, RetryPolicy())
        assert isinstance(await anext(items), TextDelta)
        await items.aclose()
        assert await asyncio.to_thread(server.abandoned.wait, 5)


async def test_silence_is_told_while_it_lasts(connect: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.providers.retry.QUIET_SECONDS", 0.01)
    with ModelServer([Turn(text="Some words to begin with.", fault=Fault.STALL)], key=KEY) as server:
        items = stream_with_retries(connect(server), REQUEST, RetryPolicy())
        told: list[float] = []
        async for item in items:
            if not isinstance(item, Quiet):
                told.clear()
                continue
            told.append(item.seconds)
            if server.streaming.is_set() and len(told) >= 3:
                break
        await items.aclose()
    assert told == sorted(told)
    assert told[0] >= 0.01


async def test_no_server_is_said_so_and_tried_again(connect: Maker) -> None:
    with ModelServer([]) as server:
        pass
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    with pytest.raises(ProviderError) as caught:
        async for _ in stream_with_retries(connect(server), REQUEST, RetryPolicy(attempts=3), sleep=sleep):
            pass
    assert caught.value.failure is Failure.CONNECTION
    host = server.url.removeprefix("http://")
    assert str(caught.value) == (
        f"no answer from here at {host}: Connection refused; check the address and that the server runs "
        "(gave up after 3 attempts)"
    )
    assert len(slept) == 2


@pytest.mark.parametrize(
    "turn",
    [
        Turn(status=401, error=f"{KEY} is not a key"),
        Turn(status=400, error=f"your key\n{KEY}\tis odd"),
        Turn(status=500, error=f"cannot look up {KEY}"),
        Turn(text="words", fault=Fault.RESET),
        Turn(text="words", fault=Fault.MALFORMED),
        Turn(raw=f'event: error\ndata: {{"type": "error", "error": {{"message": "{KEY}"}}}}\n\n'.encode()),
        Turn(raw=f'event: message_start\ndata: {{"{KEY}": \n\n'.encode()),
    ],
)
async def test_the_key_is_in_no_error_and_nothing_chained_to_it(connect: Maker, turn: Turn) -> None:
    with ModelServer([turn]) as server:
        with pytest.raises(ProviderError) as caught:
            async for _ in connect(server).stream(REQUEST):
                pass
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    error = caught.value
    assert KEY not in f"{error!r} {error} {vars(error)} {error.args}"
    assert (error.__cause__, error.__context__) == (None, None)  # a client's error holds the request


async def test_the_body_of_an_error_is_read_up_to_a_limit(connect: Maker) -> None:
    with ModelServer([Turn(status=400, error="endless " * 10_000, fault=Fault.STALL)]) as server:
        with pytest.raises(ProviderError, match=r"refused the request \(HTTP 400\).*endless") as caught:
            async with asyncio.timeout(10):
                await ask(connect(server))
        assert len(str(caught.value)) < 450


async def test_a_redirect_is_not_followed(connect: Maker) -> None:
    with ModelServer([Turn(text="never")]) as other:
        location = f"{other.url}/v1/chat/completions"
        with ModelServer([Turn(status=307, location=location)]) as server:
            with pytest.raises(ProviderError) as caught:
                await ask(connect(server))
            assert caught.value.failure is Failure.REQUEST
            assert other.connections == 0
