"""The states of a tool call: one glyph and one colour each, wherever a call is shown."""

from __future__ import annotations

from enum import StrEnum


class CallStatus(StrEnum):
    """How far a call is. The value names its style."""

    WAITS = "waits"
    ASKS = "asks"
    INPUT = "input"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DENIED = "denied"

    @property
    def glyph(self) -> str:
        """A sign that needs no colour to be told apart."""
        return _GLYPHS[self]

    @property
    def colour(self) -> str:
        """A theme variable."""
        return _COLOURS[self]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to the call."""
        return self in (CallStatus.DONE, CallStatus.FAILED, CallStatus.DENIED)


_GLYPHS = {
    CallStatus.WAITS: "…",
    CallStatus.ASKS: "?",
    CallStatus.INPUT: "›",
    CallStatus.RUNNING: "●",
    CallStatus.DONE: "✓",
    CallStatus.FAILED: "✗",
    CallStatus.DENIED: "⊘",
}
_COLOURS = {
    CallStatus.WAITS: "$text-muted",
    CallStatus.ASKS: "$text-warning",
    CallStatus.INPUT: "$text-warning",
    CallStatus.RUNNING: "$text-accent",
    CallStatus.DONE: "$text-success",
    CallStatus.FAILED: "$text-error",
    CallStatus.DENIED: "$text-warning",
}


def duration(seconds: float) -> str:
    """A time for a person: `14 ms`, `1.2 s`, `2:05`, `1:02:05`."""
    if (milliseconds := round(seconds * 1000)) < 1000:
        return f"{milliseconds} ms"
    if (rounded := round(seconds, 1)) < 60:
        return f"{rounded:.1f} s"
    minutes, rest = divmod(int(rounded), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def whole_seconds(seconds: float) -> str:
    """A time that moves, for a person: `3 s`, `2:05`. To draw tenths would cost as much as what it counts."""
    return f"{int(seconds)} s" if seconds < 60 else duration(seconds)


def size(count: int) -> str:
    """A number of bytes for a person: `312 B`, `1.2 MB`."""
    if count < 1000:
        return f"{count} B"
    value = float(count)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if round(value, 1) < 1000 or unit == "GB":
            break
    return f"{value:.1f} {unit}"
