"""The event stream of a session: the recorder keeps it, front ends follow it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace

from app.providers.contract import CallDelta, Delta, TextDelta, ThinkingDelta
from app.providers.retry import Discarded, Quiet
from app.trajectory.events import Event, Record
from app.trajectory.recording.recorder import Recorder

Live = Delta | Discarded | Quiet  # shown while an answer arrives; the response event holds it whole
Item = Record | Live


class EventQueue:
    """What the front end has yet to take. Any thread may put, one takes.

    Records are not kept a second time: the recorder has them, in memory or in its file. What is live only is
    kept with the number of the record that comes after it; text that arrives faster than it is taken is
    joined.

    Args:
        recorder: Has the records. Those that it has already are not taken.
        limit: Live items kept before they are joined.
        part: Most records taken at once where some of them have to be read back.
    """

    def __init__(self, recorder: Recorder, limit: int = 4096, part: int = 256) -> None:
        self._recorder = recorder
        self._limit = limit
        self._part = part
        self._start = self._stop = recorder.count  # the records to take: the first, one past the last
        self._live: deque[_Placed] = deque()
        self._arrived = threading.Condition()
        self._closed = False

    def put(self, item: Item) -> None:
        """Queue an item; never blocks for longer than a take."""
        with self._arrived:
            if isinstance(item, Record):
                self._stop = max(self._stop, item.seq + 1)
            else:
                self._live.append((self._stop, item))
                if len(self._live) > self._limit:
                    self._live = _joined(self._live)
            self._arrived.notify()

    def close(self) -> None:
        """No more will come; a waiting `wait` returns."""
        with self._arrived:
            self._closed = True
            self._arrived.notify()

    def take(self) -> list[Item]:
        """Everything that has come since the last call, adjacent text joined.

        Of records that have to be read back, a part: the next calls have the rest.
        """
        if not self._has_news:
            return []
        with self._arrived:
            live, self._live = self._live, deque()
            stop = self._stop
        if self._start < self._recorder.at_hand and not self._closed:
            stop = min(stop, self._start + self._part)
        try:
            records = self._recorder.records(self._start, stop)
        except OSError:  # it cannot be read now: try again with the next call
            records, stop = [], self._start
        live = _joined(live)
        items: list[Item] = []
        for record in records:
            while live and live[0][0] <= record.seq:
                items.append(live.popleft()[1])
            items.append(record)
        while live and live[0][0] <= stop:
            items.append(live.popleft()[1])
        self._start = stop
        with self._arrived:
            self._live.extendleft(reversed(live))
        return items

    def wait(self, timeout: float | None = None) -> bool:
        """Block until there is something to take; False once closed and empty."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._has_news or self._closed, timeout)
            return self._has_news or not self._closed

    @property
    def _has_news(self) -> bool:
        return bool(self._live) or self._start < self._stop


class EventStream:
    """Where the engine puts what happens: an event is recorded, folded into what the engine knows, and queued
    for the front end.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.queue = EventQueue(recorder)
        self._recorder = recorder
        self._folds: list[Callable[[Event], None]] = []

    def fold(self, apply: Callable[[Event], None]) -> None:
        """Have each event from now on applied to some state, in the thread that emits it."""
        self._folds.append(apply)

    def catch_up(self, events: Iterable[Event]) -> None:
        """Apply what has happened before, and is recorded."""
        for event in events:
            for apply in self._folds:
                apply(event)

    def emit(self, event: Event) -> None:
        """Take an event."""
        record = self._recorder.record(event)
        for apply in self._folds:
            apply(event)
        self.queue.put(record)

    def show(self, item: Live) -> None:
        """Take something that is live only."""
        self.queue.put(item)


_Placed = tuple[int, Live]  # with the number of the record that comes after it


def _joined(items: deque[_Placed]) -> deque[_Placed]:
    """The items in order, runs of text of one kind between two records made one."""
    result: deque[_Placed] = deque()
    run: list[str] = []
    for placed in items:
        place, item = placed
        last_place, last = result[-1] if result else (-1, None)
        together = place == last_place
        match item:
            case TextDelta() | ThinkingDelta() if together and type(last) is type(item):
                run.append(item.text)
                continue
            case CallDelta() if together and isinstance(last, CallDelta) and last.index == item.index:
                run.append(item.text)
                continue
            case _:
                _end_run(result, run)
        if together and isinstance(item, Quiet) and isinstance(last, Quiet):
            result[-1] = placed
        else:
            result.append(placed)
    _end_run(result, run)
    return result


def _end_run(result: deque[_Placed], run: list[str]) -> None:
    if not run:
        return
    place, last = result[-1]
    assert isinstance(last, TextDelta | ThinkingDelta | CallDelta), "only text makes a run"
    result[-1] = place, replace(last, text=last.text + "".join(run))
    run.clear()
