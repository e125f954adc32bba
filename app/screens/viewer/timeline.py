"""What the timeline of a run shows: the whole of it, and a part around the event that is looked at."""

from __future__ import annotations

import threading
from math import log10
from typing import TYPE_CHECKING

from app.screens.viewer.rows import since
from app.terminal.text import safe_line
from app.trajectory.runs.lanes import MODEL, Bar, Lanes
from widgets.timeline import TimelineBar, TimelinePart, TimelineView

if TYPE_CHECKING:
    from app.trajectory.runs.run import Run

_SPAN = 60.0  # seconds in view at first
_ROWS = 60.0  # where there are no times
_SHORTEST = 0.05  # seconds
_SLICE = 10_000  # rows that are laid out before others may have the lock
_ALL = 1 << 62  # rows
_PATIENCE = 0.1  # seconds
_TICKS = 6
_MOST = 250  # bars that are drawn; more could hardly be told apart
_EDGE = 0.1  # share of the part in view that what is looked at may not come into


class ViewedTimeline:
    """Lays a run out in a thread of its own, and makes views of it.

    Args:
        run: The run; it may grow.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lanes = Lanes(run.rows)
        self._span = 0.0  # that the person chose
        self._start = 0.0
        self._parts: list[TimelinePart] = []
        self._parts_of: tuple[float, float, int] = (0.0, 0.0, 0)
        self._more = threading.Event()
        self._closed = False
        self.laid_out = 0
        """Slices that were laid out: another number whenever a view may be another one."""
        self._laid_out_rows = 0
        self._thread = threading.Thread(target=self._work, name="timeline", daemon=True)
        self._thread.start()

    @property
    def is_up_to_date(self) -> bool:
        """Whether all rows are laid out."""
        return self._laid_out_rows == len(self._run)

    def look(self) -> None:
        """Lay out what has been added to the run. Returns at once."""
        self._more.set()

    def close(self) -> None:
        """Lay out no more."""
        self._closed = True
        self._more.set()

    def zoom(self, factor: float) -> None:
        """Show so many times as much of the run; 0 shows all of it."""
        whole = self._whole_span
        self._span = min(max(self._shown_span * factor, _SHORTEST), whole) if factor else whole

    def view(self, row: int, columns: int) -> TimelineView:
        """What is shown where a row is looked at."""
        lanes = self._lanes
        begin, end = lanes.begin, lanes.end
        at = lanes.clock(row) if len(self._run) else 0.0
        span = self._shown_span
        start = self._start = self._place(at, span)
        stop = start + span
        known = _amount(span) if lanes.timed else f"{span:.0f} events, for there are no times"
        return TimelineView(
            begin,
            end,
            start,
            stop,
            at,
            self._whole(begin, end, columns),
            [_bar(bar) for bar in lanes.bars(start, stop, _MOST)],
            lanes.lanes,
            self._ticks(start, stop, begin),
            f" {known} · + - zoom",
        )

    def row_at(self, when: float) -> int:
        """The row of a time on the timeline, or the last before it."""
        return (
            first_at(self._run, when) if self._lanes.timed else max(min(round(when), len(self._run) - 1), 0)
        )

    @property
    def _whole_span(self) -> float:
        return max(self._lanes.end - self._lanes.begin, _SHORTEST)

    @property
    def _shown_span(self) -> float:
        return min(self._span or (_SPAN if self._lanes.timed else _ROWS), self._whole_span)

    def _place(self, at: float, span: float) -> float:
        """Where the part begins: what is looked at is in it, and it moves no more than that takes."""
        start, edge = self._start, span * _EDGE
        if not start + edge <= at <= start + span - edge:
            start = at - span / 3
        return max(self._lanes.begin, min(start, self._lanes.end - span))

    def _whole(self, begin: float, end: float, columns: int) -> list[TimelinePart]:
        if self._parts_of != (begin, end, columns):
            self._parts_of = begin, end, columns
            self._parts = [
                TimelinePart(sum(column.lanes[1:]), column.lanes[MODEL] > 0, column.failed > 0)
                for column in self._lanes.overview(begin, end, columns)
            ]
        return self._parts

    def _ticks(self, start: float, stop: float, begin: float) -> list[tuple[float, str]]:
        step = _round((stop - start) / _TICKS)
        first = int((start - begin) / step)
        places = [begin + (first + number) * step for number in range(_TICKS + 2)]
        timed = self._lanes.timed
        texts = [since(place, begin) or "0" if timed else f"{place:,.0f}" for place in places]
        ticks = dict(zip(reversed(texts), reversed(places), strict=True))  # the first place of each text
        return sorted((place, text) for text, place in ticks.items() if start <= place <= stop)

    def _work(self) -> None:
        while not self._closed:
            self._more.clear()
            more = True
            while more and not self._closed:
                count = len(self._run)
                more = self._lanes.extend(_SLICE)
                self._laid_out_rows = 0 if more else count
                self.laid_out += 1
                while more and not self._closed and not self._run.complete:
                    self._run.wait(_ALL, _PATIENCE)  # to read it is more urgent
            self._more.wait()


def first_at(run: Run, when: float) -> int:
    """The first row at a time or after it; where times are in order, and else nearly that."""
    low, high = 0, len(run)
    while low < high:
        middle = known = (low + high) // 2
        while known > low and not run.rows.ts(known):
            known -= 1
        if run.rows.ts(known) < when:
            low = middle + 1
        else:
            high = known
    return max(min(low, len(run) - 1), 0)


def _bar(bar: Bar) -> TimelineBar:
    return TimelineBar(
        bar.lane, bar.start, bar.started, bar.end, safe_line(bar.tool), bar.failed, bar.ended, bar.asked
    )


def _round(step: float) -> float:
    """The next number above that is 1, 2 or 5 times a power of ten."""
    power = 10.0 ** int(log10(max(step, _SHORTEST)) - (step < 1))
    return next((power * factor for factor in (1, 2, 5, 10) if power * factor >= step), power * 10)


def _amount(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
