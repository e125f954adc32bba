"""What a format is: how its files are told from others, and how they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from app.trajectory.events import Event
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.source import Source


class UnreadableError(Exception):
    """A file cannot be opened as a trajectory. One line that says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event, as a format reads it.

    Args:
        event: What happened.
        ts: Seconds since the epoch (UTC); 0 where the file does not say.
        source: Where it stands in the file, as `Source.raw` takes it.
        agent: The sub-agent that it happened to; empty for the main one.
    """

    event: Event
    ts: float = 0.0
    source: str = ""
    agent: str = ""


class Format(Protocol):
    """One way of writing a trajectory down."""

    @property
    def name(self) -> str:
        """As statistics give it."""
        ...

    def recognise(self, source: Source) -> str | None:
        """The variant of a file, empty if there is but one; None if it is of another format.

        Looks at what is in the file, never at its name. Never raises for what can be in it.
        """
        ...

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """Its events, the first of which is a `SessionImported`; `counts` are complete after the last.

        Every `ToolRequested` has an id that no other has; a `ToolFinished` has that of its call. What has no
        event of its own becomes `Unmapped`. Never raises for what can be in a file: what is wrong with it
        is told by `source.problem`.
        """
        ...
