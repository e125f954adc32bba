"""Who worked when: a lane for each call that runs beside others, and one for the model."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from math import inf

from app.trajectory.rows import KIND_NUMBERS, Rows

MODEL = 0
"""The lane of the model; calls have the lanes after it."""

_MOST_LANES = 32  # calls beyond them share the last one
_BUCKETS = 8192
_BLOCK = 256  # bars
_LOOKED_AT = 1_000  # rows that tell whether there are times
_SLICE = 4_096  # rows

_REQUEST, _RETRY, _RESPONSE, _REQUESTED, _ASKED, _DECIDED, _STARTED, _FINISHED = (
    KIND_NUMBERS[name]
    for name in (
        "model.request",
        "model.retry",
        "model.response",
        "tool.requested",
        "approval.asked",
        "approval.decided",
        "tool.started",
        "tool.finished",
    )
)
_OF_LANES = frozenset((_REQUEST, _RETRY, _RESPONSE, _REQUESTED, _ASKED, _DECIDED, _STARTED, _FINISHED))


@dataclass(frozen=True, slots=True)
class Bar:
    """A call, or an answer of the model, on the clock of its `Lanes`.

    Args:
        lane: `MODEL`, or that of a call.
        start: When it was asked for.
        started: When the call began to run; before that it waited. That of the model: as `start`.
        end: When it was answered; that of one that still runs is the end of the clock.
        row: Of the event that it begins with.
        call: Its id; empty for the model.
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
    call: str
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
        self._start = array("d")
        self._started = array("d")
        self._stop = array("d")
        self._first = array("I")  # row of each bar
        self._lane = bytearray()
        self._failed = bytearray()
        self._asked: dict[int, list[tuple[float, float]]] = {}
        self._asking: dict[int, float] = {}  # by bar
        self._calls: dict[int, int] = {}  # bars that are not answered, by the number of the call
        self._requests: dict[int, int] = {}  # bars of the model, by the number of the agent
        self._last: dict[int, float] = {}  # time of the last row of each agent
        self._free = [0.0]  # when each lane was last left; infinite while it is taken
        self._blocks: list[tuple[float, float]] = []  # of so many bars each: first start, last end

    def extend(self, most: int | None = None) -> bool:
        """Take in the rows that were added since.

        Args:
            most: So many of them; left out, all.

        Returns:
            Whether there are still more.
        """
        count = len(self._rows)
        stop = count if most is None else min(count, self._row + most)
        if self._row == 0 and stop:
            self._begin(min(count, _LOOKED_AT))
        while self._row < stop:
            self._take(self._row)
            self._row += 1
        return stop < count

    def clock(self, row: int) -> float:
        """The place of a row on the clock; where the file does not say, that of the row before."""
        if not self.timed:
            return float(row)
        while row >= 0 and not self._rows.ts(row):
            row -= 1
        return self._rows.ts(row) if row >= 0 else self.begin

    def bars(self, start: float, stop: float, most: int = 2_000) -> list[Bar]:
        """What overlaps a part of the clock, by the time of its beginning; at most so many, the earliest."""
        found = (
            number
            for number in range(len(self._failed))
            if self._start[number] <= stop and self._stop[number] >= start
        )
        return sorted(
            (self._bar(number) for _, number in zip(range(most), found, strict=False)),
            key=lambda bar: bar.start,
        )

    def overview(self, start: float, stop: float, columns: int) -> list[Column]:
        """A part of the clock in so many columns."""
        width = max(stop - start, 1e-9) / columns
        shares = [[0.0] * self.lanes for _ in range(columns)]
        failed = [0] * columns
        for bar in self.bars(start, stop, len(self._failed)):
            first = max(int((bar.start - start) / width), 0)
            last = min(int((bar.end - start) / width), columns - 1)
            for column in range(first, last + 1):
                begin = start + column * width
                taken = min(bar.end, begin + width) - max(bar.start, begin)
                shares[column][bar.lane] += max(taken, 0.0) / width
            if bar.failed and last >= 0:
                failed[last] += 1
        return [
            Column(tuple(min(share, 1.0) for share in lanes), count)
            for lanes, count in zip(shares, failed, strict=True)
        ]

    def _begin(self, looked_at: int) -> None:
        known = next((ts for ts in map(self._rows.ts, range(looked_at)) if ts), 0.0)
        self.timed = known > 0
        self.begin = self.end = known

    def _take(self, row: int) -> None:
        rows = self._rows
        kind, agent = KIND_NUMBERS[rows.kind(row)], rows.agent(row)
        now = (rows.ts(row) or self.end) if self.timed else float(row)
        self.begin, self.end = min(self.begin, now), max(self.end, now)
        call = rows.call(row)
        agent_number = hash(agent)
        number = hash(call)
        match kind:
            case k if k == _REQUEST:
                self._requests[agent_number] = self._add(MODEL, now, row)
            case k if k == _RESPONSE:
                bar = self._requests.pop(agent_number, None)
                if bar is None:
                    bar = self._add(MODEL, self._last.get(agent_number, now), row)
                self._stop[bar] = max(now, self._start[bar])
            case k if k == _REQUESTED:
                self._calls[number] = self._add(self._free_lane(now), now, row)
            case k if k == _ASKED and (open_bar := self._calls.get(number)) is not None:
                self._asking[open_bar] = now
            case k if k == _DECIDED and (open_bar := self._calls.get(number)) is not None:
                self._answered(open_bar, now)
                self._started[open_bar] = now
            case k if k == _STARTED and (open_bar := self._calls.get(number)) is not None:
                self._started[open_bar] = now
            case k if k == _FINISHED and (open_bar := self._calls.pop(number, None)) is not None:
                self._answered(open_bar, now)
                self._stop[open_bar] = max(now, self._start[open_bar])
                self._failed[open_bar] = rows.failed(row)
                self._free[self._lane[open_bar]] = self._stop[open_bar]
            case _:
                pass
        self._last[agent_number] = now

    def _add(self, lane: int, now: float, row: int) -> int:
        self._start.append(now)
        self._started.append(now)
        self._stop.append(inf)
        self._first.append(row)
        self._lane.append(lane)
        self._failed.append(False)
        return len(self._failed) - 1

    def _free_lane(self, now: float) -> int:
        for lane in range(1, len(self._free)):
            if self._free[lane] <= now:
                break
        else:
            lane = min(len(self._free), _MOST_LANES)
            if lane == len(self._free):
                self._free.append(inf)
                self.lanes = lane + 1
        self._free[lane] = inf
        return lane

    def _answered(self, bar: int, now: float) -> None:
        asked = self._asking.pop(bar, None)
        if asked is not None:
            self._asked.setdefault(bar, []).append((asked, now))

    def _bar(self, number: int) -> Bar:
        row, stop = self._first[number], self._stop[number]
        asked = list(self._asked.get(number, ()))
        if number in self._asking:
            asked.append((self._asking[number], self.end))
        is_call = self._lane[number] != MODEL
        return Bar(
            self._lane[number],
            self._start[number],
            self._started[number],
            self.end if stop == inf else stop,
            row,
            self._rows.call(row) if is_call else "",
            self._rows.tool(row) if is_call else "",
            bool(self._failed[number]),
            stop != inf,
            tuple(asked),
        )
