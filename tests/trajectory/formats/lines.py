"""Files of lines, as programs write them: record by record, while somebody reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from app.trajectory.events import Event
from app.trajectory.formats.opening import opened


def line(record: Mapping[str, object]) -> bytes:
    """A record as a line."""
    return json.dumps(record).encode() + b"\n"


def written(path: Path, *records: Mapping[str, object]) -> Path:
    """A file of these records."""
    path.write_bytes(b"".join(map(line, records)))
    return path


def read_as_it_grows(path: Path, *pieces: bytes) -> list[list[Event]]:
    """The events that are given out after each piece is written, before the next one is."""
    path.write_bytes(pieces[0])
    given: list[list[Event]] = [[]]
    more = iter(pieces[1:])

    def follow() -> bool:
        piece = next(more, None)
        if piece is None:
            return False
        given.append([])
        with path.open("ab") as stream:
            stream.write(piece)
        return True

    for record in opened(path, follow).records():
        given[-1].append(record.event)
    return given
