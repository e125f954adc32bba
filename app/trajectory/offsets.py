"""Where in a trajectory file a record is to be found, without a look at all that comes before it."""

from __future__ import annotations

import threading
from array import array

STEP = 64  # records


class Offsets:
    """The offset of each 64th record, from the first on: eight bytes for each.

    A writer notes them as it goes, a reader as it passes.
    """

    def __init__(self) -> None:
        self._offsets = array("Q")
        self._lock = threading.Lock()

    def note(self, number: int, offset: int) -> None:
        """A record begins there. Counts only if it is the next one that is wanted."""
        with self._lock:
            if number == len(self._offsets) * STEP:
                self._offsets.append(offset)

    def passed(self, number: int, offset: int) -> None:
        """Somebody who reads on from `place` has come to a record; those before it may be missing."""
        with self._lock:
            while len(self._offsets) * STEP <= number:
                self._offsets.append(offset)

    def place(self, number: int) -> int:
        """Where to read on from to come to a record: at most 64 records before it, as far as is known."""
        with self._lock:
            at = min(number // STEP, len(self._offsets) - 1)
            return self._offsets[at] if at >= 0 else 0
