"""Where the panes of concurrent calls go: in columns, read downwards, the newest at the bottom right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, auto
from functools import cache
from itertools import accumulate
from typing import Literal

from textual.geometry import Region, Size

Direction = Literal["up", "down", "left", "right"]


class PaneState(Enum):
    """What of a pane has to be seen: one line, its output, or also its question."""

    FOLDED = auto()
    OPEN = auto()
    ASKS = auto()


LEAST_WIDTH = 41  # cells of a column: 38 characters, the frame and a scroll bar
LEAST = {PaneState.FOLDED: 1, PaneState.OPEN: 4, PaneState.ASKS: 8}
"""Rows without which a pane is of no use: rather than give it fewer, the area scrolls."""
ENOUGH = {PaneState.FOLDED: 1, PaneState.OPEN: 6, PaneState.ASKS: 11}
"""Rows with which a pane is easy to read: rather than give it fewer, there are more columns."""
UNEVEN = 2 * ENOUGH[PaneState.OPEN]
"""Rows by which one column may be fuller than another before a new pane moves others."""

_Columns = Sequence[Sequence[PaneState]]


def arrange(panes: Sequence[PaneState], size: Size, before: Sequence[Region | None]) -> list[Region]:
    """Place panes in as few columns as give each of them enough rows.

    What a person watches does not jump: a pane stays in its column as long as it can, and columns become
    fewer only as one of them has nothing but folded panes.

    Args:
        panes: In the order of the calls.
        size: The cells there are. Where the panes need more rows than that, the area has to scroll.
        before: Where each pane was; None for one that is new.

    Returns:
        The region of each pane.
    """
    columns = _columns(panes, size, before)
    least = LEAST
    if _tallest(columns, LEAST) > size.height:  # it scrolls anyway: let a question have enough
        least = LEAST | {PaneState.ASKS: min(ENOUGH[PaneState.ASKS], size.height)}
    height = max(size.height, _tallest(columns, least))
    regions: list[Region] = []
    for number, column in enumerate(columns):
        left, right = (edge * size.width // len(columns) for edge in (number, number + 1))
        top = 0
        for rows in _rows(column, least, height, size.height):
            regions.append(Region(left, top, right - left, rows))
            top += rows
    return regions


def neighbour(regions: Sequence[Region], place: int, direction: Direction) -> int | None:
    """The place of the pane next to one, if there is any; sideways, the one beside its first row."""
    here = regions[place]
    if direction in ("up", "down"):
        near = place + (1 if direction == "down" else -1)
        return near if 0 <= near < len(regions) and regions[near].x == here.x else None
    if direction == "left":
        side = max((region.x for region in regions if region.x < here.x), default=None)
    else:
        side = min((region.x for region in regions if region.x > here.x), default=None)
    beside = (n for n, region in enumerate(regions) if region.x == side and region.y <= here.y)
    return max(beside, default=None)


def _columns(panes: Sequence[PaneState], size: Size, before: Sequence[Region | None]) -> _Columns:
    most = max(1, min(size.width // LEAST_WIDTH, len(panes) - panes.count(PaneState.FOLDED)))
    kept = _kept(panes, before)
    loads = [_sum(column, ENOUGH) for column in kept]
    is_even = max(loads, default=0) - min(loads, default=0) <= UNEVEN
    may_stay = len(kept) <= most and (is_even or None not in before)
    may_squeeze = len(kept) == most and is_even
    if may_stay and _tallest(kept, ENOUGH) <= size.height:
        return kept
    if may_squeeze and _tallest(kept, LEAST) <= size.height:
        return kept
    for count in range(min(len(kept), most), most + 1):
        shared = _shared(panes, count, ENOUGH)
        if _tallest(shared, ENOUGH) <= size.height:
            return shared
    shared = _shared(panes, most, LEAST)
    return kept if may_squeeze and _tallest(shared, LEAST) > size.height else shared


def _kept(panes: Sequence[PaneState], before: Sequence[Region | None]) -> _Columns:
    """The columns as they were. New panes come to the last, and one with nothing open joins its neighbour."""
    columns: list[list[PaneState]] = []
    x = None
    for pane, region in zip(panes, before, strict=True):
        is_next = region is not None and x is not None and region.x != x
        if is_next or not columns:
            columns.append([])
        if region is not None:
            x = region.x
        columns[-1].append(pane)
    joined: list[list[PaneState]] = []
    for column in columns:
        if joined and (_is_folded(column) or _is_folded(joined[-1])):
            joined[-1] += column
        else:
            joined.append(column)
    return joined


def _shared(panes: Sequence[PaneState], count: int, rows: Mapping[PaneState, int]) -> _Columns:
    """So many columns, the tallest as low as can be, and none with nothing open."""
    filled = list(accumulate((rows[pane] for pane in panes), initial=0))
    opened = list(accumulate((pane is not PaneState.FOLDED for pane in panes), initial=0))

    @cache
    def best(start: int, columns: int) -> tuple[int, tuple[int, ...]]:
        """The rows of the tallest column from a pane on, and the panes that the columns begin with."""
        if columns == 1:
            return filled[-1] - filled[start], (start,)
        ways = []
        for end in range(start + 1, len(panes)):
            if opened[start] < opened[end] <= opened[-1] - columns + 1:
                tallest, starts = best(end, columns - 1)
                ways.append((max(filled[end] - filled[start], tallest), (start, *starts)))
        # Of equal ways the last has most in its first columns: new panes come to the last one.
        return min(reversed(ways), key=lambda way: way[0])

    starts = best(0, count)[1]
    return [panes[start:end] for start, end in zip(starts, (*starts[1:], None), strict=True)]


def _rows(column: Sequence[PaneState], least: Mapping[PaneState, int], height: int, seen: int) -> list[int]:
    """The rows of each pane of a column: questions get enough first, then outputs share what is left.

    No question has more rows than are seen at once, or its keys would be out of view.
    """
    rows = [least[pane] for pane in column]
    asking = [place for place, pane in enumerate(column) if pane is PaneState.ASKS]
    others = [place for place, pane in enumerate(column) if pane is PaneState.OPEN]
    question = min(ENOUGH[PaneState.ASKS], seen) if others else seen
    missing = sum(question - rows[place] for place in asking)
    _give(rows, asking, min(height - sum(rows), missing))
    _give(rows, others, height - sum(rows))
    return rows


def _give(rows: list[int], places: Sequence[int], spare: int) -> None:
    for number, place in enumerate(places):
        rows[place] += spare // len(places) + (number < spare % len(places))


def _tallest(columns: _Columns, rows: Mapping[PaneState, int]) -> int:
    return max((_sum(column, rows) for column in columns), default=0)


def _sum(column: Iterable[PaneState], rows: Mapping[PaneState, int]) -> int:
    return sum(rows[pane] for pane in column)


def _is_folded(column: Iterable[PaneState]) -> bool:
    return all(pane is PaneState.FOLDED for pane in column)
