"""The newest records of a session, as many as memory may hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from itertools import islice
from sys import getsizeof

from app.trajectory.events import Record

_FRAME = 400  # bytes of a record, its event's object, and its place in memory
_ITEM = 64  # bytes of an object that is no text, roughly
_LOOKS = 1000  # a caller does not wait for more
_SMALL = frozenset({bool, int, float, type(None)})
_CONTAINERS = (list, tuple, dict, Mapping)
_FIELDS: dict[type, tuple[str, ...]] = {}


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
        elif names := _fields(kind):
            values += [getattr(value, name) for name in names]
        elif isinstance(value, _CONTAINERS):
            inside = [*value, *value.values()] if isinstance(value, Mapping) else value
            room = max(_LOOKS - len(values), 0)
            values += inside[:room]
            unseen += max(len(inside) - room, 0)
            total += len(inside) * _ITEM
    return total + unseen * (total // _LOOKS)


def _fields(kind: type) -> tuple[str, ...]:
    """The names of the fields of a dataclass; empty if it is none."""
    names = _FIELDS.get(kind)
    if names is None:
        fields = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
        names = _FIELDS[kind] = tuple(field.name for field in fields)
    return names


class RecentRecords:
    """Records by their numbers, from the oldest that is kept to the newest.

    One thread at a time adds, one forgets, any reads, and none waits for another: each looks at the
    dictionary in single steps, and the sums that two threads would change are kept apart.

    Args:
        first: Number of the first record that will come.
    """

    def __init__(self, first: int) -> None:
        self._held: dict[int, tuple[Record, int]] = {}
        self.oldest = first  # number of the first that is held
        self.added = 0  # bytes, of all records that ever came
        self._forgotten = 0

    def __len__(self) -> int:
        return len(self._held)

    @property
    def size(self) -> int:
        """Bytes that are held."""
        return self.added - self._forgotten

    def add(self, record: Record) -> None:
        """Take the next record."""
        size = memory_of(record.event)
        self._held[record.seq] = record, size
        self.added += size

    def take(self, start: int, stop: int, size: int) -> list[tuple[Record, int]]:
        """The records from `start` on, with the bytes each takes, up to about `size` of them.

        None of them has been forgotten.
        """
        taken = []
        for number in range(start, stop):
            taken.append(self._held[number])
            size -= taken[-1][1]
            if size <= 0:
                break
        return taken

    def newest(self, start: int, stop: int) -> list[Record]:
        """The records of a range without those at its beginning that are no longer held."""
        found = []
        for number in range(stop - 1, start - 1, -1):  # the oldest may be forgotten meanwhile
            held = self._held.get(number)
            if held is None:
                break
            found.append(held[0])
        return found[::-1]

    def forget(self, before: int, *, size: int, count: int) -> None:
        """Let the oldest go until no more is held than that, but none from number `before` on."""
        while self.oldest < before and (self.size > size or len(self._held) > count):
            _, own = self._held.pop(self.oldest)
            self._forgotten += own
            self.oldest += 1
