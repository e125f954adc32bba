"""The background jobs of a session, folded from its events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.trajectory import events


@dataclass(slots=True)
class ShownJob:
    """A background job as a person sees it.

    Args:
        name: As the model calls it.
        command: What runs.
        output: The file its output grows in.
        began: When it went to the background, by the clock of the list.
        kept: It outlives the session.
        ended: How it ended; None while it runs.
    """

    name: str
    command: str
    output: Path
    began: float
    kept: bool = False
    ended: events.JobEnded | None = None


class JobList:
    """Jobs in the order in which they were started.

    Args:
        clock: Seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._jobs: dict[str, ShownJob] = {}

    def apply(self, event: events.JobStarted | events.JobKept | events.JobEnded) -> None:
        """Take the next event of a job."""
        match event:
            case events.JobStarted(job=name, command=command, output=output):
                self._jobs[name] = ShownJob(name, command, Path(output), self._clock())
            case events.JobKept(job=name):
                self._jobs[name].kept = True
            case events.JobEnded(job=name):
                self._jobs[name].ended = event

    @property
    def jobs(self) -> list[ShownJob]:
        """All of them, the newest last."""
        return list(self._jobs.values())

    @property
    def running(self) -> int:
        """How many run."""
        return sum(job.ended is None for job in self._jobs.values())

    @property
    def ending(self) -> int:
        """How many run and end with the session."""
        return sum(job.ended is None and not job.kept for job in self._jobs.values())

    def seconds(self, job: ShownJob) -> float:
        """How long a job has run in the background, or ran in all."""
        return self._clock() - job.began if job.ended is None else job.ended.duration
