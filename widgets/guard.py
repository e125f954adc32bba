"""Keys that come too soon do not answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf


class Guard:
    """Tells whether a key can be an answer to what is shown.

    One that is pressed within `SECONDS` after that could first be seen, or after the focus came to it, was
    meant for something else.

    Args:
        clock: Seconds.
    """

    SECONDS = 0.3

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open_from = inf

    @property
    def is_over(self) -> bool:
        """Whether a key counts now."""
        return self._clock() >= self._open_from

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
