"""The event stream of a session: the recorder keeps it, front ends follow it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from app.providers.contract import CallDelta, Delta, TextDelta, ThinkingDelta
from app.providers.retry import Discarded, Quiet
from app.trajectory.events import Event, Record
from app.trajectory.reader import read
from app.trajectory.recorder import Recorder, RecordingError

Live = Delta | Discarded | Quiet  # shown while an answer arrives; the response event holds it whole
Item = Record | Live


class EventQueue:
    """The bounded queue from the engine to the front end. Any thread may put, one takes.

    Text that arrives faster than it is taken is joined. Where records still exceed the bound, the oldest
    leave the queue and are read back from the trajectory file when the front end catches up.
    """

    def __init__(self, recorder: Recorder, limit: int = 4096) -> None:
        self._recorder = recorder
        self._limit = limit
        self._items: deque[Item] = deque()
        self._missing: tuple[int, int] | None = None  # records that left the queue: first, one past the last
        self._arrived = threading.Condition()
        self._closed = False

    def put(self, item: Item) -> None:
        """Queue an item; never blocks for longer than a take."""
        with self._arrived:
            self._items.append(item)
            if len(self._items) > self._limit:
                self._items = deque(_joined(self._items))
                self._drop_oldest()
            self._arrived.notify()

    def close(self) -> None:
        """No more will come; a waiting `wait` returns."""
        with self._arrived:
            self._closed = True
            self._arrived.notify()

    def take(self) -> list[Item]:
        """Everything that has come since the last call, adjacent text joined."""
        if not self._items and self._missing is None:
            return []
        with self._arrived:
            items, self._items = _joined(self._items), deque()
            missing, self._missing = self._missing, None
        if missing is None:
            return items
        try:
            self._recorder.flush().result()
            return [*read(self._recorder.path, *missing), *items]
        except (RecordingError, OSError):  # they are in memory only: try again with the next call
            with self._arrived:
                self._items.extendleft(reversed(items))
                self._missing = (missing[0], self._missing[1] if self._missing else missing[1])
            return []

    def wait(self, timeout: float | None = None) -> bool:
        """Block until there is something to take; False once closed and empty."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._items or self._closed, timeout)
            return bool(self._items) or not self._closed

    def _drop_oldest(self) -> None:
        while len(self._items) > self._limit // 2:
            item = self._items.popleft()
            if isinstance(item, Record):
                first = item.seq if self._missing is None else self._missing[0]
                self._missing = (first, item.seq + 1)


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

    def emit(self, event: Event) -> None:
        """Take an event."""
        record = self._recorder.record(event)
        for apply in self._folds:
            apply(event)
        self.queue.put(record)

    def show(self, item: Live) -> None:
        """Take something that is live only."""
        self.queue.put(item)


def _joined(items: deque[Item]) -> list[Item]:
    """The items in order, runs of text of one kind made one."""
    result: list[Item] = []
    run: list[str] = []
    for item in items:
        last = result[-1] if result else None
        match item:
            case TextDelta() | ThinkingDelta() if type(last) is type(item):
                run.append(item.text)
                continue
            case CallDelta() if isinstance(last, CallDelta) and last.index == item.index:
                run.append(item.text)
                continue
            case _:
                _end_run(result, run)
        if isinstance(item, Quiet) and isinstance(last, Quiet):
            result[-1] = item
        else:
            result.append(item)
    _end_run(result, run)
    return result


def _end_run(result: list[Item], run: list[str]) -> None:
    if run and isinstance(last := result[-1], TextDelta | ThinkingDelta | CallDelta):
        result[-1] = replace(last, text=last.text + "".join(run))
        run.clear()
