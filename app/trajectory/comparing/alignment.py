"""Two sequences side by side: the most that they share, in order."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

Match = tuple[int, int]
"""A place in the first sequence, and the same in the second."""

_MOST_BITS = 400_000_000
"""Of the table that an exact comparison keeps: 50 MB. Two sequences of 20,000 fit."""


def shared(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[Match]:
    """A longest common subsequence, as early as it can be; of very long sequences nearly that.

    Args:
        left: Anything that can be equal.
        right: As above.

    Returns:
        The places that match, ascending in both.
    """
    first = 0
    while first < min(len(left), len(right)) and left[first] == right[first]:
        first += 1
    last = 0
    while last < min(len(left), len(right)) - first and left[-1 - last] == right[-1 - last]:
        last += 1
    inner_left, inner_right = left[first : len(left) - last], right[first : len(right) - last]
    return [
        *((place, place) for place in range(first)),
        *((first + one, first + two) for one, two in _between(inner_left, inner_right)),
        *((len(left) - place, len(right) - place) for place in range(last, 0, -1)),
    ]


def _between(left: Sequence[Hashable], right: Sequence[Hashable]) -> Iterator[Match]:
    """Exact where there is room for that, else around what surely belongs together."""
    if not left or not right:
        return
    if len(left) * len(right) <= _MOST_BITS:
        yield from _exact(left, right)
        return
    before = (0, 0)
    anchors = _anchors(left, right)
    for one, two in [*anchors, (len(left), len(right))]:
        inner = left[before[0] : one], right[before[1] : two]
        if len(inner[0]) * len(inner[1]) <= _MOST_BITS:
            yield from ((before[0] + a, before[1] + b) for a, b in _exact(*inner))
        if one < len(left):
            yield one, two
        before = one + 1, two + 1


def _exact(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[Match]:
    """A longest common subsequence by the bits of whole numbers: 64 places are compared at a time.

    From the end to the beginning, so that what is found is as early as it can be. A row has a bit for each
    place of the left: 0 where one place more makes what is shared longer (Hyyrö, 2004).
    """
    width = len(left)
    if not width or not right:
        return []
    everywhere = (1 << width) - 1
    places: dict[Hashable, int] = defaultdict(int)
    for place, item in enumerate(reversed(left)):
        places[item] |= 1 << place
    rows: list[int] = []
    row = everywhere
    for item in reversed(right):
        matches = row & places.get(item, 0)
        row = ((row + matches) | (row - matches)) & everywhere
        rows.append(row)
    found: list[Match] = []
    column, number = width, len(right)
    while column and number:
        if rows[number - 1] >> (column - 1) & 1:
            column -= 1
        else:
            number -= 1
            if not number or rows[number - 1] >> (column - 1) & 1:
                column -= 1
                found.append((width - 1 - column, len(right) - 1 - number))
    return found


def _anchors(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[Match]:
    """What is there once in each, or for the same time, in an order that both have."""
    occurrences: dict[Hashable, list[int]] = defaultdict(list)
    for place, item in enumerate(right):
        occurrences[item].append(place)
    seen: dict[Hashable, int] = defaultdict(int)
    candidates: list[Match] = []
    for place, item in enumerate(left):
        if (count := seen[item]) < len(occurrences[item]):
            candidates.append((place, occurrences[item][count]))
            seen[item] += 1
    return _longest_rising(candidates)


def _longest_rising(matches: Sequence[Match]) -> list[Match]:
    tails: list[int] = []  # the smallest last place of the right, by length
    last: list[int] = []  # the match that is it
    before: list[int] = []
    for number, (_, place) in enumerate(matches):
        length = bisect_left(tails, place)
        before.append(last[length - 1] if length else -1)
        if length == len(tails):
            tails.append(place)
            last.append(number)
        else:
            tails[length], last[length] = place, number
    found: list[Match] = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(matches[number])
        number = before[number]
    return found[::-1]
