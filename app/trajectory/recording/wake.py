"""One thread wakes another."""

from __future__ import annotations

import threading
from contextlib import suppress


class Wake:
    """Wakes a thread that waits. It remembers one call, and costs the caller next to nothing.

    With a condition the caller would wait for a lock that the woken thread holds.
    """

    def __init__(self) -> None:
        self._asleep = threading.Lock()
        self._asleep.acquire()

    def set(self) -> None:
        """Let the one who waits, or will wait next, go on."""
        if self._asleep.locked():
            with suppress(RuntimeError):  # another caller was faster
                self._asleep.release()

    def wait(self, seconds: float | None = None) -> None:
        """Wait for a call of `set`, or that long."""
        self._asleep.acquire(timeout=-1 if seconds is None else max(seconds, 0))
