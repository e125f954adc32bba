"""What the recorder does now, beside the settings that change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.figures import Figure
from widgets.status import duration, size

if TYPE_CHECKING:
    from app.trajectory.recording.recorder_status import RecorderStatus

_MEGABYTE = 1 << 20


def figures(status: RecorderStatus, now: float) -> list[Figure]:
    """What a person should see of a recorder that runs.

    Args:
        status: Its figures.
        now: Seconds since the epoch.
    """
    flushed = "never" if status.last_flush is None else f"{duration(max(now - status.last_flush, 0.0))} ago"
    return [
        ("events", f"{status.events} in {status.batches} batches"),
        ("pending", f"{status.pending} · {size(status.pending_bytes)}"),
        ("file", size(status.bytes)),
        ("last flush", flushed),
        ("sync p50 · p99", f"{_milliseconds(status.sync_p50)} · {_milliseconds(status.sync_p99)} ms"),
        ("memory", f"{status.memory / _MEGABYTE:.1f} of {status.memory_cap / _MEGABYTE:.0f} MB"),
        ("in memory", f"{status.memory_events} of {status.memory_events_cap}"),
        ("redacted", str(status.redacted)),
        ("batch size", f"{status.batch_size} · {status.flush_interval:g} s"),
        ("durability", f"✗ {status.error}" if status.error else status.durability),
    ]


def _milliseconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds * 1000:.2f}"
