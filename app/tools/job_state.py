"""How a background command is, in words for a model."""

from __future__ import annotations

import time

from app.execution.jobs import Job


def state_of(job: Job) -> str:
    """Whether it runs, or how it ended."""
    outcome = job.outcome
    if outcome is None:
        return f"{job.name} runs, for {time.monotonic() - job.began:.0f} s in the background"
    if outcome.exit_code < 0:
        return f"{job.name} ended by signal {-outcome.exit_code}"
    return f"{job.name} ended with exit code {outcome.exit_code}"
