"""Which calls of a turn run together.

Calls start in the order the model gave them. A call waits only for earlier calls whose effects conflict with
its own; one that waits for a person holds up only those. What a person must decide is asked before a slot is
taken, so a question never keeps a slot busy.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from app.tools.slots import Slots
from app.trajectory.effects import Effects


@dataclass(frozen=True, slots=True)
class Job:
    """A call to schedule.

    Args:
        call: Its id.
        waits_for: Ids of earlier calls that must have ended.
        prepare: Decides, perhaps by asking a person, whether it runs.
        execute: Runs it, and says whether it is to be prepared and run again. Neither may raise, but for
            being cancelled.
        cancelled: Told if the call was cancelled, wherever it was on its way.
    """

    call: str
    waits_for: tuple[str, ...]
    prepare: Callable[[], Awaitable[bool]]
    execute: Callable[[], Awaitable[bool]]
    cancelled: Callable[[], None]


class Scheduler:
    """Runs the calls of one turn at a time.

    Args:
        parallel: False runs them one after the other.
        max_concurrency: Most calls that run at once.
    """

    def __init__(self, *, parallel: bool, max_concurrency: int) -> None:
        self._parallel = parallel
        self._slots = Slots(max_concurrency)
        self._running: dict[str, asyncio.Task[None]] = {}

    def configure(self, *, parallel: bool, max_concurrency: int) -> None:
        """Go on otherwise: how many run at once at once, who waits for whom from the next turn on."""
        self._parallel = parallel
        self._slots.resize(max_concurrency)

    def order(self, calls: Sequence[tuple[str, Effects]]) -> dict[str, tuple[str, ...]]:
        """For each call, the ids of the earlier calls it waits for."""
        return {
            call: tuple(
                earlier for earlier, other in calls[:index] if not self._parallel or conflict(other, effects)
            )
            for index, (call, effects) in enumerate(calls)
        }

    async def run(self, jobs: Sequence[Job]) -> None:
        """Run the jobs; returns when all have ended. Cancelling this cancels them all, and waits for them."""
        ended = {job.call: asyncio.Event() for job in jobs}
        try:
            async with asyncio.TaskGroup() as group:
                for job in jobs:
                    self._running[job.call] = group.create_task(self._run(job, ended), name=job.call)
        finally:
            for job in jobs:
                self._running.pop(job.call, None)

    def cancel(self, call: str) -> bool:
        """Cancel one call and leave the others alone; False if it does not run."""
        task = self._running.get(call)
        if task is None:
            return False
        asyncio.get_running_loop().call_soon(task.cancel)  # after its first step, which sees to its answer
        return True

    async def _run(self, job: Job, ended: dict[str, asyncio.Event]) -> None:
        try:
            for earlier in job.waits_for:
                await ended[earlier].wait()
            again = True
            while again and await job.prepare():
                async with self._slots.one():
                    again = await job.execute()
        except asyncio.CancelledError:
            job.cancelled()
            raise
        finally:
            ended[job.call].set()


def conflict(earlier: Effects, later: Effects) -> bool:
    """Whether two calls must not run at the same time.

    They must not if one writes where the other reads or writes, or if one writes a file and the other is a
    command that may touch anything. Commands do not wait for each other.
    """
    if (earlier.unknown and later.writes) or (earlier.writes and later.unknown):
        return True
    return _meet(earlier.writes, later.writes + later.reads) or _meet(earlier.reads, later.writes)


def _meet(paths: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return any(_contains(path, other) or _contains(other, path) for path in paths for other in others)


def _contains(folder: str, path: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
