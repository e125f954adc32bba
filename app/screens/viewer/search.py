"""A search in all that a run holds, in a thread of its own, and the way through what it found."""

from __future__ import annotations

import threading
from itertools import chain
from typing import TYPE_CHECKING

from app.trajectory.runs.row_set import RowSet
from app.trajectory.runs.searching import search

if TYPE_CHECKING:
    from app.trajectory.runs.run import Run


class ViewerSearch:
    """Looks for words. Results come as they are found; rows that are added later are searched by `renew`.

    Args:
        run: Searched.
        words: What to look for.

    Attributes:
        rows: The rows that were found so far.
    """

    def __init__(self, run: Run, words: str) -> None:
        self.words = words
        self.rows = RowSet()
        self._run = run
        self._share = 0.0
        self._problem = ""
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.renew()

    @property
    def runs(self) -> bool:
        """Whether it goes on."""
        return self._thread is not None and self._thread.is_alive()

    def renew(self) -> None:
        """Search what has been added since."""
        if self._thread is None or (not self.runs and len(self._run) > self.rows.end):
            self._thread = threading.Thread(target=self._work, name="search", daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """Search no more."""
        self._stopped.set()

    def next(self, row: int, step: int, listed: RowSet | None) -> int | None:
        """The next row that was found, or beyond the last of them the first; None if there is none.

        Args:
            row: Where to begin.
            step: 1 for down, -1 for up.
            listed: The rows that are listed, others are passed by; None if all are.
        """
        start = -1 if step > 0 else self.rows.end
        beyond = chain(self.rows.beyond(row, step, listed), self.rows.beyond(start, step, listed))
        return next(beyond, None)

    def summary(self, row: int) -> str:
        """What was found, in words: `3 of 120` where the third is looked at."""
        if self._problem:
            return self._problem
        count, at = len(self.rows), self.rows.before(row)
        progress = f" · {self._share:.0%}" if self.runs else ""
        if not count:
            return f"searching{progress}" if self.runs else "nothing found"
        return (f"{at + 1:,} of {count:,}" if row in self.rows else f"{count:,} found") + progress

    def _work(self) -> None:
        try:
            for found in search(self._run, self.words, stop=self._stopped.is_set, start=self.rows.end):
                start, end = self.rows.end, self._run.rows.at(found.searched_bytes - 1) + 1
                marks = bytearray(end - start)
                for row in found.rows:
                    marks[row - start] = 1
                self.rows.extend(marks)
                self._share = found.searched_bytes / max(found.total_bytes, 1)
        except (OSError, ValueError) as error:  # the file is gone, or was closed
            self._problem = f"the search ended: {error}"
