"""How often a stream may be drawn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Pacer:
    """Limits the share of a thread's time that drawing takes, and makes room for a person who types.

    Args:
        share: Of the time, at most.
        clock: Seconds.
    """

    def __init__(self, share: float = 0.15, clock: Callable[[], float] = time.perf_counter) -> None:
        self._rest = 1 / share - 1
        self._clock = clock
        self._rested = self._deferred = self._last = 0.0

    def ready(self) -> bool:
        """Whether a frame may be drawn now."""
        return self._clock() >= max(self._rested, self._deferred)

    def ready_after_key(self, frame: float) -> bool:
        """Whether a frame may be drawn when a key has had its effect: the next one will not come at once.

        Args:
            frame: Seconds between two frames, at least.
        """
        now = self._clock()
        return now >= self._rested and now - self._last >= frame

    def defer(self, seconds: float, within: float) -> None:
        """Draw nothing for so many seconds, unless the last frame is longer ago than `within`."""
        now = self._clock()
        if now - self._last < within:
            self._deferred = now + seconds

    @contextmanager
    def frame(self) -> Iterator[None]:
        """Draw a frame of the stream."""
        self._last = self._clock()
        with self.drawing():
            yield

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Count the time of whatever is drawn: a rest in proportion follows it."""
        start = self._clock()
        try:
            yield
        finally:
            now = self._clock()
            self._rested = max(self._rested, now) + (now - start) * self._rest
