"""Times and amounts, as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

from app.trajectory.content import Usage

_MINUTE, _HOUR = 60, 3600
_FARTHEST = 253_402_300_799.0  # seconds: the end of the year 9999


def moment(ts: float) -> str:
    """A time as ISO 8601 has it, in UTC and to the millisecond; empty where it is not known.

    Args:
        ts: Seconds since the epoch; 0 is not known.
    """
    if not 0 < ts <= _FARTHEST:
        return ""
    return datetime.fromtimestamp(ts, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock(ts: float) -> str:
    """The time of the day, in UTC; empty where it is not known."""
    return moment(ts)[11:19]


def duration(seconds: float) -> str:
    """Such as `4 ms`, `0.3 s`, `12 s`, `3 min 5 s`, `2 h 4 min`; empty if there is next to none."""
    if not 0.0005 < seconds < float("inf"):
        return ""
    if seconds < 9.95:
        return f"{seconds:.1f} s" if seconds >= 0.05 else f"{seconds * 1000:.0f} ms"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    return f"{whole // _HOUR:,} h {whole % _HOUR // _MINUTE} min"


def dollars(cost: float | None) -> str:
    """Such as `$0.0042` or `$12.34`; empty where it is not known."""
    if cost is None:
        return ""
    return f"${cost:,.2f}" if cost >= 1 or cost == 0 else f"${cost:.4f}"


def tokens(usage: Usage) -> tuple[str, ...]:
    """What one answer took, such as `1,204 in`, `15 cached`, `88 out`; nothing where it is not known."""
    cached = usage.cache_read_tokens
    entering = usage.input_tokens + usage.cache_write_tokens
    counted = ((entering, "in"), (cached, "cached"), (usage.output_tokens, "out"))
    return tuple(f"{count:,} {what}" for count, what in counted if count)
