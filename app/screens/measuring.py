"""What a run comes to, measured in a thread while the run is read, and as long as it grows."""

from __future__ import annotations

import threading
import time

from app.trajectory.measuring.brief_records import BriefRecords
from app.trajectory.measuring.measures import Measured, Measures
from app.trajectory.runs.run import Run

_SLICE = 200  # records after which others may have the lock
_EACH = 0.5  # seconds between two looks at a run that grows
_PATIENCE = 10  # times as long as figures took to make, until they are made again


class Measuring:
    """Measures a run.

    Args:
        run: The run; it may grow, and is closed by somebody else.

    Attributes:
        read: Records that were measured.
        latest: What it comes to; None as long as not all that is there was measured once.
        problem: Why it is measured no further; empty as long as it is.
    """

    def __init__(self, run: Run) -> None:
        self.read = 0
        self.latest: Measured | None = None
        self.problem = ""
        self._run = run
        self._records = BriefRecords(run)
        self._measures = Measures()
        self._closed = threading.Event()
        threading.Thread(target=self._work, name="statistics", daemon=True).start()

    def close(self) -> None:
        """Measure no further."""
        self._closed.set()

    def _work(self) -> None:
        try:
            while not self._closed.is_set():
                is_complete, is_live, wait = self._run.complete, self._run.live, _EACH
                if self._take() or (is_complete and self.latest is None):
                    began = time.monotonic()
                    if is_complete:
                        self.latest = self._measures.measured()
                    wait = max(wait, _PATIENCE * (time.monotonic() - began))
                if is_complete and not is_live:
                    return
                if is_complete:
                    self._closed.wait(wait)
                else:
                    self._run.wait(self.read + 1, _EACH)
        except (OSError, ValueError) as error:  # the file is gone, or was closed
            self.problem = f"the run cannot be read any further: {error}"
        except Exception as error:  # what a file holds may not leave the screen waiting for ever
            self.problem = f"measuring stopped: {type(error).__name__}: {error}"

    def _take(self) -> bool:
        """Measure what was added; whether there was anything."""
        before = self.read
        for record in self._records.since(before):
            self._measures.take(self.read, record)
            self.read += 1
            if self.read % _SLICE == 0:
                if self._closed.is_set():
                    break
                time.sleep(0)
        return self.read > before
