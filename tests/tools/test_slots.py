from __future__ import annotations

import asyncio

from app.tools.slots import Slots


class Guests:
    """Tasks that are let in one by one, and stay until they are told to go."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        self.inside: list[int] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.gates: list[asyncio.Event] = []

    def come(self, count: int) -> None:
        for _ in range(count):
            number = len(self.tasks)
            self.gates.append(asyncio.Event())
            self.tasks.append(asyncio.create_task(self._visit(number)))

    async def _visit(self, number: int) -> None:
        async with self.slots.one():
            self.inside.append(number)
            await self.gates[number].wait()
            self.inside.remove(number)

    async def settle(self) -> list[int]:
        for _ in range(10):
            await asyncio.sleep(0)
        return self.inside

    async def all_go(self) -> None:
        for gate in self.gates:
            gate.set()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_so_many_are_let_in_and_the_others_in_their_order() -> None:
    guests = Guests(Slots(2))
    guests.come(4)
    assert await guests.settle() == [0, 1]
    guests.gates[1].set()
    assert await guests.settle() == [0, 2]
    await guests.all_go()
    assert guests.inside == []


async def test_more_are_let_in_at_once_when_there_is_more_room() -> None:
    guests = Guests(Slots(1))
    guests.come(4)
    assert await guests.settle() == [0]
    guests.slots.resize(3)
    assert await guests.settle() == [0, 1, 2]
    await guests.all_go()


async def test_with_less_room_who_is_in_stays_and_nobody_comes_until_there_is_some() -> None:
    guests = Guests(Slots(3))
    guests.come(4)
    await guests.settle()
    guests.slots.resize(1)
    for number in (0, 1):
        guests.gates[number].set()
        assert 3 not in await guests.settle()
    guests.gates[2].set()
    assert await guests.settle() == [3]
    await guests.all_go()


async def test_who_leaves_the_line_takes_no_place() -> None:
    guests = Guests(Slots(1))
    guests.come(3)
    await guests.settle()
    guests.tasks[1].cancel()
    guests.gates[0].set()
    assert await guests.settle() == [2]
    await guests.all_go()
    late = Guests(guests.slots)
    late.come(1)
    assert await late.settle() == [0], "no place was lost"
    await late.all_go()


async def test_who_is_cancelled_in_the_moment_it_is_let_in_gives_the_place_back() -> None:
    guests = Guests(Slots(1))
    guests.come(2)
    await guests.settle()
    guests.gates[0].set()
    await asyncio.sleep(0)
    guests.tasks[1].cancel()
    await guests.settle()
    guests.come(1)
    assert await guests.settle() == [2]
    await guests.all_go()
