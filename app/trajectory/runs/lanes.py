"""Who worked when: a lane for each call that runs beside others, and one for the model."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from math import inf

from app.trajectory.events import (
    ApprovalAsked,
    ApprovalDecided,
    ModelRequest,
    ModelResponse,
    SessionEnded,
    SessionResumed,
    ToolFinished,
    ToolRequested,
    ToolStarted,
)
from app.trajectory.runs.bars import Bars
from app.trajectory.runs.occupancy import Occupancy
from app.trajectory.runs.rows import KIND_NUMBERS, Rows

MODEL = 0
"""The lane of the model; calls have the lanes after it."""

_MOST_LANES = 32  # calls beyond them share the last one
_LOOKED_AT = 1_000  # rows that tell whether there are times
_FINEST = 0.05  # seconds, or rows, of the overview
_SHORTEST = 1e-3  # seconds, or rows, that are shown; what is told apart at any time that a calendar has
_MOST_OPEN = 200  # calls; more than that nobody waits for
_FAR = 1_000  # rows in which one before is looked for

_REQUEST = KIND_NUMBERS[ModelRequest.kind]
_RESPONSE = KIND_NUMBERS[ModelResponse.kind]
_REQUESTED = KIND_NUMBERS[ToolRequested.kind]
_ASKED = KIND_NUMBERS[ApprovalAsked.kind]
_DECIDED = KIND_NUMBERS[ApprovalDecided.kind]
_STARTED = KIND_NUMBERS[ToolStarted.kind]
_FINISHED = KIND_NUMBERS[ToolFinished.kind]
_ENDED = (KIND_NUMBERS[SessionEnded.kind], KIND_NUMBERS[SessionResumed.kind])
_LOOKED_FOR = (_REQUEST, _RESPONSE, _REQUESTED, _ASKED, _DECIDED, _STARTED, _FINISHED, *_ENDED)
_MARKS = bytes(number in _LOOKED_FOR for number in range(256))


@dataclass(frozen=True, slots=True)
class Bar:
    """A call, or an answer of the model, on the clock of its `Lanes`.

    Args:
        lane: `MODEL`, or that of a call.
        start: When it was asked for.
        started: When the call began to run; before that it waited. Of the model: as `start`.
        end: When it was answered; the end of the clock while it runs, and where it was left when nobody
            answered it.
        row: Of the event that it begins with.
        tool: Its name; empty for the model.
        failed: It failed.
        ended: It was answered.
        asked: From when until when a person was waited for.
    """

    lane: int
    start: float
    started: float
    end: float
    row: int
    tool: str
    failed: bool
    ended: bool
    asked: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A part of the clock: the share of it that each lane was taken, and how many calls failed in it."""

    lanes: tuple[float, ...]
    failed: int


class Lanes:
    """The calls of a run, laid out. Extended by one thread at a time; others may read meanwhile.

    Args:
        rows: Of the run; may still grow.

    Attributes:
        timed: The clock is in seconds since the epoch; else the file has no times, and it counts rows.
        begin: Of the clock.
        end: Of the clock, so far.
        lanes: How many there are, with that of the model.
    """

    def __init__(self, rows: Rows) -> None:
        self.timed = False
        self.begin = self.end = 0.0
        self.lanes = 1
        self._rows = rows
        self._row = 0  # the next one
        self._bars = Bars()
        self._occupancy = Occupancy(0.0, _FINEST)
        self._free = [0.0]  # when each lane was left; infinite while it is taken
        self._calls: dict[int, int] = {}  # the bar of a call that is not answered, by its number
        self._left: dict[int, int] = {}  # the same, once nobody waits for an answer
        self._requests: dict[int, int] = {}  # the bar of an answer that is waited for, by agent
        self._now = 0.0  # the last time that was given
        self._asking: dict[int, float] = {}  # since when somebody is asked, by bar
        self._asked: dict[int, tuple[tuple[float, float], ...]] = {}

    def extend(self, most: int | None = None) -> bool:
        """Take in the rows that were added since.

        Args:
            most: So many of them; left out, all.

        Returns:
            Whether there are still more.
        """
        count = len(self._rows)
        start, stop = self._row, count if most is None else min(count, self._row + most)
        if start == 0 and stop:
            self._begin(min(count, _LOOKED_AT))
        marks = self._rows.kinds[start:stop].translate(_MARKS)
        for row in compress(range(start, stop), marks):
            self._take(row)
        if self.timed:
            times = [ts for ts in self._rows.times[start:stop] if ts]
            self.begin = min(self.begin, min(times, default=self.begin))
            self.end = max(self.end, max(times, default=self.end))
        else:
            self.end = max(stop - 1.0, 0.0)
        self._row = stop
        return stop < count

    def clock(self, row: int) -> float:
        """The place of a row on the clock; where the file does not say, that of a row before."""
        if not self.timed:
            return float(row)
        before = self._rows.times[max(row - _FAR, 0) : row + 1]
        return next((ts for ts in reversed(before) if ts), self.begin)

    def bars(self, start: float, stop: float, most: int = 2_000) -> list[Bar]:
        """What overlaps a stretch of the clock; of more than so many, some of all."""
        return [self._bar(number) for number in self._bars.overlapping(start, stop, most)]

    def overview(self, start: float, stop: float, columns: int) -> list[Column]:
        """A stretch of the clock in so many columns."""
        stop = max(stop, start + _SHORTEST)
        width = (stop - start) / columns
        running = (*self._calls.values(), *self._requests.values())  # first: a lane may be added meanwhile
        lanes = self._occupancy.taken(start, stop, columns)
        lanes += [[0.0] * columns for _ in range(self.lanes - len(lanes))]
        for number in running:
            lane, begin = lanes[self._bars.lanes[number]], self._bars.starts[number]
            for column in range(max(int((begin - start) / width), 0), columns):
                left = start + column * width
                lane[column] += max(min(self.end, left + width) - max(begin, left), 0.0)
        failed = self._occupancy.failed(start, stop, columns)
        return [
            Column(tuple(min(lane[column] / width, 1.0) for lane in lanes), failed[column])
            for column in range(columns)
        ]

    def _begin(self, looked_at: int) -> None:
        times = [ts for ts in self._rows.times[:looked_at] if ts]
        self.timed = bool(times)
        self.begin = self.end = self._now = times[0] if times else 0.0
        self._occupancy = Occupancy(self.begin, _FINEST)

    def _take(self, row: int) -> None:
        rows = self._rows
        now = self._now = (rows.times[row] or self._now) if self.timed else float(row)
        kind, call = rows.kinds[row], rows.calls[row]
        if kind == _REQUESTED:
            if call in self._calls:
                self._leave([call], now)
            elif len(self._calls) == _MOST_OPEN:
                self._leave(list(self._calls), now)
            self._calls[call] = self._bars.add(self._free_lane(now), now, row)
        elif kind in (_REQUEST, _RESPONSE):
            self._turn(row, now)
        elif kind in _ENDED:
            before = self.clock(max(row - 1, 0))
            self._leave(list(self._calls), before)
            for agent in list(self._requests):
                self._end(self._requests.pop(agent), before)
        elif (bar := self._calls.get(call, -1)) >= 0:
            self._go_on(bar, row, now)
        elif kind == _FINISHED and (bar := self._left.pop(call, -1)) >= 0:
            self._answer(bar, row, now)

    def _turn(self, row: int, now: float) -> None:
        """A request to the model, or its answer. What it asked for before, nobody waits for any more."""
        rows, bars = self._rows, self._bars
        agent, turn = rows.agents[row], rows.turns[row]
        calls = [(call, bars.rows[bar]) for call, bar in self._calls.items()]
        self._leave(
            [call for call, first in calls if rows.agents[first] == agent and rows.turns[first] < turn], now
        )
        request = self._requests.pop(agent, -1)
        if rows.kinds[row] == _REQUEST:
            if request >= 0:
                self._end(request, now)
            self._requests[agent] = bars.add(MODEL, now, row)
            return
        if request < 0:
            request = bars.add(MODEL, self._before(row, agent, now), row)
        bars.answered[request] = True
        self._end(request, now)

    def _go_on(self, bar: int, row: int, now: float) -> None:
        """An event of a call that is not answered."""
        bars, kind = self._bars, self._rows.kinds[row]
        if kind == _ASKED:
            self._asking.setdefault(bar, now)
            return
        if (since := self._asking.pop(bar, None)) is not None:
            self._asked[bar] = (*self._asked.get(bar, ()), (since, max(since, now)))
        if kind == _FINISHED:
            del self._calls[self._rows.calls[row]]
            self._answer(bar, row, now)
        else:
            bars.runs[bar] = max(now, bars.starts[bar])

    def _answer(self, bar: int, row: int, now: float) -> None:
        self._end(bar, now)
        self._bars.answered[bar] = True
        if self._rows.failures[row]:
            self._bars.failures[bar] = True
            self._occupancy.fail(now)

    def _leave(self, calls: list[int], at: float) -> None:
        """Nobody waits for the answer of some calls any more; it may still come."""
        for call in calls:
            bar = self._left[call] = self._calls.pop(call)
            self._asking.pop(bar, None)
            self._end(bar, at)

    def _end(self, bar: int, at: float) -> None:
        """A bar ends, perhaps once more, later."""
        bars = self._bars
        lane, stop = bars.lanes[bar], bars.stops[bar]
        now = bars.end(bar, at)
        self._occupancy.add(lane, bars.starts[bar] if stop == inf else min(stop, now), now)
        if stop == inf:
            self._free[lane] = now

    def _free_lane(self, now: float) -> int:
        """The first lane that nobody has, taken."""
        free = (lane for lane in range(1, len(self._free)) if self._free[lane] <= now)
        lane = next(free, min(len(self._free), _MOST_LANES))
        if lane == len(self._free):
            self._free.append(inf)
            self.lanes = lane + 1
        self._free[lane] = inf
        return lane

    def _before(self, row: int, agent: int, now: float) -> float:
        """When something happened to an agent before a row."""
        rows = range(row - 1, max(row - _FAR, 0) - 1, -1)
        last = next((before for before in rows if self._rows.agents[before] == agent), row)
        return min(self.clock(last), now)

    def _bar(self, number: int) -> Bar:
        bars = self._bars
        row, lane, stop = bars.rows[number], bars.lanes[number], bars.stops[number]
        end = max(self.end, bars.starts[number]) if stop == inf else stop
        asked = self._asked.get(number, ())
        if (since := self._asking.get(number)) is not None:
            asked = (*asked, (since, self.end))
        return Bar(
            lane=lane,
            start=bars.starts[number],
            started=min(bars.runs[number], end),
            end=end,
            row=row,
            tool=self._rows.tool(row) if lane != MODEL else "",
            failed=bool(bars.failures[number]),
            ended=bool(bars.answered[number]),
            asked=asked,
        )
