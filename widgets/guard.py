"""Keys that come too soon do not answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf


class Guard:
    """Tells whether a key can be an answer to what is shown.

    One that is pressed within `SECONDS` after that could first be seen, or after the focus came to it, was
    meant for something else. So may be one that comes soon after an answer, or at once after a key that did
    not count: then a key is being held down.

    Args:
        clock: Seconds.
    """

    SECONDS = 0.3
    AFTER_ANSWER = 0.7  # seconds; a key that is held down begins to repeat sooner
    HELD = 0.2  # seconds; a key that is held down comes again sooner

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open_from = inf
        self._held_until = -inf

    @property
    def is_over(self) -> bool:
        """Whether a key would count now."""
        return self._clock() >= max(self._open_from, self._held_until)

    def take(self) -> bool:
        """Whether the key that has just come counts."""
        is_over = self.is_over
        if not is_over:
            self._hold(self.HELD)
        return is_over

    def close(self) -> None:
        """Let nothing count: it is not painted yet."""
        self._open_from = inf

    def start(self) -> None:
        """It is painted, however long the terminal took: keys count in a moment."""
        self._open_from = self._clock() + self.SECONDS

    def restart(self) -> None:
        """The focus has come to it; what is not painted yet stays closed."""
        if self._open_from < inf:
            self.start()

    def answered(self) -> None:
        """A key has just answered something, here or elsewhere, and may be held down."""
        self._hold(self.AFTER_ANSWER)

    def _hold(self, seconds: float) -> None:
        self._held_until = max(self._held_until, self._clock() + seconds)
