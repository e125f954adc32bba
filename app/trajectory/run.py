"""Any run, of ours or of another agent, of any size: each record at once, while it is read or grows."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import orjson

from app.trajectory.blobs import Blobs
from app.trajectory.codec import DamagedLineError, decode, number_of
from app.trajectory.events import Record, Unmapped
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.file_bytes import SourceError
from app.trajectory.line_files import LineFile, line_file
from app.trajectory.line_scan import LineScan
from app.trajectory.lines import located
from app.trajectory.rows import Rows
from app.trajectory.sessions import TRAJECTORY

_PIECE = 2**20  # bytes
_FIRST_PIECE = 2**16
_SMALL = 2**15  # bytes of a line that many are kept of
_SHOWN = 10_000  # characters of a damaged line


class Run:
    """The records of one file. A thread of its own reads them, any thread may ask for them.

    Attributes:
        path: The file.
        format: What its format is called.
        variant: Which of the ways that format is written in; empty if there is but one.
        rows: What is known of each record without a look at it.
        complete: All that is in the file is in `rows`.
        live: The file is still followed.
    """

    def __init__(self, path: Path, source: LineFile) -> None:
        self.path = path
        self.rows = Rows()
        self.complete = False
        self.live = True
        self._source = source
        self._scan = LineScan(self.rows)
        self._scanned = 0  # bytes
        self._problems: list[str] = []
        self._blobs = Blobs.of(path)
        self._small = lru_cache(1_000)(self._read)
        self._large = lru_cache(8)(self._read)
        self._changes = 0
        self._changed = threading.Condition()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="run", daemon=True)
        self._thread.start()

    @classmethod
    def open(cls, path: Path, *, follow: bool = True) -> Run:
        """Open a file, or the folder of a session. Returns before it is read.

        Args:
            path: Of it.
            follow: It may grow: go on with what is added.

        Raises:
            UnreadableError: It cannot be read, is empty, or is of no format that is known.
        """
        if located(path / TRAJECTORY).is_file():
            path = path / TRAJECTORY
        path = located(path)
        try:
            return cls(path, line_file(path, follow=follow))
        except OSError as error:
            raise UnreadableError(f"cannot open {path}: {error.strerror}") from None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def format(self) -> str:
        return self._source.format

    @property
    def variant(self) -> str:
        return self._source.variant

    @property
    def problems(self) -> Sequence[str]:
        """What is wrong with the file, a line each, as far as that is known."""
        return tuple(self._problems)

    def record(self, row: int) -> Record:
        """A record. A damaged line is an `Unmapped` of type "damaged line", whose text says why, and has it.

        Raises:
            IndexError: There is no such row, or not yet.
            OSError: The file cannot be read.
        """
        _, length = self.rows.place(range(len(self.rows))[row])
        return (self._small if length <= _SMALL else self._large)(row)

    def records(self, start: int = 0, stop: int | None = None) -> Iterator[Record]:
        """The records from a row up to another, or to the last that there is now.

        Raises:
            OSError: The file cannot be read.
        """
        for row in range(start, min(len(self.rows), len(self.rows) if stop is None else stop)):
            yield self._read(row)

    def raw(self, row: int) -> str:
        """A record as it was written, of JSON with indentation. That of a large document takes its time.

        Raises:
            OSError: The file cannot be read.
        """
        record = self.record(row)
        try:
            text = (
                self._source.raw(record.source)
                if record.source
                else self._line(row).decode("utf-8", "replace")
            )
        except SourceError as error:
            return str(error)
        try:
            return orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2).decode()
        except ValueError:
            return text

    def wait(self, count: int, timeout: float | None = None) -> bool:
        """Wait until there are so many rows, or there are no more for now.

        Returns:
            Whether there are so many.
        """
        with self._changed:
            self._changed.wait_for(lambda: len(self.rows) >= count or self.complete, timeout)
        return len(self.rows) >= count

    def changed(self) -> int:
        """A number that is another one whenever there are more rows, or anything else is new."""
        return self._changes

    def close(self) -> None:
        """Read no more of it. Nothing may be asked of it after that."""
        self._closed.set()
        self._thread.join(timeout=1)
        if not self._thread.is_alive():
            self._source.file.close()

    def bytes_at(self, offset: int, length: int) -> bytes:
        """A part of the file of lines, which `Rows.place` gives places in.

        Raises:
            OSError: The file cannot be read.
        """
        return os.pread(self._source.file.fileno(), length, offset)

    def more(self) -> None:
        """Of `Progress`: lines were added."""
        while piece := self.bytes_at(self._scanned, _PIECE if self._scanned else _FIRST_PIECE):
            self._scan.feed(piece)
            self._scanned += len(piece)
            self._tell()
            if self._closed.is_set():
                return

    def caught_up(self) -> None:
        """Of `Progress`: there is no more for now."""
        if not self.complete:
            self.complete = True
            self._tell()

    def problem(self, what: str) -> None:
        """Of `Progress`: something is wrong."""
        if what not in self._problems:
            self._problems.append(what)
            self._tell()

    def pause(self, seconds: float) -> bool:
        """Of `Progress`: wait; False once the run is closed."""
        return not self._closed.wait(seconds) if seconds else not self._closed.is_set()

    def _work(self) -> None:
        try:
            self._source.run(self)
            if self._scan.torn:
                self.problem(f"the last line was cut off: {self._scan.torn:,} bytes are no record")
        except OSError as error:
            self.problem(f"the file cannot be read: {error.strerror}")
        except UnreadableError as error:
            self.problem(str(error))
        finally:
            self.live = False
            self.complete = True
            self._tell()
            if self._closed.is_set():
                self._source.file.close()

    def _tell(self) -> None:
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def _line(self, row: int) -> bytes:
        offset, length = self.rows.place(row)
        return self.bytes_at(offset, length)

    def _read(self, row: int) -> Record:
        line = self._line(row)
        try:
            return decode(line, self._blobs.get)
        except DamagedLineError as error:
            text = line[:_SHOWN].decode("utf-8", "replace")
            number = number_of(line)
            return Record(
                row if number is None else number, 0.0, Unmapped("damaged line", f"{error}\n{text}")
            )
