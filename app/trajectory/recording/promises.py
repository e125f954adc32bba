"""Futures that complete once events are kept."""

from __future__ import annotations

import threading
from concurrent.futures import Future


class RecordingError(Exception):
    """Events cannot be written now; the message says why. They are kept in memory and tried again."""


def stopped_by(error: Exception) -> str:
    """Why nothing can be written now, in a line for a person."""
    reason = error.strerror if isinstance(error, OSError) else ""
    return f"recording stopped: {reason or f'{type(error).__name__}: {error}'}"


class Promises:
    """Futures, each for all events before some number. Any thread may ask for one."""

    def __init__(self) -> None:
        self._open: list[tuple[int, Future[None]]] = []
        self._lock = threading.Lock()
        self._kept = 0  # events before this number are
        self._closed = ""  # why nothing will be kept any more

    def __bool__(self) -> bool:
        return bool(self._open)

    def make(self, number: int) -> Future[None]:
        """A future that completes once the events before that number are kept."""
        future: Future[None] = Future()
        with self._lock:
            if number <= self._kept:
                future.set_result(None)
            elif self._closed:
                future.set_exception(RecordingError(self._closed))
            else:
                self._open.append((number, future))
        return future

    def keep(self, number: int) -> None:
        """The events before that number are kept."""
        with self._lock:
            self._kept = number
            kept = [future for needed, future in self._open if needed <= number]
            self._open = [item for item in self._open if item[0] > number]
        for future in kept:
            if future.set_running_or_notify_cancel():  # else whoever asked has gone
                future.set_result(None)

    def fail(self, reason: str, beyond: int = 0) -> None:
        """Nothing more can be kept now: futures that need events from number `beyond` on fail."""
        with self._lock:
            failed = [future for needed, future in self._open if needed > beyond]
            self._open = [item for item in self._open if item[0] <= beyond]
        for future in failed:
            if future.set_running_or_notify_cancel():
                future.set_exception(RecordingError(reason))

    def close(self, reason: str) -> None:
        """Nothing more will be kept, and whoever asks from now on is told so."""
        with self._lock:
            self._closed = reason
        self.fail(reason)
