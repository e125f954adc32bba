"""What the recorder does now, beside the settings that change it."""

from __future__ import annotations

from typing import Protocol

from widgets.figures import Figure
from widgets.status import duration, size

_MEGABYTE = 1 << 20


class LiveFigures(Protocol):
    """Figures of a recorder that runs."""

    @property
    def events(self) -> int:
        """Events of the session."""
        ...

    @property
    def batches(self) -> int:
        """Times that some were written together."""
        ...

    @property
    def pending(self) -> int:
        """Events that are not written yet."""
        ...

    @property
    def pending_bytes(self) -> int:
        """As much as these are."""
        ...

    @property
    def bytes(self) -> int:
        """Of the file."""
        ...

    @property
    def last_flush(self) -> float | None:
        """When the last were written, in seconds since the epoch; None before the first."""
        ...

    @property
    def sync_p50(self) -> float | None:
        """Seconds until the disk has them, in the middle; None where nothing waits for it."""
        ...

    @property
    def sync_p99(self) -> float | None:
        """The same, for the slowest of a hundred."""
        ...

    @property
    def memory(self) -> int:
        """Bytes of events held in memory."""
        ...

    @property
    def memory_cap(self) -> int:
        """Most bytes of that."""
        ...

    @property
    def memory_events(self) -> int:
        """Events held in memory."""
        ...

    @property
    def error(self) -> str:
        """Why nothing can be written; empty if all is well."""
        ...

    @property
    def batch_size(self) -> int:
        """Events gathered before they are written."""
        ...

    @property
    def flush_interval(self) -> float:
        """Seconds after which they are written in any case."""
        ...

    @property
    def durability(self) -> str:
        """What is waited for."""
        ...


def figures(live: LiveFigures, now: float) -> list[Figure]:
    """What a person should see of them.

    Args:
        live: The figures.
        now: Seconds since the epoch.
    """
    flushed = "never" if live.last_flush is None else f"{duration(max(now - live.last_flush, 0.0))} ago"
    return [
        ("events", f"{live.events} in {live.batches} batches"),
        ("pending", f"{live.pending} · {size(live.pending_bytes)}"),
        ("file", size(live.bytes)),
        ("last flush", flushed),
        ("sync p50", _latency(live.sync_p50)),
        ("sync p99", _latency(live.sync_p99)),
        ("memory", f"{live.memory / _MEGABYTE:.1f} of {live.memory_cap / _MEGABYTE:.0f} MB"),
        ("in memory", f"{live.memory_events} events"),
        ("batch size", f"{live.batch_size} · {live.flush_interval:g} s"),
        ("durability", f"✗ {live.error}" if live.error else live.durability),
    ]


def _latency(seconds: float | None) -> str:
    return "none yet" if seconds is None else f"{seconds * 1000:.2f} ms"
