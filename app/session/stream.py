"""The event stream of a session: the recorder keeps it, front ends follow it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from app.trajectory.events import Event, Record
from app.trajectory.reader import read
from app.trajectory.recorder import Recorder, RecordingError


@dataclass(frozen=True, slots=True)
class StreamedText:
    """More words of the answer. Live only: the response event holds them whole."""

    text: str


@dataclass(frozen=True, slots=True)
class StreamedThinking:
    """More reasoning. Live only."""

    text: str


@dataclass(frozen=True, slots=True)
class StreamedCall:
    """A tool call is arriving: its place in the answer, its tool, and more characters of its arguments."""

    index: int
    name: str
    characters: int


@dataclass(frozen=True, slots=True)
class StreamDiscarded:
    """What was streamed of this answer is set aside; it is asked for again."""

    reason: str


@dataclass(frozen=True, slots=True)
class StreamQuiet:
    """No data has come for so many seconds."""

    seconds: float


Live = StreamedText | StreamedThinking | StreamedCall | StreamDiscarded | StreamQuiet
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
        same = bool(result) and type(result[-1]) is type(item)
        if isinstance(item, StreamedText | StreamedThinking) and same:
            run.append(item.text)
            continue
        _end_run(result, run)
        if isinstance(item, StreamQuiet) and same:
            result[-1] = item
            continue
        last = result[-1] if result else None
        if isinstance(item, StreamedCall) and isinstance(last, StreamedCall) and last.index == item.index:
            result[-1] = StreamedCall(item.index, last.name, last.characters + item.characters)
            continue
        result.append(item)
    _end_run(result, run)
    return result


def _end_run(result: list[Item], run: list[str]) -> None:
    if run and isinstance(last := result[-1], StreamedText | StreamedThinking):
        result[-1] = type(last)(last.text + "".join(run))
        run.clear()
