"""The thread that reads a run: it finds the rows of a file of lines as that grows."""

from __future__ import annotations

import os
import threading
import time

from app.trajectory.formats.contract import UnreadableError
from app.trajectory.runs.line_files import LineFile
from app.trajectory.runs.line_scan import LineScan
from app.trajectory.runs.rows import Rows

_MOST_PROBLEMS = 100
_BEGINNING = 200  # rows; a screen has no more
_SETTLED = 2.0  # seconds after which nobody writes the rest of a line any more


class Indexing:
    """Adds to rows until the file has no more, or it is closed. Is the `Progress` of the file.

    Args:
        lines: The file.
        holds_back: Read no more than its beginning until `read_on`.

    Attributes:
        rows: Those that were found.
        problems: What is wrong with the file.
        complete: All that is in the file is in `rows`.
        live: The file is still followed.
        changes: Counts what was new.
    """

    def __init__(self, lines: LineFile, *, holds_back: bool = False) -> None:
        self.rows = Rows()
        self.problems: list[str] = []
        self.complete = False
        self.live = True
        self.changes = 0
        self._lines = lines
        self._scan = LineScan(self.rows, self.read, self.problem)
        self._torn = (0, 0.0)  # bytes, and since when
        self._news = threading.Condition()
        self._closed = threading.Event()
        self._may_read_on = threading.Event()
        if not holds_back:
            self._may_read_on.set()
        self._thread = threading.Thread(target=self._work, name="run", daemon=True)
        self._thread.start()

    def read(self, offset: int, length: int) -> bytes:
        """So many bytes of the lines from an offset on, fewer at the end.

        Raises:
            OSError: They cannot be read.
        """
        return os.pread(self._lines.file.fileno(), length, offset)

    def wait(self, count: int, timeout: float | None) -> bool:
        """Wait until there are so many rows, or no more for now; whether there are."""
        with self._news:
            self._news.wait_for(lambda: len(self.rows) >= count or self.complete, timeout)
        return len(self.rows) >= count

    def read_on(self) -> None:
        """Hold back no more."""
        self._may_read_on.set()

    def close(self) -> None:
        """End it."""
        self._closed.set()
        self._may_read_on.set()
        self._lines.stop()
        self._thread.join(timeout=1)
        if not self._thread.is_alive():
            self._lines.file.close()

    def more(self) -> None:
        """Lines were added."""
        while self._scan.step() and not self._closed.is_set():
            self._tell()
            self._hold_back()
        self._tell()
        self._hold_back()

    def caught_up(self) -> None:
        """There is no more for now."""
        if not self.complete:
            self.complete = True
            self._tell()
        now = time.monotonic()
        if self._torn[0] != self._scan.torn:
            self._torn = self._scan.torn, now
        elif now - self._torn[1] > _SETTLED:
            self._tell_torn()

    def problem(self, what: str) -> None:
        """Something is wrong. Any thread may say so; the same counts once."""
        if what not in self.problems and len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(what)
            self._tell()

    def pause(self, seconds: float) -> bool:
        """Wait; False once it is closed."""
        return not self._closed.wait(seconds) if seconds else not self._closed.is_set()

    def _hold_back(self) -> None:
        if len(self.rows) >= _BEGINNING:
            self._may_read_on.wait()

    def _work(self) -> None:
        try:
            self._lines.run(self)
            self._tell_torn()
        except UnreadableError as error:
            self.problem(str(error))
        except OSError as error:
            self.problem(f"the file cannot be read: {error.strerror or error}")
        except (
            Exception
        ) as error:  # a reader that fails leaves what it has read, and the screen that shows it
            self.problem(f"reading stopped: {type(error).__name__}: {error}")
        finally:
            self.live = False
            self.complete = True
            self._tell()
            if self._closed.is_set():
                self._lines.file.close()

    def _tell_torn(self) -> None:
        if self._scan.torn:
            self.problem(f"the last line was cut off: {self._scan.torn:,} bytes are no record")

    def _tell(self) -> None:
        with self._news:
            self.changes += 1
            self._news.notify_all()
