"""Calls of a turn run together unless they would disturb each other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from app.tools.scheduler import Job, Scheduler, conflict
from app.trajectory.effects import Effects

READ = Effects("read", reads=("/w/a",))
WRITE = Effects("write", writes=("/w/a",))
OTHER = Effects("other", writes=("/w/b",))
LISTING = Effects("listing", reads=("/w",))
COMMAND = Effects("command", command="make", unknown=True)


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        (READ, READ, False),
        (READ, WRITE, True),
        (WRITE, READ, True),
        (WRITE, WRITE, True),
        (WRITE, OTHER, False),
        (LISTING, WRITE, True),
        (WRITE, LISTING, True),
        (COMMAND, COMMAND, False),
        (COMMAND, WRITE, True),
        (WRITE, COMMAND, True),
        (COMMAND, READ, False),
        (Effects("x", writes=("/w/ab",)), READ, False),
    ],
)
def test_what_conflicts(earlier: Effects, later: Effects, expected: bool) -> None:
    assert conflict(earlier, later) is expected


class Trace:
    """Jobs whose steps wait for the test, and what they did."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}

    def jobs(self, scheduler: Scheduler, calls: Sequence[tuple[str, Effects]], asks: str = "") -> list[Job]:
        def job(name: str, waits_for: tuple[str, ...]) -> Job:
            gate = self.gates.setdefault(name, asyncio.Event())

            async def prepare() -> bool:
                if name == asks:
                    self.log.append(f"{name} asks")
                    await gate.wait()
                    return False
                return True

            async def execute() -> bool:
                self.log.append(f"{name} starts")
                await gate.wait()
                self.log.append(f"{name} ends")
                return False

            return Job(name, waits_for, prepare, execute, lambda: self.log.append(f"{name} cancelled"))

        return [job(name, waits) for name, waits in scheduler.order(calls).items()]


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_calls_that_do_not_conflict_start_in_order_and_run_together() -> None:
    scheduler, trace = Scheduler(parallel=True, max_concurrency=16), Trace()
    running = asyncio.create_task(
        scheduler.run(trace.jobs(scheduler, [("1", READ), ("2", OTHER), ("3", COMMAND)]))
    )
    await settle()
    assert trace.log == ["1 starts", "2 starts"]
    trace.gates["2"].set()
    await settle()
    assert trace.log == ["1 starts", "2 starts", "2 ends", "3 starts"]
    trace.gates["1"].set()
    trace.gates["3"].set()
    await running


async def test_no_more_run_than_allowed() -> None:
    scheduler, trace = Scheduler(parallel=True, max_concurrency=2), Trace()
    calls = [(str(n), COMMAND) for n in range(5)]
    running = asyncio.create_task(scheduler.run(trace.jobs(scheduler, calls)))
    await settle()
    assert trace.log == ["0 starts", "1 starts"]
    for name, _ in calls:
        trace.gates[name].set()
    await running
    assert len([line for line in trace.log if line.endswith("ends")]) == 5


async def test_one_after_the_other_when_not_parallel() -> None:
    scheduler, trace = Scheduler(parallel=False, max_concurrency=16), Trace()
    running = asyncio.create_task(scheduler.run(trace.jobs(scheduler, [("1", READ), ("2", READ)])))
    await settle()
    assert trace.log == ["1 starts"]
    trace.gates["1"].set()
    trace.gates["2"].set()
    await running
    assert trace.log == ["1 starts", "1 ends", "2 starts", "2 ends"]


async def test_a_question_takes_no_slot_and_holds_up_only_what_conflicts() -> None:
    scheduler, trace = Scheduler(parallel=True, max_concurrency=1), Trace()
    calls = [("asks", WRITE), ("free", OTHER), ("waits", READ)]
    running = asyncio.create_task(scheduler.run(trace.jobs(scheduler, calls, asks="asks")))
    await settle()
    assert trace.log == ["asks asks", "free starts"]
    trace.gates["free"].set()
    await settle()
    assert trace.log[-1] == "free ends"
    trace.gates["asks"].set()
    trace.gates["waits"].set()
    await running
    assert trace.log[-2:] == ["waits starts", "waits ends"]


async def test_a_call_that_is_to_run_again_is_asked_about_again_and_takes_no_slot_meanwhile() -> None:
    log: list[str] = []
    answered = asyncio.Event()

    async def prepare() -> bool:
        log.append("asks")
        if "ran" in log:
            await answered.wait()
        return True

    async def execute() -> bool:
        log.append("ran")
        return log.count("ran") == 1

    async def other() -> bool:
        log.append("other")
        return False

    async def wait_for_the_first() -> bool:
        while "ran" not in log:
            await asyncio.sleep(0)
        return True

    jobs = [
        Job("again", (), prepare, execute, lambda: None),
        Job("other", (), wait_for_the_first, other, lambda: None),
    ]
    running = asyncio.create_task(Scheduler(parallel=True, max_concurrency=1).run(jobs))
    await settle()
    assert log == ["asks", "ran", "asks", "other"]
    answered.set()
    await running
    assert log == ["asks", "ran", "asks", "other", "ran"]


async def test_one_call_is_cancelled_and_its_siblings_go_on() -> None:
    scheduler, trace = Scheduler(parallel=True, max_concurrency=16), Trace()
    calls = [("1", WRITE), ("2", OTHER), ("3", WRITE)]
    running = asyncio.create_task(scheduler.run(trace.jobs(scheduler, calls)))
    await settle()
    assert scheduler.cancel("1")
    await settle()
    assert trace.log == ["1 starts", "2 starts", "1 cancelled", "3 starts"]
    trace.gates["2"].set()
    trace.gates["3"].set()
    await running
    assert not scheduler.cancel("2")


async def test_cancelling_the_turn_cancels_every_call_and_waits_for_it() -> None:
    scheduler, trace = Scheduler(parallel=True, max_concurrency=1), Trace()
    calls = [("1", WRITE), ("2", OTHER), ("3", WRITE)]
    running = asyncio.create_task(scheduler.run(trace.jobs(scheduler, calls, asks="2")))
    await settle()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert sorted(line for line in trace.log if "cancelled" in line) == [
        "1 cancelled",
        "2 cancelled",
        "3 cancelled",
    ]
