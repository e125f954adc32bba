"""Any run, of ours or of another agent, of any size: each record at once, while it is read or grows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import orjson

from app.trajectory.blobs import Blobs
from app.trajectory.codec import DamagedLineError, decode, decode_object, number_of
from app.trajectory.events import Record, Unmapped
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.file_bytes import SourceError
from app.trajectory.lines import is_compressed, located
from app.trajectory.runs.imported import ImportedFile
from app.trajectory.runs.imported_apart import ImportedApart, is_large_document
from app.trajectory.runs.indexing import Indexing
from app.trajectory.runs.line_files import LineFile, OwnFile, UnpackedFile, unnamed_file
from app.trajectory.runs.rows import Rows
from app.trajectory.sessions import TRAJECTORY

_SMALL = 2**15  # bytes of a line of which many are kept
_SHOWN = 10_000  # bytes of a damaged line
_BEGINNING = 2**20  # bytes that tell whether a file is ours
_LOOKED_AT = 20  # lines


class Run:
    """The records of one file. A thread of its own reads it, any thread may ask for what it has.

    Args:
        path: The file.
        lines: Its records as lines of ours.
        holds_back: As of `open`.
    """

    def __init__(self, path: Path, lines: LineFile, *, holds_back: bool = False) -> None:
        self.path = path
        self._lines = lines
        self._blobs = Blobs.of(path)
        self._small = lru_cache(1_000)(self._decoded)
        self._large = lru_cache(8)(self._decoded)
        self._indexing = Indexing(lines, holds_back=holds_back)

    @classmethod
    def open(cls, path: Path, *, follow: bool = True, holds_back: bool = False) -> Run:
        """Open a file, or the folder of a session. Returns before it is read.

        What is wrong with a large document is known only later: then there are `problems`, and no rows.

        Args:
            path: Of it.
            follow: It may grow: go on with what is added.
            holds_back: Read no more than the beginning until `read_on`: what is drawn meanwhile is there
                sooner by as long as all of it takes.

        Raises:
            UnreadableError: It cannot be read, is empty, or is of no format that is known.
        """
        if located(path / TRAJECTORY).is_file():
            path = path / TRAJECTORY
        path = located(path)
        try:
            return cls(path, _lines_of(path, follow=follow), holds_back=holds_back)
        except OSError as error:
            raise UnreadableError(f"cannot open {path}: {error.strerror or error}") from None

    def __len__(self) -> int:
        """How many records are known so far."""
        return len(self.rows)

    @property
    def format(self) -> str:
        """What its format is called; empty as long as that is not known."""
        return self._lines.format

    @property
    def variant(self) -> str:
        """Which of the ways that format is written in; empty if there is but one."""
        return self._lines.variant

    @property
    def rows(self) -> Rows:
        """What is known of each record without a look at it; grows."""
        return self._indexing.rows

    @property
    def problems(self) -> Sequence[str]:
        """What is wrong with the file, a line each; grows."""
        return self._indexing.problems

    @property
    def complete(self) -> bool:
        """All that is in the file is in `rows`."""
        return self._indexing.complete

    @property
    def live(self) -> bool:
        """The file is still followed."""
        return self._indexing.live

    def read_on(self) -> None:
        """Read all of it, if it was held back."""
        self._indexing.read_on()

    def record(self, row: int) -> Record:
        """A record. A damaged line is `Unmapped`: its type is "damaged line", its text says why, and has it.

        Raises:
            IndexError: There is no such row, or not yet.
            OSError: The file cannot be read.
        """
        if not 0 <= row < len(self.rows):
            raise IndexError(row)
        _, length = self.rows.place(row)
        return (self._small if length <= _SMALL else self._large)(row)

    def records(self, start: int = 0, stop: int | None = None) -> Iterator[Record]:
        """The records from a row up to another, or to the last that there is now.

        Raises:
            OSError: The file cannot be read.
        """
        count = len(self.rows)
        return map(self._decoded, range(start, count if stop is None else min(count, stop)))

    def raw(self, row: int) -> str:
        """A record as it was written; of JSON, with indentation. Of a large document that takes seconds.

        Raises:
            OSError: The file cannot be read.
        """
        text = self._line(row)
        with suppress(SourceError):  # the line tells as much
            if source := self.record(row).source:
                text = self._lines.raw(source).encode()
        try:
            return orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2).decode()
        except ValueError:
            return text.decode("utf-8", "replace").removesuffix("\n")

    def read(self, offset: int, length: int) -> bytes:
        """So many bytes of the lines that `Rows.place` gives the places of.

        Raises:
            OSError: The file cannot be read.
        """
        return self._indexing.read(offset, length)

    def wait(self, count: int, timeout: float | None = None) -> bool:
        """Wait until there are so many rows, or there are no more for now.

        Args:
            count: Of rows.
            timeout: Seconds.

        Returns:
            Whether there are so many.
        """
        return self._indexing.wait(count, timeout)

    def changed(self) -> int:
        """A number that is another one whenever there are more rows, or anything else is new."""
        return self._indexing.changes

    def close(self) -> None:
        """Read no more of it. Nothing may be asked of it after that."""
        self._indexing.close()

    def _line(self, row: int) -> bytes:
        return self.read(*self.rows.place(row))

    def _decoded(self, row: int) -> Record:
        line = self._line(row)
        try:
            return decode(line, self._blobs.get)
        except DamagedLineError as error:
            self.rows.damaged(row)
            self._indexing.problem(f"line {row + 1:,} is damaged: {error}")
            number = number_of(line)
            text = f"{error}\n{line[:_SHOWN].decode('utf-8', 'replace')}"
            return Record(row if number is None else number, 0.0, Unmapped("damaged line", text))


def _lines_of(path: Path, *, follow: bool) -> LineFile:
    if path.is_file() and any(map(_is_record, _beginning(path).split(b"\n")[:_LOOKED_AT])):
        return UnpackedFile(path) if is_compressed(path) else OwnFile(path, follow=follow)
    if is_large_document(path):
        return ImportedApart(path)
    return ImportedFile(path, unnamed_file(), follow=follow)


def _beginning(path: Path) -> bytes:
    """The first bytes of a file, unpacked: to tell ours, no more is read of it, however large it is."""
    with path.open("rb") as stream:
        if not is_compressed(path):
            return stream.read(_BEGINNING)
        import zstandard

        try:
            return zstandard.ZstdDecompressor().stream_reader(stream).read(_BEGINNING)
        except zstandard.ZstdError:
            return b""


def _is_record(line: bytes) -> bool:
    try:
        return number_of(line) is not None and decode_object(line).keys() >= {"ts", "kind"}
    except DamagedLineError:
        return False
