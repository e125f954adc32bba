"""Shell commands: each a fresh shell that ends in time, with everything it started, and leaves its output."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.execution.environment import child_environment
from app.execution.process_group import Usage
from app.execution.running import RunningCommand
from app.execution.watchdog import Watchdog

_STUCK = Usage(exit_code=-signal.SIGKILL, duration=0.0, cpu_time=0.0, peak_memory=0)


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """What a command came to.

    Args:
        exit_code: Of the shell; -N when signal N ended it.
        timed_out: It was ended because its time was up.
        duration: Seconds from start to exit.
        cpu_time: Seconds of processor time, with those of the children it waited for.
        peak_memory: Bytes of its largest process; 0 when that was no more than our own, which the kernel does
            not tell apart.
        output_bytes: Bytes of output in the spool.
        lost_bytes: Bytes of output beyond the quota, or that the disk did not take.
        spool_error: Why the spool took no more, if it was not the quota.
    """

    exit_code: int
    timed_out: bool
    duration: float
    cpu_time: float
    peak_memory: int
    output_bytes: int
    lost_bytes: int
    spool_error: str


class CommandError(Exception):
    """A command could not be started. The message says why."""


class CommandRunner:
    """Runs shell commands, any number at once, each in a shell of its own.

    Args:
        quota: Most bytes of output that are kept of one command; the rest is counted and dropped.
        grace: Seconds between asking a process group to end and killing it.
        environment: What commands get to see; our own environment without secrets, if not given.
    """

    def __init__(
        self,
        *,
        quota: int = 256 << 20,
        grace: float = 2.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._quota = quota
        self._grace = grace
        self._environment = child_environment(os.environ) if environment is None else environment
        bash = shutil.which("bash")
        self._shell = [bash, "--noprofile", "--norc", "-c", "--"] if bash else ["/bin/sh", "-c", "--"]
        self._watchdog = Watchdog()
        self._running: set[RunningCommand] = set()
        self._closed = False

    async def run(
        self,
        command: str,
        *,
        cwd: Path,
        spool: Path,
        timeout: float,  # noqa: ASYNC109 - the command ends gracefully when its time is up, not this coroutine
        started: Callable[[int], None] | None = None,
    ) -> CommandOutcome:
        """Run a command to its end. What it leaves running is ended too, also when this task is cancelled.

        Args:
            command: What the shell is told.
            cwd: Where it runs.
            spool: The file that keeps its output; it must not exist yet. Its folder is made.
            timeout: Seconds it may take.
            started: Called with its process group once it runs and the spool exists.

        Raises:
            CommandError: It could not be started.
        """
        if self._closed:
            raise CommandError("no command can be started any more")
        try:
            spool.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            running = RunningCommand(
                [*self._shell, command],
                cwd=cwd,
                environment=self._environment,
                spool=spool,
                quota=self._quota,
                watchdog=self._watchdog,
            )
        except (OSError, ValueError) as error:
            too_long = isinstance(error, OSError) and error.errno == errno.E2BIG
            reason = "it is too long for this system" if too_long else _reason(error)
            raise CommandError(f"the command could not be started: {reason}") from error
        self._running.add(running)
        try:
            if started is not None:
                started(running.group.pid)
            timed_out = not await running.exits(timeout)
        finally:
            try:
                await running.end(self._grace)
            finally:
                self._running.discard(running)
        usage, pump = running.group.usage or _STUCK, running.pump
        return CommandOutcome(
            exit_code=usage.exit_code,
            timed_out=timed_out,
            duration=usage.duration,
            cpu_time=usage.cpu_time,
            peak_memory=usage.peak_memory,
            output_bytes=pump.kept,
            lost_bytes=pump.lost,
            spool_error=pump.error,
        )

    async def close(self) -> None:
        """End every command; none can be started any more."""
        self._closed = True
        waiting = list(self._running)
        for running in waiting:
            running.ask_to_end()
        for running in waiting:
            await running.ended()
        self._watchdog.close()


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error)
