"""An answer on its way from a provider to whoever takes it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from app.providers.contract import Delta, Response

_GATHER = 0.02  # seconds
_FLOW = 16  # items that had to be waited for, each but a moment, after which an answer flows
_GULP = 50  # items that come at once: to wait for more would only hold up the sender


async def pump(
    stream: AsyncGenerator[Delta | Response],
    items: asyncio.Queue[Delta | Response | BaseException | None],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Move a stream into a queue: so it is read, and closed, by one task from beginning to end.

    An answer that flows is taken in gulps: waking up for each of thousands of tokens a second costs far more
    than the tokens, and nobody sees one that comes a hundredth of a second later.

    Args:
        stream: The answer.
        items: Takes what comes, and last the error that ended it, or None.
        sleep: Waits while items gather.
        clock: Seconds.
    """
    end: BaseException | None = None
    try:
        async with aclosing(stream):
            rapid = gulp = 0
            asked, turned = clock(), _next_turn()
            async for item in stream:
                # What needed no turn of the event loop had arrived before: the time it took was work.
                waited = clock() - asked if turned.is_set() else None
                await items.put(item)
                gulp += 1
                if waited is not None:
                    rapid = rapid + 1 if waited < _GATHER else 0
                    if rapid > _FLOW and gulp < _GULP:
                        await sleep(_GATHER)
                    gulp = 0
                if turned.is_set():
                    turned = _next_turn()
                asked = clock()
    except Exception as error:  # whatever it is, it is the consumer's
        end = error
    await items.put(end)


def _next_turn() -> asyncio.Event:
    """Set as soon as the event loop goes on."""
    turned = asyncio.Event()
    asyncio.get_running_loop().call_soon(turned.set)
    return turned
