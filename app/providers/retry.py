"""Asking a model again where that may help, and noticing that it has gone quiet."""

from __future__ import annotations

import asyncio
import random as randomness
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from app.providers.contract import Delta, Failure, Provider, ProviderError, Request, Response
from app.providers.pump import pump

QUIET_SECONDS = 1.0
"""How often a silence is told."""

_AHEAD = 64  # items that may wait for the consumer


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently a request is made.

    Args:
        attempts: How often it is made at most, the first time included.
        base: Seconds before the second attempt.
        factor: By how much each wait is longer than the one before.
        maximum: Most seconds between two attempts, also where the server asks for more.
        idle_timeout: Seconds of silence after which an answer counts as broken off.
    """

    attempts: int = 6
    base: float = 1.0
    factor: float = 2.0
    maximum: float = 60.0
    idle_timeout: float = 120.0

    def delay(self, failed: int, share: float) -> float:
        """Seconds to wait after so many failed attempts.

        Args:
            failed: Attempts so far.
            share: From 0 to 1: where in the upper half of the time, lest all clients return at once.
        """
        longest = min(self.maximum, self.base * self.factor ** min(failed - 1, 64))
        return longest * (0.5 + share / 2)


@dataclass(frozen=True, slots=True)
class Retrying:
    """Attempt number `attempt`, of at most `of`, follows in `delay` seconds."""

    attempt: int
    of: int
    delay: float
    reason: str


@dataclass(frozen=True, slots=True)
class Discarded:
    """The deltas since the last attempt began are void."""

    reason: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """No data has come for so many seconds."""

    seconds: float


async def stream_with_retries(
    provider: Provider,
    request: Request,
    policy: RetryPolicy,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    random: Callable[[], float] = randomness.random,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[Delta | Response | Retrying | Discarded | Quiet]:
    """Ask the model, again where that may help. Ends in exactly one `Response`.

    Args:
        provider: The model.
        request: What to ask.
        policy: How often and how patiently.
        sleep: Waits between attempts.
        random: From 0 to 1, for the jitter.
        clock: Seconds, to measure silence.

    Raises:
        ProviderError: The last attempt failed, or asking again would not help.
    """
    for attempt in range(1, policy.attempts + 1):
        streamed = False
        try:
            async with aclosing(_watched(provider, request, policy, clock)) as items:
                async for item in items:
                    streamed = streamed or not isinstance(item, Quiet)
                    yield item
                    if isinstance(item, Response):
                        return
            raise ProviderError("the answer ended without a response", Failure.STREAM)
        except ProviderError as error:
            failure = error
        if streamed:
            yield Discarded(str(failure))
        asked_to_wait = failure.retry_after or 0.0
        if not failure.retryable or attempt == policy.attempts or asked_to_wait > policy.maximum:
            raise _given_up(failure, attempt, policy)
        delay = max(policy.delay(attempt, random()), asked_to_wait)
        yield Retrying(attempt + 1, policy.attempts, delay, str(failure))
        await sleep(delay)


async def _watched(
    provider: Provider, request: Request, policy: RetryPolicy, clock: Callable[[], float]
) -> AsyncGenerator[Delta | Response | Quiet]:
    """One attempt, with its silences. Its connection is closed when this ends, however it ends."""
    items: asyncio.Queue[Delta | Response | BaseException | None] = asyncio.Queue(_AHEAD)
    pumping = asyncio.create_task(pump(provider.stream(request), items))
    try:
        heard = clock()
        while True:
            try:
                if items.empty():  # a timer for each item of a flood would cost more than the item
                    async with asyncio.timeout(min(QUIET_SECONDS, policy.idle_timeout)):
                        item = await items.get()
                else:
                    item = items.get_nowait()
            except TimeoutError:
                silence = clock() - heard
                if silence >= policy.idle_timeout:
                    message = f"the answer stalled: no data for {silence:.3g} s"
                    raise ProviderError(message, Failure.STREAM) from None
                yield Quiet(silence)
                continue
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            yield item
            heard = clock()
    finally:
        pumping.cancel()
        while not items.empty():  # one that ends with an error finds room for it
            items.get_nowait()
        await asyncio.wait([pumping])


def _given_up(failure: ProviderError, attempts: int, policy: RetryPolicy) -> ProviderError:
    message = str(failure)
    if failure.retryable and (failure.retry_after or 0) > policy.maximum:
        message += f"; the server asks to wait {failure.retry_after:.0f} s"
    if attempts > 1:
        message += f" (gave up after {attempts} attempts)"
    return ProviderError(message, failure.failure, retry_after=failure.retry_after, status=failure.status)
