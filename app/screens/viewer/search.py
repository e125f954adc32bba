"""A search in all that a run holds, in a thread of its own, and the way through what it found."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.screens.viewer.jumps import beyond
from app.trajectory.runs.searching import search

if TYPE_CHECKING:
    from app.trajectory.runs.run import Run


class ViewerSearch:
    """Looks for words. Results come as they are found; rows that are added later are searched by `renew`.

    Args:
        run: Searched.
        words: What to look for.
    """

    def __init__(self, run: Run, words: str) -> None:
        self.words = words
        self._run = run
        self._rows: array[int] = array("I")
        self._seen = 0  # rows that were searched
        self._share = 0.0
        self._problem = ""
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.renew()

    @property
    def rows(self) -> Sequence[int]:
        """The rows that were found so far, in ascending order."""
        return self._rows

    @property
    def runs(self) -> bool:
        """Whether it goes on."""
        return self._thread is not None and self._thread.is_alive()

    def renew(self) -> None:
        """Search what has been added since."""
        if self._thread is None or (not self.runs and len(self._run) > self._seen):
            self._thread = threading.Thread(target=self._work, name="search", daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """Search no more."""
        self._stopped.set()

    def next(self, row: int, step: int, lists: Callable[[int], bool]) -> int | None:
        """The next row that was found, or beyond the last of them the first; None if there is none.

        Args:
            row: Where to begin.
            step: 1 for down, -1 for up.
            lists: Whether a row is listed; others are passed by.
        """
        rows = self._rows
        start = -1 if step > 0 else (rows[-1] + 1 if rows else 0)
        for origin in (row, start):
            if (found := next(filter(lists, beyond(rows, origin, step)), None)) is not None:
                return found
        return None

    def summary(self, row: int) -> str:
        """What was found, in words: `3 of 120` where the third is looked at."""
        if self._problem:
            return self._problem
        count, at = len(self._rows), bisect_left(self._rows, row)
        progress = f" · {self._share:.0%}" if self.runs else ""
        if not count:
            return f"searching{progress}" if self.runs else "nothing found"
        is_at = at < count and self._rows[at] == row
        return (f"{at + 1:,} of {count:,}" if is_at else f"{count:,} found") + progress

    def _work(self) -> None:
        try:
            for found in search(self._run, self.words, stop=self._stopped.is_set, start=self._seen):
                self._rows.extend(found.rows)
                self._seen = self._run.rows.at(found.searched_bytes - 1) + 1
                self._share = found.searched_bytes / max(found.total_bytes, 1)
        except (OSError, ValueError) as error:  # the file is gone, or was closed
            self._problem = f"the search ended: {error}"
