"""Files of any place read as records, and what is asked of records again and again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.trajectory.events import Record, ToolFinished
from app.trajectory.formats.opening import Reading, opened
from tests.trajectory.formats.reading import EventT


def read(path: Path) -> tuple[Reading, list[Record]]:
    """A file, and all its records."""
    reading = opened(path)
    return reading, list(reading.records())


def of(kind: type[EventT], records: Sequence[Record]) -> list[EventT]:
    """The events of a kind."""
    return [record.event for record in records if isinstance(record.event, kind)]


def finished(records: Sequence[Record]) -> dict[str, ToolFinished]:
    """The result of each call that has one."""
    return {event.call: event for event in of(ToolFinished, records)}
