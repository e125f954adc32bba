"""Figures of a run: when it went on, and how long keys took in it. Times are in monotonic seconds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Window:
    """When something began and ended, and how much it was."""

    begun: float
    ended: float
    amount: int

    def holds(self, when: float) -> bool:
        """Whether a time is in it."""
        return self.begun <= when <= self.ended

    @property
    def rate(self) -> float:
        """How much a second."""
        return self.amount / (self.ended - self.begun)


def windows(log: Path) -> list[Window]:
    """What a log says so far: a line each, of two times and an amount."""
    lines = log.read_text().splitlines() if log.exists() else []
    return [Window(float(begun), float(ended), int(amount)) for begun, ended, amount in map(str.split, lines)]


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles of some times, in seconds."""

    p50: float
    p95: float
    p99: float
    count: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latency:
        """Sum up."""
        p50, p95, p99 = (percentile(seconds, share) for share in (0.5, 0.95, 0.99))
        return cls(p50, p95, p99, len(seconds))

    def __str__(self) -> str:
        return f"{self.p50 * 1e3:.1f} / {self.p95 * 1e3:.1f} / {self.p99 * 1e3:.1f} ms (n={self.count})"


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that so large a share of all values does not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]
