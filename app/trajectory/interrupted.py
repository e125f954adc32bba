"""Calls that a crash left without a result."""

from __future__ import annotations

from collections.abc import Iterable

from app.trajectory.events import Record, ToolFinished, ToolRequested, ToolStarted

_STARTED = (
    "The program ended while this call ran. Whether and how far it was carried out is not known: look before "
    "you repeat it."
)
_NOT_STARTED = "The program ended before this call began; it was not carried out."


def interrupted_calls(records: Iterable[Record]) -> list[ToolFinished]:
    """The result of each call that has none, in the order in which they were asked for.

    Such a call is never run again by itself: one that had started may have been carried out.
    """
    started: dict[str, bool] = {}
    for record in records:
        match record.event:
            case ToolRequested(call=call):
                started[call] = False
            case ToolStarted(call=call):
                started[call] = True
            case ToolFinished(call=call):
                started.pop(call, None)
            case _:
                pass
    return [
        ToolFinished(call, "interrupted", _STARTED if began else _NOT_STARTED)
        for call, began in started.items()
    ]
