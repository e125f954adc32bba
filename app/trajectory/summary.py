"""What a run comes to, whichever agent wrote it, in the notation of its own file."""

from __future__ import annotations

import dataclasses
from typing import Any  # values of JSON

from app.trajectory.formats.opening import Reading


def summary(reading: Reading) -> dict[str, Any]:
    """What the whole run comes to. Reads all of it.

    Raises:
        UnreadableError: The file cannot be read.
    """
    for _ in reading.entries():
        pass
    return figures(reading)


def figures(reading: Reading) -> dict[str, Any]:
    """What was read of a run comes to; None where its format does not record it."""
    counts = reading.counts
    tokens = dataclasses.asdict(counts.tokens)
    cost = tokens.pop("cost_usd")
    return {
        "format": reading.format,
        "variant": reading.variant or None,
        "records": counts.records,
        "bad_records": counts.bad_records,
        "assistant_messages": counts.assistant_messages,
        "user_messages": counts.user_messages,
        "tool_calls": counts.tool_calls,
        "tool_results": counts.tool_results,
        "tool_errors": counts.tool_errors,
        "tool_calls_by_name": dict(counts.calls_by_name.most_common()),
        "tokens": tokens,
        "cost_usd": cost,
        "models": sorted(counts.models),
        "first_ts": counts.first[1] if counts.first else None,
        "last_ts": counts.last[1] if counts.last else None,
        "problems": list(reading.source.problems),
    }
