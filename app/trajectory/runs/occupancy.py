"""How much of its time each lane was taken, in parts of a clock: few numbers for a run of any length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TypeVar

_PARTS = 8192

_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True)
class _Lane:
    """What was taken of each part.

    Args:
        some: Sums of what took less than the part.
        whole: How many more, or fewer, took the whole of it than of the part before.
    """

    some: list[float]
    whole: list[int]

    def sums(self, width: float) -> list[float]:
        return [some + whole * width for some, whole in zip(self.some, accumulate(self.whole), strict=True)]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Equal parts of a clock, what each lane was taken of them, and how often something failed in each."""

    begin: float
    width: float
    lanes: list[_Lane]
    failed: list[int]

    @property
    def end(self) -> float:
        return self.begin + _PARTS * self.width

    def doubled(self, *, earlier: bool) -> _Parts:
        """Twice the clock in as many parts; what is added is before it, or after it."""
        begin = 2 * self.begin - self.end if earlier else self.begin
        sums = [_halved(lane.sums(self.width), 0.0, earlier=earlier) for lane in self.lanes]
        lanes = [_Lane(some, [0] * _PARTS) for some in sums]
        return _Parts(begin, 2 * self.width, lanes, _halved(self.failed, 0, earlier=earlier))


class Occupancy:
    """Sums up what took a lane. One thread adds, others may read meanwhile.

    Args:
        begin: Of the clock; it may turn out to have begun before.
        width: Of a part, at first; it doubles as the clock gets longer.
    """

    def __init__(self, begin: float, width: float) -> None:
        self._parts = _Parts(begin, width, [], [0] * _PARTS)

    def add(self, lane: int, start: float, end: float) -> None:
        """A lane was taken."""
        parts = self._reaching(start, end)
        while len(parts.lanes) <= lane:
            parts.lanes.append(_Lane([0.0] * _PARTS, [0] * _PARTS))
        taken = parts.lanes[lane]
        first, last = self._place(start), self._place(end)
        if first == last:
            taken.some[first] += end - start
        else:
            taken.some[first] += parts.begin + (first + 1) * parts.width - start
            taken.some[last] += end - (parts.begin + last * parts.width)
            taken.whole[first + 1] += 1
            taken.whole[last] -= 1

    def fail(self, at: float) -> None:
        """Something failed."""
        parts = self._reaching(at, at)
        parts.failed[self._place(at)] += 1

    def taken(self, start: float, stop: float, columns: int) -> list[list[float]]:
        """For each lane, how long it was taken in each of so many columns of a stretch of the clock."""
        parts = self._parts
        edges = [start + (stop - start) * column / columns for column in range(columns + 1)]
        return [_between(parts, lane.sums(parts.width), edges) for lane in parts.lanes]

    def failed(self, start: float, stop: float, columns: int) -> list[int]:
        """How often something failed in each column."""
        parts = self._parts
        found = [0] * columns
        for place, count in enumerate(parts.failed):
            begin = parts.begin + place * parts.width
            if count and begin <= stop and begin + parts.width > start:
                column = int((begin + parts.width / 2 - start) / (stop - start) * columns)
                found[min(max(column, 0), columns - 1)] += count
        return found

    def _reaching(self, start: float, end: float) -> _Parts:
        while start < self._parts.begin:
            self._parts = self._parts.doubled(earlier=True)
        while end >= self._parts.end:
            self._parts = self._parts.doubled(earlier=False)
        return self._parts

    def _place(self, at: float) -> int:
        return min(int((at - self._parts.begin) / self._parts.width), _PARTS - 1)


def _between(parts: _Parts, sums: Sequence[float], edges: Sequence[float]) -> list[float]:
    """How much was taken from each edge to the next."""
    upto = list(accumulate(sums, initial=0.0))

    def before(at: float) -> float:
        place = min(max((at - parts.begin) / parts.width, 0.0), float(_PARTS))
        whole = min(int(place), _PARTS - 1)
        return upto[whole] + (place - whole) * sums[whole]

    return [after - earlier for earlier, after in pairwise(map(before, edges))]


def _halved(sums: Sequence[_Number], nothing: _Number, *, earlier: bool) -> list[_Number]:
    """Sums of pairs, and as many of nothing before them or after them."""
    pairs = [first + second for first, second in zip(sums[::2], sums[1::2], strict=True)]
    empty = [nothing] * (_PARTS - len(pairs))
    return empty + pairs if earlier else pairs + empty
