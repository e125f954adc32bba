"""The bars of a timeline in columns, found by the time that they overlap."""

from __future__ import annotations

from array import array
from itertools import chain
from math import inf

_BLOCK = 256  # bars that are looked at together
_EXACT = 16_384  # bars that are looked at one by one


class Bars:
    """Stretches of a clock, about in the order of their beginning. One thread adds, others may read.

    Attributes:
        starts, runs, stops: When each began, when it began to run, when it ended; not yet: infinite.
        rows: Of the event that each began with.
        lanes: Of each.
        failures: 1 for one that failed.
        answered: 1 for one that was answered.
    """

    def __init__(self) -> None:
        self.starts = array("d")
        self.runs = array("d")
        self.stops = array("d")
        self.rows = array("I")
        self.lanes = bytearray()
        self.failures = bytearray()
        self.answered = bytearray()
        self._first = array("d")  # start, of each block
        self._last = array("d")  # end
        self._open = array("I")  # how many have not ended
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, lane: int, start: float, row: int) -> int:
        """One begins; its number."""
        if self._count % _BLOCK == 0:
            self._first.append(start)
            self._last.append(start)
            self._open.append(0)
        self.starts.append(start)
        self.runs.append(start)
        self.stops.append(inf)
        self.rows.append(row)
        self.lanes.append(lane)
        self.failures.append(False)
        self.answered.append(False)
        self._first[-1] = min(self._first[-1], start)
        self._open[-1] += 1
        self._count += 1
        return self._count - 1

    def end(self, number: int, at: float) -> float:
        """One ends, or ends later than was said; when that is, never before it began."""
        block = number // _BLOCK
        if self.stops[number] == inf:
            self._open[block] -= 1
        stop = self.stops[number] = max(at, self.starts[number])
        self._last[block] = max(self._last[block], stop)
        return stop

    def overlapping(self, start: float, stop: float, most: int) -> list[int]:
        """The numbers of those that overlap a stretch of the clock; of more than so many, some of all."""
        blocks = [
            block
            for block in range(len(self._open))
            if self._first[block] <= stop and (self._open[block] or self._last[block] >= start)
        ]
        step = max(len(blocks) * _BLOCK // _EXACT, 1)
        looked_at = chain.from_iterable(
            range(block * _BLOCK, min((block + 1) * _BLOCK, self._count), step) for block in blocks
        )
        found = [
            number for number in looked_at if self.starts[number] <= stop and self.stops[number] >= start
        ]
        return found[:: max(-(-len(found) // most), 1)]
