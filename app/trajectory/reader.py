"""Read a trajectory file back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.trajectory.codec import DamagedLineError, decode
from app.trajectory.events import Record


def read(path: Path, start: int = 0, stop: int | None = None) -> Iterator[Record]:
    """The records of a trajectory, from number `start` up to `stop`, in the order of the file.

    A damaged line is skipped; so is a last line that is still being written.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as stream:
        for line in stream:
            try:
                record = decode(line)
            except DamagedLineError:
                continue
            if stop is not None and record.seq >= stop:
                return
            if record.seq >= start:
                yield record
