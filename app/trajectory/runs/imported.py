"""The file of another agent, read by its format and written as lines of ours.

    python -m app.trajectory.runs.imported lines DESCRIPTOR FILE
    python -m app.trajectory.runs.imported raw PLACE FILE

is the same in a process of its own, for `imported_apart`: a message of JSON a line tells how far it is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import orjson

from app.trajectory.codec import encode
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.file_bytes import SourceError
from app.trajectory.formats.opening import opened
from app.trajectory.formats.source import Source
from app.trajectory.runs.line_files import POLL, Progress

_BATCH = 2**18  # bytes that are written in one go
_FIRST = 64  # records that are shown before a batch is full


class ImportedFile:
    """Lines made from the file of another agent.

    Args:
        path: Of it, or of a folder.
        file: Where the lines go.
        follow: It may grow.

    Raises:
        UnreadableError: It cannot be read, or is no trajectory.
    """

    def __init__(self, path: Path, file: BinaryIO, *, follow: bool) -> None:
        self.file = file
        self._reading = opened(path, self._wait if follow else None)
        self.format, self.variant = self._reading.format, self._reading.variant
        self._source = Source(self._reading.source.path)
        self._opened = _state(self._source.path)
        self._batch = bytearray()
        self._told = 0  # problems
        self._progress: Progress | None = None

    def run(self, progress: Progress) -> None:
        """Read it."""
        self._progress = progress
        for record in self._reading.records():
            self._batch += encode(record)
            if len(self._batch) > _BATCH or record.seq == _FIRST:
                self._write(progress)
                if not progress.pause(0):
                    return
        self._write(progress)
        self._reading.source.forget()
        progress.caught_up()

    def stop(self) -> None:
        """It stops by itself."""

    def raw(self, source: str) -> str:
        """As the other agent wrote it."""
        now = _state(self._source.path)
        if now is None or self._opened is None or now[0] != self._opened[0]:
            raise SourceError("the file is another one now")
        return self._source.raw(source)

    def _write(self, progress: Progress) -> None:
        if self._batch:
            self.file.write(self._batch)
            self.file.flush()
            self._batch.clear()
            progress.more()
        problems = self._reading.source.problems
        for what in problems[self._told :]:
            progress.problem(what)
        self._told = len(problems)

    def _wait(self) -> bool:
        """At the end of a file that may grow: give out what there is, and wait until it has changed."""
        assert self._progress is not None
        self._write(self._progress)
        self._progress.caught_up()
        path = self._reading.source.path
        before = _state(path)
        while self._progress.pause(POLL):
            if _state(path) != before:
                return True
        return False


class _Messages:
    """Progress that is told to another process."""

    def more(self) -> None:
        _tell({"more": True})

    def caught_up(self) -> None:
        pass

    def problem(self, what: str) -> None:
        _tell({"problem": what})

    def pause(self, _seconds: float, /) -> bool:
        return True


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size


def _tell(message: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(message) + b"\n")
    sys.stdout.buffer.flush()


def main(arguments: Sequence[str]) -> int:
    """What the module's text says."""
    what, place, name = arguments
    path = Path(name)
    try:
        if what == "raw":
            sys.stdout.buffer.write(Source(path).raw(place).encode("utf-8", "backslashreplace"))
        else:
            imported = ImportedFile(path, os.fdopen(int(place), "wb"), follow=False)
            _tell({"format": imported.format, "variant": imported.variant})
            imported.run(_Messages())
    except (UnreadableError, SourceError) as error:
        _tell({"unreadable": str(error)})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
