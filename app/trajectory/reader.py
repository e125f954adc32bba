"""Read a trajectory file back: all of it, its end, or a part in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.trajectory.blobs import Blobs
from app.trajectory.codec import DamagedLineError, decode, number_of
from app.trajectory.events import Record
from app.trajectory.lines import is_compressed, last_lines, lines, located
from app.trajectory.offsets import Offsets


def read(path: Path, start: int = 0, stop: int | None = None) -> Iterator[Record]:
    """The records of a trajectory, from number `start` up to `stop`, in the order of the file.

    A damaged line is skipped; so is a last line that is still being written.

    Raises:
        OSError: The file cannot be read.
    """
    return Reader(path).records(start, stop)


def read_last(path: Path, count: int) -> list[Record]:
    """The last records of a trajectory, in their order. Reads no more of the file than that.

    Raises:
        OSError: The file cannot be read.
    """
    blobs = Blobs.of(path)
    found: list[Record] = []
    for line in last_lines(path):
        if len(found) == count:
            break
        try:
            found.append(decode(line.data, blobs.get))
        except DamagedLineError:
            continue
    return found[::-1]


class Reader:
    """Reads parts of one trajectory. It learns where they are as it goes, and finds them at once after that.

    Args:
        path: The file, which may still grow.
        offsets: Where records are, as far as that is known.
    """

    def __init__(self, path: Path, offsets: Offsets | None = None) -> None:
        self._path = path
        self._offsets = offsets or Offsets()
        self._blobs = Blobs.of(path)

    def records(self, start: int = 0, stop: int | None = None) -> Iterator[Record]:
        """The records from number `start` up to `stop`, each once, damaged lines skipped.

        Of a compressed file, all that comes before is read, too.

        Raises:
            OSError: The file cannot be read.
        """
        place = 0 if is_compressed(located(self._path)) else self._offsets.place(start)
        expected = -1
        for line in lines(self._path, place):
            number = number_of(line.data)
            if number is not None and number == expected < start:  # as far as it goes, no look inside
                self._offsets.passed(number, line.offset)
                expected += 1
                continue
            try:
                record = decode(line.data, self._blobs.get)
            except DamagedLineError:
                continue
            if stop is not None and record.seq >= stop:
                return
            if record.seq >= expected:
                self._offsets.passed(record.seq, line.offset)
                expected = record.seq + 1
                if record.seq >= start:
                    yield record
