"""Commands in the background: they go on after their call was answered, and end with the session."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.execution.commands import CommandOutcome, CommandRunner
from app.execution.running import RunningCommand


@dataclass(slots=True)
class Job:
    """A command in the background.

    Args:
        name: What a model and a person call it.
        call: The call that started it.
        command: What the shell was told.
        spool: The file its output grows in.
        running: The command.
        began: When it was put in the background, by the monotonic clock.
        told: Bytes of its output that the model was given.
        reading: Held while more of it is read for the model.
        outcome: What it came to; None while it runs.
    """

    name: str
    call: str
    command: str
    spool: Path
    running: RunningCommand
    began: float = field(default_factory=time.monotonic)
    told: int = 0
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    outcome: CommandOutcome | None = None


class JobError(Exception):
    """There is no such job. The message says which there are."""


class Jobs:
    """The background commands of a session.

    Args:
        runner: Started them, and ends them.
        on_end: Called on the loop when one has ended.
    """

    def __init__(self, runner: CommandRunner, on_end: Callable[[Job, CommandOutcome], None]) -> None:
        self._runner = runner
        self._on_end = on_end
        self._jobs: dict[str, Job] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def adopt(self, call: str, command: str, spool: Path, running: RunningCommand) -> Job:
        """Let a command go on in the background.

        Args:
            call: The call that started it.
            command: What the shell was told.
            spool: The file its output grows in.
            running: The command, which nobody else will finish.
        """
        job = Job(f"job-{len(self._jobs) + 1}", call, command, spool, running)
        self._jobs[job.name] = job
        self._tasks[job.name] = asyncio.get_running_loop().create_task(self._follow(job))
        return job

    def get(self, name: str) -> Job:
        """The job of that name.

        Raises:
            JobError: There is none.
        """
        if name not in self._jobs:
            there = ", ".join(self._jobs) or "none was started"
            raise JobError(f"there is no background job {name!r}; the jobs are: {there}")
        return self._jobs[name]

    def running(self, call: str) -> RunningCommand | None:
        """The command that a call left in the background, while it runs."""
        jobs = (job for job in self._jobs.values() if job.call == call and job.outcome is None)
        return next((job.running for job in jobs), None)

    async def kill(self, name: str) -> Job:
        """End a job and all it started; returns when nothing of it is left.

        Raises:
            JobError: There is none of that name.
        """
        job = self.get(name)
        job.running.call_attention()
        await asyncio.wait([self._tasks[name]])
        return job

    def keep(self, name: str) -> bool:
        """Let a job outlive us; False if it has ended, or is kept already.

        Raises:
            JobError: There is none of that name.
        """
        job = self.get(name)
        if job.outcome is not None or job.running.is_kept:
            return False
        job.running.keep()
        return True

    async def close(self) -> list[Job]:
        """End every job that is not to be kept.

        Returns:
            Those that go on.
        """
        self._closed = True
        for job in self._jobs.values():
            job.running.call_attention()
        if self._tasks:
            await asyncio.wait(self._tasks.values())
        return [job for job in self._jobs.values() if job.outcome is None]

    async def _follow(self, job: Job) -> None:
        await job.running.exits(None)
        if self._closed and job.running.is_kept:
            await job.running.handed_over()
            return
        job.outcome = await self._runner.finish(job.running)
        self._on_end(job, job.outcome)
