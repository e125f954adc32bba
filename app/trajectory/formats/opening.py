"""Open any trajectory: find its format by what is in it, and read it as records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.trajectory.events import Record
from app.trajectory.formats.contract import Entry, Format, UnreadableError
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.file_bytes import Follow, SourceError
from app.trajectory.formats.source import Source
from app.trajectory.formats.table import FORMATS
from app.trajectory.lines import located
from app.trajectory.sessions import TRAJECTORY

_NOTHING = {
    "empty": "it is empty",
    "binary": "it is neither text nor an archive that is known",
}
_TOO_MUCH = "it is nested too deep, or takes more memory than there is"


@dataclass(frozen=True, slots=True)
class Reading:
    """A file whose format is known, to be read once.

    Args:
        format: What its format is called.
        variant: Which of the ways that format is written in; empty if there is but one.
        source: The file; `source.problems` tells what is wrong with it.
        counts: What it comes to, complete once `entries` or `records` came to its end.
    """

    format: str
    variant: str
    source: Source
    counts: Counts
    _format: Format

    def entries(self) -> Iterator[Entry]:
        """Its events.

        Raises:
            UnreadableError: The file cannot be read.
        """
        try:
            yield from self._format.read(self.source, self.counts)
        except SourceError as error:
            raise _unreadable(self.source.path, str(error)) from None
        except (RecursionError, MemoryError):
            raise _unreadable(self.source.path, _TOO_MUCH) from None

    def records(self) -> Iterator[Record]:
        """Its events as records, numbered from 0.

        Raises:
            UnreadableError: The file cannot be read.
        """
        for number, entry in enumerate(self.entries()):
            yield Record(number, entry.ts, entry.event, entry.agent, entry.source)


def opened(path: Path, follow: Follow | None = None) -> Reading:
    """Open a file, or a folder of files that are one trajectory.

    Args:
        path: It, or the folder of a session of ours.
        follow: Waits at the end of a file that grows; left out, the end is the end.

    Raises:
        UnreadableError: It cannot be read, is empty, or is of no format that is known.
    """
    if located(path / TRAJECTORY).is_file():
        path = path / TRAJECTORY
    path = located(path)
    source = Source(path, follow)
    try:
        shape = source.shape
        for known in FORMATS:
            if (variant := known.recognise(source)) is not None:
                return Reading(known.name, variant, source, Counts(), known)
    except SourceError as error:
        raise _unreadable(path, str(error)) from None
    except (RecursionError, MemoryError):
        raise _unreadable(path, _TOO_MUCH) from None
    told = f" ({source.problems[0]})" if source.problems else ""
    raise _unreadable(path, _NOTHING.get(shape, "it is no trajectory of a kind that is known") + told)


def _unreadable(path: Path, why: str) -> UnreadableError:
    return UnreadableError(f"cannot open {path}: {why}")
