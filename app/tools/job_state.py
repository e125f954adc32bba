"""What a model has not yet been told of a background command, and how that is."""

from __future__ import annotations

import asyncio
import codecs
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app.execution.jobs import Job

_REACH = 1 << 16  # bytes; a line that is longer is taken in parts


@dataclass(frozen=True, slots=True)
class Unread:
    """The part of a job's spool that is new, and what state the job was in when it ended there."""

    start: int
    stop: int
    state: str


@asynccontextmanager
async def unread(job: Job, *, lines: bool = False) -> AsyncIterator[Unread]:
    """What is new to the model; it counts as told unless this block fails.

    Args:
        job: The job.
        lines: Only whole lines are wanted, as long as it runs. Otherwise no half characters.
    """
    async with job.reading:
        size, runs, state = job.running.output_bytes, job.outcome is None, state_of(job)
        stop = await asyncio.to_thread(_whole, job.spool, job.told, size, lines) if runs else size
        yield Unread(job.told, stop, state)
        job.told = stop


def state_of(job: Job) -> str:
    """Whether it runs, or how it ended."""
    outcome = job.outcome
    if outcome is None:
        return f"{job.name} runs, for {time.monotonic() - job.began:.0f} s in the background"
    if outcome.exit_code < 0:
        return f"{job.name} ended by signal {-outcome.exit_code}"
    return f"{job.name} ended with exit code {outcome.exit_code}"


def _whole(spool: Path, start: int, stop: int, lines: bool) -> int:
    """Where the last whole line ends, or the last whole character."""
    with spool.open("rb") as file:
        file.seek(max(start, stop - _REACH))
        data = file.read(stop - file.tell())
    if not lines:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        decoder.decode(data[-3:])
        return stop - len(decoder.getstate()[0])
    if b"\n" not in data:
        return stop if len(data) == _REACH else start
    return stop - len(data) + data.rindex(b"\n") + 1
