"""What a look at every line of a trajectory file finds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from app.trajectory.blobs import BlobError, Blobs
from app.trajectory.codec import DamagedLineError, blobs_of, decode
from app.trajectory.lines import Line, lines

_MOST = 1000  # findings; a file may be nothing else

What = Literal["damaged", "missing", "repeated", "clock", "blob"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written.

    Args:
        what: damaged: a line is no record, and is passed over. missing: there is no line of an event.
            repeated: a line has a number that was there before. clock: it is earlier than the one before.
            blob: a large value is lost.
        line: Counted from 1.
        offset: Of that line.
        detail: In words, for a person.
    """

    what: What
    line: int
    offset: int
    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a trajectory.

    Args:
        records: Lines that are whole.
        events: Events that were recorded, as far as can be told.
        size: Bytes of the file, before it was compressed.
        torn: Bytes at the end that are no line: a batch that was cut off, or damage.
        ends: Its last line has a newline.
        findings: In the order of the file; at most a thousand.
        more: How many there are beside them.
    """

    records: int
    events: int
    size: int
    torn: int
    ends: bool
    findings: tuple[Finding, ...]
    more: int

    @property
    def can_be_appended_to(self) -> bool:
        """Whether the end is as a recorder leaves it."""
        return not self.torn and self.ends

    @property
    def is_whole(self) -> bool:
        """Whether everything that was recorded is there. A clock that was set back takes nothing away."""
        return self.can_be_appended_to and all(finding.what == "clock" for finding in self.findings)


def scan(path: Path) -> Health:
    """Look at every line. Memory does not grow with the file.

    Raises:
        OSError: The file cannot be read.
    """
    look = _Look(Blobs.of(path))
    for number, line in enumerate(lines(path), 1):
        look.at(number, line)
    return look.health()


class _Look:
    """A scan on its way."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._records = 0
        self._next = 0  # number of the event that should come
        self._ts = 0.0
        self._size = 0
        self._whole = 0  # the end of the last line that is a record
        self._ends = True
        self._findings: list[Finding] = []
        self._more = 0
        self._last: list[Finding] = []  # damaged lines with no whole one after them yet

    def at(self, number: int, line: Line) -> None:
        """Take the next line."""
        self._size = line.offset + line.length
        self._ends = line.ends
        try:
            record = decode(line.data)
        except DamagedLineError as error:
            self._last.append(Finding("damaged", number, line.offset, f"{line.length:,} bytes: {error}"))
            if len(self._last) > _MOST:
                self._settle()
            return
        self._settle()
        self._whole = self._size
        self._records += 1
        found = partial(Finding, line=number, offset=line.offset)
        if record.seq < self._next:
            self._add(found("repeated", detail=f"event {record.seq} again"))
        elif record.seq > self._next:
            last = f" to {record.seq - 1}" if record.seq > self._next + 1 else ""
            self._add(found("missing", detail=f"event {self._next}{last}"))
        if record.ts < self._ts:
            detail = f"event {record.seq} is {self._ts - record.ts:.1f} s earlier than the one before"
            self._add(found("clock", detail=detail))
        for name in blobs_of(line.data):
            try:
                self._blobs.get(name)
            except BlobError as error:
                self._add(found("blob", detail=f"event {record.seq}: {error}"))
        self._next = max(self._next, record.seq + 1)
        self._ts = record.ts

    def health(self) -> Health:
        """What was found."""
        return Health(
            records=self._records,
            events=self._next,
            size=self._size,
            torn=self._size - self._whole,
            ends=self._ends,
            findings=tuple(self._findings),
            more=self._more,
        )

    def _settle(self) -> None:
        """The damaged lines so far are not the end of the file."""
        for finding in self._last:
            self._add(finding)
        self._last.clear()

    def _add(self, finding: Finding) -> None:
        if len(self._findings) < _MOST:
            self._findings.append(finding)
        else:
            self._more += 1
