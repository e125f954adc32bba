"""Where a session branches off from another run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fork:
    """After event number `at` of a run, or after its last one."""

    trajectory: Path
    at: int | None = None
