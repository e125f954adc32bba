from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from app.providers.contract import Delta, Response, TextDelta
from app.providers.pump import pump


class Line:
    """A sender, and the line to it, whose clock goes on only by what happens here.

    Args:
        count: Items that it sends.
        every: Seconds from one to the next.
        work: Seconds that it takes to read one.
        piece: Items at most that come together; the next ones need a turn of the event loop, if nothing else.

    Attributes:
        now: Seconds since the begin.
        turns: How often the reader needed a turn of the event loop.
        sleeps: How often it let items gather.
    """

    def __init__(self, count: int, *, every: float, work: float = 0.0, piece: int = 400) -> None:
        self.now = 0.0
        self.turns = 0
        self.sleeps = 0
        self._count = count
        self._every = every
        self._work = work
        self._piece = piece

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.sleeps += 1
        self.now += seconds
        await asyncio.sleep(0)

    async def stream(self) -> AsyncGenerator[Delta | Response]:
        for number in range(self._count):
            arrives = number * self._every
            if arrives > self.now or number % self._piece == 0:
                self.turns += 1
                self.now = max(self.now, arrives)
                await asyncio.sleep(0)
            self.now += self._work
            yield TextDelta(str(number))


async def taken(line: Line) -> list[object]:
    """All that comes of a line."""
    items: asyncio.Queue[Delta | Response | BaseException | None] = asyncio.Queue()
    await pump(line.stream(), items, sleep=line.sleep, clock=line.clock)
    return [items.get_nowait() for _ in range(items.qsize())]


async def test_an_answer_that_flows_is_taken_in_gulps_and_whole() -> None:
    line = Line(4000, every=0.0005)
    assert await taken(line) == [*(TextDelta(str(number)) for number in range(4000)), None]
    assert line.turns < 4000 / 30
    assert line.now < 4000 * 0.0005 + 0.05


async def test_a_few_tokens_a_second_are_not_held_up() -> None:
    line = Line(200, every=0.03)
    await taken(line)
    assert line.sleeps == 0


@pytest.mark.parametrize("work", [0.0, 0.0002, 0.002])
async def test_what_has_arrived_is_never_waited_for_however_long_it_takes_to_read(work: float) -> None:
    line = Line(20_000, every=0.0, work=work)
    await taken(line)
    assert line.sleeps == 0
    assert line.now == pytest.approx(20_000 * work)


async def test_a_sender_that_is_faster_than_the_reader_is_not_held_up() -> None:
    line = Line(20_000, every=0.0001, work=0.0003, piece=60)
    await taken(line)
    assert line.now < 20_000 * 0.0003 * 1.05


async def test_items_gather_again_after_a_gulp() -> None:
    class Hiccup(Line):
        async def stream(self) -> AsyncGenerator[Delta | Response]:
            self.now = 0.5  # a thousand items wait by now
            async for item in super().stream():
                yield item

    line = Hiccup(4000, every=0.0005)
    await taken(line)
    assert line.turns < 4000 / 30
