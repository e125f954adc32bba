"""Waiting for the disk, in a thread of its own: meanwhile events go on being written."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from app.trajectory.recording.journal import Journal
from app.trajectory.recording.promises import Promises, stopped_by
from app.trajectory.recording.wake import Wake

_MEASURED = 500  # latest syncs


class Syncing:
    """Has what is in a journal brought to the disk whenever somebody wants it.

    Args:
        journal: The file.
        promises: Kept by what is on the disk.
        retry: Seconds between tries while the disk refuses.
        synced: Called after a sync; told whether the disk had refused before.
    """

    def __init__(
        self, journal: Journal, promises: Promises, retry: float, synced: Callable[[bool], None]
    ) -> None:
        self.error = ""  # why the disk does not have what it should
        self._journal = journal
        self._promises = promises
        self._retry = retry
        self._synced = synced
        self._written = 0
        self._took: deque[float] = deque(maxlen=_MEASURED)
        self._wake = Wake()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="recorder-sync", daemon=True)
        self._thread.start()

    def want(self, written: int) -> None:
        """Bring the events before that number, which are in the file, to the disk."""
        self._written = written
        self._wake.set()

    @property
    def times(self) -> tuple[float, float] | tuple[None, None]:
        """Seconds that half of the latest syncs took at most, and all but one in a hundred."""
        took = sorted(self._took)  # a copy in one step: the thread goes on adding
        if not took:
            return None, None
        return took[len(took) // 2], took[len(took) * 99 // 100]

    def close(self) -> None:
        """Try once more to bring everything to the disk, and end the thread."""
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        self._journal.settle()
        while True:
            self._wake.wait(self._retry if self.error else None)
            closing, written = self._closing, self._written
            self._sync(written)
            if closing:
                return

    def _sync(self, written: int) -> None:
        begun = time.perf_counter()
        try:
            if self._journal.unsynced:
                self._journal.sync()
                self._took.append(time.perf_counter() - begun)
        except Exception as error:  # whatever it is, the thread goes on
            self.error = stopped_by(error)
            self._promises.fail(self.error)
        else:
            refused, self.error = bool(self.error), ""
            self._promises.keep(written)
            self._synced(refused)
