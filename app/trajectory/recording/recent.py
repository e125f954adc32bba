"""The newest records of a session, as many as memory may hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from sys import getsizeof

from app.trajectory.codec import decode
from app.trajectory.events import Record

_FRAME = 400  # bytes of a record, its event's object, and its place in memory
_ITEM = 64  # bytes of an object that is no text, roughly
_RECORDS = 500  # that are kept beside their lines
_LINE = 120  # bytes of the object of a line, and its place in memory
_LOOKS = 1000  # a caller does not wait for more
_SMALL = frozenset({bool, int, float, type(None)})
_CONTAINERS = (list, tuple, dict, Mapping)
_Look = Callable[[object], Iterable[object]]
_LOOK_INTO: dict[type, _Look | None] = {}


def memory_of(event: object) -> int:
    """About how many bytes of memory an event takes. Takes microseconds, however large the event is."""
    total = _FRAME
    unseen = 0
    values = [event]
    for value in islice(values, _LOOKS):  # those inside are added on the way
        kind = type(value)
        if kind is str:
            total += getsizeof(value)
        elif kind in _SMALL:
            continue
        elif look := _look_into(kind):
            values += look(value)
        elif isinstance(value, _CONTAINERS):
            inside = [*value, *value.values()] if isinstance(value, Mapping) else value
            room = max(_LOOKS - len(values), 0)
            values += inside[:room]
            unseen += max(len(inside) - room, 0)
            total += len(inside) * _ITEM
    return total + unseen * (total // _LOOKS)


def _look_into(kind: type) -> _Look | None:
    """What gives the values of the fields of a dataclass; None if it is none."""
    if kind not in _LOOK_INTO:
        fields = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
        names = [field.name for field in fields]
        if len(names) > 1:
            _LOOK_INTO[kind] = attrgetter(*names)  # in one go, many times a second
        else:
            _LOOK_INTO[kind] = (lambda value: [getattr(value, name) for name in names]) if names else None
    return _LOOK_INTO[kind]


class RecentRecords:
    """Records by their numbers, from the oldest that is kept to the newest.

    The newest are kept as they are. Of the others the lines are kept: they are smaller, and the interpreter's
    garbage collector, which holds up every thread while it looks at each object there is, passes them over.

    One thread at a time adds, one keeps lines and forgets, any reads, and none waits for another: each looks
    at the dictionaries in single steps, and the sums that two threads would change are kept apart.

    Args:
        first: Number of the first record that will come.
        get: What the name of a blob in a line stands for.
    """

    def __init__(self, first: int, get: Callable[[str], bytes]) -> None:
        self._records: dict[int, tuple[Record, int]] = {}
        self._lines: dict[int, bytes] = {}
        self._get = get
        self.oldest = first  # number of the first that is held
        self.oldest_record = first  # of those that are kept as they are
        self._next = first
        self._added = 0  # bytes, of all records that ever came
        self._written = 0  # bytes, of those that have a line
        self._dropped = 0  # bytes, of those that are gone
        self._kept = 0  # bytes of lines

    def __len__(self) -> int:
        return self._next - self.oldest

    @property
    def size(self) -> int:
        """Bytes that are held."""
        return self._added - self._dropped + self._kept

    @property
    def pending(self) -> int:
        """Bytes of records that have no line yet."""
        return self._added - self._written

    def add(self, record: Record) -> None:
        """Take the next record."""
        size = memory_of(record.event)
        self._records[record.seq] = record, size
        self._added += size
        self._next = record.seq + 1

    def take(self, start: int, stop: int, size: int) -> list[tuple[Record, int]]:
        """The records from `start` on, with the bytes each takes, up to about `size` of them.

        None of them has a line.
        """
        taken = []
        for number in range(start, stop):
            taken.append(self._records[number])
            size -= taken[-1][1]
            if size <= 0:
                break
        return taken

    def keep(self, taken: Sequence[tuple[Record, int]], lines: Sequence[bytes]) -> None:
        """The lines of records that were taken; they are in the file."""
        for (record, size), line in zip(taken, lines, strict=True):
            self._lines[record.seq] = line
            self._kept += len(line) + _LINE
            self._written += size

    def forget(self, before: int, *, size: int, count: int) -> None:
        """Let the oldest go until no more is held than that, but none from number `before` on."""
        while self.oldest_record < before - _RECORDS:
            self._drop_record()
        while self.oldest < before and (self.size > size or len(self) > count):
            self._kept -= len(self._lines.pop(self.oldest)) + _LINE
            self.oldest += 1
            if self.oldest_record < self.oldest:
                self._drop_record()

    def newest(self, start: int, stop: int) -> list[Record]:
        """The records of a range without those at its beginning that are no longer held."""
        found = []
        for number in range(stop - 1, start - 1, -1):  # the oldest may be forgotten meanwhile
            if (held := self._records.get(number)) is not None:
                found.append(held[0])
            elif (line := self._lines.get(number)) is not None:
                found.append(decode(line, self._get))
            else:
                break
        return found[::-1]

    def _drop_record(self) -> None:
        _, size = self._records.pop(self.oldest_record)
        self._dropped += size
        self.oldest_record += 1
