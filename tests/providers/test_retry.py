from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable, Sequence

import pytest

from app.providers.contract import (
    Delta,
    Failure,
    Provider,
    ProviderError,
    Request,
    Response,
    StopReason,
    TextDelta,
)
from app.providers.retry import Discarded, Quiet, Retrying, RetryPolicy, stream_with_retries
from app.trajectory.content import Text, UserTurn

REQUEST = Request("m", "", (UserTurn("hi"),))
ANSWER = Response((Text("ok"),), StopReason.END)
BUSY = ProviderError("busy", Failure.BUSY, status=503)

Item = Delta | Response | BaseException | None


class Player:
    """A provider that plays a list of items for each attempt; None stands for silence without end."""

    def __init__(self, attempts: Sequence[Sequence[Item]]) -> None:
        self.attempts = [list(items) for items in attempts]
        self.asked = 0
        self.closed = 0

    async def stream(self, request: Request) -> AsyncGenerator[Delta | Response]:
        self.asked += 1
        try:
            for item in self.attempts[self.asked - 1]:
                if item is None:
                    await asyncio.Event().wait()
                elif isinstance(item, BaseException):
                    raise item
                else:
                    yield item
        finally:
            self.closed += 1

    async def warm(self) -> None:
        pass

    async def aclose(self) -> None:
        pass


class Run:
    """What came of a request: items, sleeps, and the error at its end."""

    def __init__(self) -> None:
        self.items: list[object] = []
        self.slept: list[float] = []
        self.error: ProviderError | None = None


async def run(provider: Provider, policy: RetryPolicy | None = None, *, random: float = 1.0) -> Run:
    result = Run()

    async def sleep(seconds: float) -> None:
        assert isinstance(result.items[-1], Retrying)  # announced before it is waited for
        result.slept.append(seconds)

    try:
        async for item in stream_with_retries(
            provider, REQUEST, policy or RetryPolicy(), sleep=sleep, random=lambda: random
        ):
            result.items.append(item)
    except ProviderError as error:
        result.error = error
    return result


def ticking(step: float) -> Callable[[], float]:
    """A clock that goes on by so many seconds whenever it is read."""
    ticks = itertools.count()
    return lambda: next(ticks) * step


async def test_an_answer_at_once_is_passed_on_as_it_is() -> None:
    result = await run(Player([[TextDelta("o"), TextDelta("k"), ANSWER]]))
    assert result.items == [TextDelta("o"), TextDelta("k"), ANSWER]
    assert result.slept == []


async def test_each_wait_is_longer_up_to_the_maximum() -> None:
    policy = RetryPolicy(attempts=6, base=1, factor=3, maximum=10)
    result = await run(Player([[BUSY]] * 5 + [[ANSWER]]), policy)
    assert result.slept == [1, 3, 9, 10, 10]
    assert [item.attempt for item in result.items if isinstance(item, Retrying)] == [2, 3, 4, 5, 6]
    assert result.items[-1] == ANSWER


async def test_jitter_takes_up_to_half_of_a_wait_away() -> None:
    result = await run(Player([[BUSY], [BUSY], [ANSWER]]), random=0.0)
    assert result.slept == [0.5, 1.0]


async def test_the_last_error_is_raised_with_the_number_of_attempts() -> None:
    result = await run(Player([[BUSY]] * 3), RetryPolicy(attempts=3))
    assert str(result.error) == "busy (gave up after 3 attempts)"
    assert result.error is not None
    assert (result.error.failure, result.error.status) == (Failure.BUSY, 503)
    assert len(result.slept) == 2


@pytest.mark.parametrize("failure", [Failure.KEY, Failure.REQUEST, Failure.CONTEXT])
async def test_what_asking_again_would_not_help_is_raised_at_once(failure: Failure) -> None:
    result = await run(Player([[ProviderError("no", failure)]]))
    assert str(result.error) == "no"
    assert result.items == []


@pytest.mark.parametrize("failure", [Failure.BUSY, Failure.CONNECTION, Failure.STREAM])
async def test_what_may_pass_is_tried_again(failure: Failure) -> None:
    result = await run(Player([[ProviderError("no", failure)], [ANSWER]]))
    assert result.items == [Retrying(2, 6, 1.0, "no"), ANSWER]


@pytest.mark.parametrize(("asked", "waited"), [(0.0, 1.0), (0.5, 1.0), (7.0, 7.0), (60.0, 60.0)])
async def test_a_wait_the_server_asks_for_is_kept(asked: float, waited: float) -> None:
    result = await run(Player([[ProviderError("no", Failure.BUSY, retry_after=asked)], [ANSWER]]))
    assert result.slept == [waited]


async def test_a_wait_longer_than_the_maximum_is_a_failure() -> None:
    result = await run(Player([[ProviderError("no", Failure.BUSY, retry_after=61)]]))
    assert str(result.error) == "no; the server asks to wait 61 s"
    assert result.slept == []


async def test_deltas_of_an_attempt_that_broke_off_are_discarded_before_the_next() -> None:
    broken = ProviderError("broke off", Failure.STREAM)
    result = await run(Player([[TextDelta("hal"), broken], [TextDelta("whole"), ANSWER]]))
    assert result.items == [
        TextDelta("hal"),
        Discarded("broke off"),
        Retrying(2, 6, 1.0, "broke off"),
        TextDelta("whole"),
        ANSWER,
    ]


async def test_deltas_of_the_last_attempt_are_discarded_too() -> None:
    broken = ProviderError("broke off", Failure.STREAM)
    result = await run(Player([[TextDelta("hal"), broken]]), RetryPolicy(attempts=1))
    assert result.items == [TextDelta("hal"), Discarded("broke off")]
    assert str(result.error) == "broke off"


async def test_a_stream_without_a_response_has_broken_off() -> None:
    result = await run(Player([[TextDelta("x")], [ANSWER]]))
    assert [type(item) for item in result.items] == [TextDelta, Discarded, Retrying, Response]


async def test_an_error_of_another_kind_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        await run(Player([[ZeroDivisionError()]]))


async def test_silence_is_told_and_ends_at_the_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.providers.retry.QUIET_SECONDS", 0.001)
    player = Player([[TextDelta("x"), None], [ANSWER]])
    items: list[object] = []

    async def sleep(seconds: float) -> None:
        pass

    policy = RetryPolicy(idle_timeout=4)
    async for item in stream_with_retries(
        player, REQUEST, policy, sleep=sleep, random=lambda: 1.0, clock=ticking(1.0)
    ):
        items.append(item)
    assert items == [
        TextDelta("x"),
        Quiet(1.0),
        Quiet(2.0),
        Quiet(3.0),
        Discarded("the answer stalled: no data for 4 s"),
        Retrying(2, 6, 1.0, "the answer stalled: no data for 4 s"),
        ANSWER,
    ]
    assert player.closed == 2


async def test_silence_before_the_first_delta_counts_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.providers.retry.QUIET_SECONDS", 0.001)
    items = [
        item
        async for item in stream_with_retries(
            Player([[None], [ANSWER]]),
            REQUEST,
            RetryPolicy(idle_timeout=2, base=0),
            clock=ticking(1.0),
        )
    ]
    assert [type(item) for item in items] == [Quiet, Retrying, Response]


async def test_time_the_consumer_takes_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.providers.retry.QUIET_SECONDS", 0.001)
    now = [0.0]
    go_on = asyncio.Event()

    class Hesitant(Player):
        async def stream(self, request: Request) -> AsyncGenerator[Delta | Response]:
            yield TextDelta("x")
            await go_on.wait()
            yield ANSWER

    seen: list[object] = []
    policy = RetryPolicy(idle_timeout=5)
    async for item in stream_with_retries(Hesitant([]), REQUEST, policy, clock=lambda: now[0]):
        seen.append(item)
        if isinstance(item, TextDelta):
            now[0] += 100
        else:
            go_on.set()
    assert seen[:2] == [TextDelta("x"), Quiet(0.0)]
    assert seen[-1] == ANSWER


@pytest.mark.parametrize("attempts", [[[TextDelta("x"), None]], [[TextDelta(str(n)) for n in range(1000)]]])
async def test_closing_closes_the_attempt(attempts: list[list[Item]]) -> None:
    player = Player(attempts)
    items = stream_with_retries(player, REQUEST, RetryPolicy())
    await anext(items)
    await items.aclose()
    assert player.closed == 1


async def test_cancelling_while_waiting_for_data_closes_the_attempt() -> None:
    player = Player([[TextDelta("x"), None]])
    begun = asyncio.Event()

    async def consume() -> None:
        async for _ in stream_with_retries(player, REQUEST, RetryPolicy()):
            begun.set()

    task = asyncio.create_task(consume())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert player.closed == 1


async def test_cancelling_while_waiting_to_try_again_ends_at_once() -> None:
    begun = asyncio.Event()

    async def sleep(seconds: float) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def consume() -> None:
        async for _ in stream_with_retries(Player([[BUSY]]), REQUEST, RetryPolicy(), sleep=sleep):
            pass

    task = asyncio.create_task(consume())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_attempt_is_closed_before_the_next_is_made() -> None:
    player = Player([[TextDelta("x"), BUSY], [ANSWER]])

    async def sleep(seconds: float) -> None:
        assert (player.asked, player.closed) == (1, 1)

    async for _ in stream_with_retries(player, REQUEST, RetryPolicy(), sleep=sleep):
        pass
    assert (player.asked, player.closed) == (2, 2)


def test_a_wait_never_overflows() -> None:
    assert RetryPolicy(attempts=5000).delay(4999, 1.0) == 60.0
