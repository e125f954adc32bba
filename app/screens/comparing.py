"""Two runs that are opened and compared in a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.trajectory.comparing.compared_steps import Side, side
from app.trajectory.comparing.comparison import Comparison, Pair, compare
from app.trajectory.comparing.differences import Difference, Differences
from app.trajectory.events import Record
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.measuring.brief_records import BriefRecords
from app.trajectory.runs.run import Run

_SLICE = 200  # records after which others may have the lock
_WAIT = 0.1  # seconds


class Comparing:
    """Compares two runs as they are now; what is added to them later does not count.

    Args:
        left: The file of one, or its folder.
        right: Of the other.

    Attributes:
        read: Records that were read so far, of both.
        problem: Why it ended without a comparison; empty if it did not.
        comparison: None until it is done.
        runs: Left and right, as far as they are open.
    """

    def __init__(self, left: Path, right: Path) -> None:
        self.read = 0
        self.problem = ""
        self.comparison: Comparison | None = None
        self.runs: list[Run] = []
        self._paths = left, right
        self._differences: Differences | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="comparison", daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Nothing more comes."""
        return bool(self.problem) or self.comparison is not None

    @property
    def problems(self) -> list[str]:
        """What is wrong with the files, a line each."""
        return [f"{run.path.name}: {problem}" for run in self.runs for problem in run.problems]

    def differences(self, pair: Pair) -> list[Difference]:
        """In what a pair differs. Any thread may ask; it reads what that takes.

        Raises:
            OSError: A file cannot be read.
            ValueError: It is closed.
        """
        assert self._differences is not None
        return self._differences.of(pair)

    def close(self) -> None:
        """Let the files go."""
        self._closed.set()
        self._thread.join(timeout=1)
        for run in self.runs:
            run.close()

    def _work(self) -> None:
        try:
            for path in self._paths:
                self.runs.append(Run.open(path, follow=False))
            left, right = map(self._side, self.runs)
            comparison = compare(left, right)
            self._differences = Differences(comparison, *(run.record for run in self.runs))
            self.comparison = comparison
        except UnreadableError as error:
            self.problem = str(error)
        except OSError as error:
            self.problem = f"a file cannot be read: {error.strerror or error}"
        except _ClosedError:
            self.problem = "closed"
        except Exception as error:  # what a file holds may not leave the screen waiting for ever
            self.problem = f"comparing stopped: {type(error).__name__}: {error}"

    def _side(self, run: Run) -> Side:
        while not run.complete:
            self._stop_if_closed()
            run.wait(len(run) + 1, _WAIT)
        if not len(run) and run.problems:
            raise UnreadableError(f"cannot open {run.path}: {run.problems[0]}")
        return side(self._counted(BriefRecords(run).since(0)))

    def _counted(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            yield record
            self.read += 1
            if self.read % _SLICE == 0:
                self._stop_if_closed()
                time.sleep(0)

    def _stop_if_closed(self) -> None:
        if self._closed.is_set():
            raise _ClosedError


class _ClosedError(Exception):
    """The person has left."""
