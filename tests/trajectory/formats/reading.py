"""Reading the small files of other agents that the project keeps for its tests."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from app.trajectory.events import Event, Record
from app.trajectory.formats.opening import Reading, opened

DATA = Path(__file__).parents[2] / "data" / "trajectories"

EventT = TypeVar("EventT", bound=Event)


class Run:
    """One file, read to its end."""

    def __init__(self, path: str | Path) -> None:
        self.reading: Reading = opened(DATA / path)
        self.records: list[Record] = list(self.reading.records())
        self.counts = self.reading.counts

    @property
    def kinds(self) -> list[str]:
        """The kinds of its events, in their order."""
        return [record.event.kind for record in self.records]

    def all(self, kind: type[EventT]) -> list[EventT]:
        """Its events of one kind."""
        return [record.event for record in self.records if isinstance(record.event, kind)]

    def first(self, kind: type[EventT]) -> EventT:
        """The first of them."""
        return self.all(kind)[0]

    def raw(self, kind: type[EventT], number: int = 0) -> str:
        """The original of an event."""
        found = [record for record in self.records if isinstance(record.event, kind)]
        return self.reading.source.raw(found[number].source)
