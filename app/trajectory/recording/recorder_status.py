"""How a recording goes, in figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """Figures for the screens.

    Args:
        events: Recorded so far.
        batches: Writes so far.
        pending: Events that are not in the file yet.
        pending_bytes: Memory they take.
        bytes: Size of the file.
        redacted: Values that were replaced before they were written.
        last_flush: When the last batch was written, in seconds since the epoch; None before the first.
        sync_p50: Seconds; half of the latest syncs took less. None before the first.
        sync_p99: Seconds; one in a hundred of them took more.
        memory: Bytes of events in memory.
        memory_cap: Most bytes of them.
        memory_events: Events in memory.
        memory_events_cap: Most of them.
        batch_size: As set.
        flush_interval: As set.
        durability: As set.
        error: Why nothing can be written; empty if it can.
    """

    events: int
    batches: int
    pending: int
    pending_bytes: int
    bytes: int
    redacted: int
    last_flush: float | None
    sync_p50: float | None
    sync_p99: float | None
    memory: int
    memory_cap: int
    memory_events: int
    memory_events_cap: int
    batch_size: int
    flush_interval: float
    durability: str
    error: str
