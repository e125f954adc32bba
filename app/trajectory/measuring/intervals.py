"""Stretches of time that may overlap: how long there was any, and how many there were at once."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain


class Intervals:
    """Any number of stretches, 16 bytes each."""

    def __init__(self) -> None:
        self.starts = array("d")
        self.ends = array("d")

    def __len__(self) -> int:
        return len(self.ends)

    def add(self, start: float, end: float) -> None:
        """Keep one; without a length, or where one of its ends is not known (0), it is none."""
        if 0 < start < end:
            self.starts.append(start)
            self.ends.append(end)

    def __or__(self, other: Intervals) -> Intervals:
        both = Intervals()
        both.starts, both.ends = self.starts + other.starts, self.ends + other.ends
        return both


def levels(parts: Iterable[Intervals], begin: float = 0.0) -> Mapping[int, float]:
    """For how many seconds there were so many of them at once, for each number from 1 on.

    Args:
        parts: The stretches, together.
        begin: Nothing counts that was before.
    """
    found = list(parts)
    # The ends come nearly in order, for which this is the quickest way to sort.
    starts = sorted(max(start, begin) for start in chain.from_iterable(each.starts for each in found))
    ends = sorted(max(end, begin) for end in chain.from_iterable(each.ends for each in found))
    seconds: dict[int, float] = defaultdict(float)
    running, next_start, last = 0, 0, 0.0
    for end in ends:
        while next_start < len(starts) and starts[next_start] < end:
            seconds[running] += starts[next_start] - last
            last = starts[next_start]
            running += 1
            next_start += 1
        seconds[running] += end - last
        last = end
        running -= 1
    return {count: seconds[count] for count in sorted(seconds) if count > 0 and seconds[count] > 0}


def united(parts: Iterable[Intervals], begin: float = 0.0) -> float:
    """For how many seconds there was any of them.

    Args:
        parts: The stretches, together.
        begin: Nothing counts that was before.
    """
    return sum(levels(parts, begin).values())
