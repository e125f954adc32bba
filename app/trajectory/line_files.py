"""Where the lines of a run come from: our own file, one that was compressed, or the file of another agent."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import BinaryIO, Protocol

from app.trajectory.codec import encode
from app.trajectory.formats.opening import Reading, opened
from app.trajectory.formats.sawhorse import Sawhorse
from app.trajectory.formats.source import Source
from app.trajectory.lines import is_compressed

_POLL = 0.05  # seconds between looks at a file that may grow
_BATCH = 2**18  # bytes that are written in one go
_FIRST = 100  # records that are shown before a batch is full


class Progress(Protocol):
    """Told how far a file of lines has come, in the thread that lets it grow."""

    def more(self) -> None:
        """Lines were added."""

    def caught_up(self) -> None:
        """There is no more for now."""

    def problem(self, what: str) -> None:
        """Something is wrong. One line."""

    def pause(self, seconds: float) -> bool:
        """Wait; False if nobody is interested any more."""


class LineFile(Protocol):
    """A file of lines of ours that grows."""

    format: str
    variant: str
    file: BinaryIO

    def run(self, progress: Progress) -> None:
        """Let it grow, until there is no more to come.

        Raises:
            OSError: It cannot be read.
            UnreadableError: What it is made from cannot be read.
        """

    def raw(self, source: str) -> str:
        """The original of a record that was imported.

        Raises:
            SourceError: It cannot be read, or is no longer there.
        """


def line_file(path: Path, *, follow: bool) -> LineFile:
    """The lines of a run.

    Args:
        path: Of its file, or folder.
        follow: It may grow.

    Raises:
        UnreadableError: It cannot be read, or is none.
    """
    imported = Imported(path, follow=follow)
    if imported.format != Sawhorse.name:
        return imported
    return Unpacked(path) if is_compressed(path) else Own(path, follow=follow)


class Own:
    """A file of ours, in place. What has been written to its end is followed."""

    format, variant = Sawhorse.name, ""

    def __init__(self, path: Path, *, follow: bool) -> None:
        self._path = path
        self._follow = follow
        self.file: BinaryIO = path.open("rb")

    def run(self, progress: Progress) -> None:
        """Look for more, as long as somebody waits for it."""
        size = 0
        while True:
            now = os.fstat(self.file.fileno()).st_size
            if now < size:
                return progress.problem("the file was cut while it was open: open it again")
            if now > size:
                progress.more()
                size = now
            progress.caught_up()
            if not self._follow or not progress.pause(_POLL):
                return None
            if not self._is_still():
                return progress.problem("the file was replaced while it was open: open it again")

    def raw(self, source: str) -> str:
        """Nothing of it was imported."""
        raise NotImplementedError

    def _is_still(self) -> bool:
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self.file.fileno()))
        except OSError:
            return False


class Unpacked:
    """A file of ours that was compressed: it has ended."""

    format, variant = Sawhorse.name, ""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.file: BinaryIO = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115

    def run(self, progress: Progress) -> None:
        """Unpack it."""
        import zstandard

        try:
            with self._path.open("rb") as stream:
                for piece in zstandard.ZstdDecompressor().read_to_iter(stream):
                    self.file.write(piece)
                    progress.more()
                    if not progress.pause(0):
                        return
        except zstandard.ZstdError:
            progress.problem("the compressed file is damaged; what comes before the damage is shown")
        progress.caught_up()

    def raw(self, source: str) -> str:
        """Nothing of it was imported."""
        raise NotImplementedError


class Imported:
    """The file of another agent, read by its format and written as our lines."""

    def __init__(self, path: Path, *, follow: bool) -> None:
        self._reading: Reading = opened(path, self._wait if follow else None)
        self._source = Source(self._reading.source.path)
        self._progress: Progress | None = None
        self._batch = bytearray()
        self._told = 0  # problems
        self.format, self.variant = self._reading.format, self._reading.variant
        self.file: BinaryIO = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115

    def run(self, progress: Progress) -> None:
        """Read it."""
        self._progress = progress
        for number, record in enumerate(self._reading.records()):
            self._batch += encode(record)
            if len(self._batch) > _BATCH or number == _FIRST:
                self._write(progress)
                if not progress.pause(0):
                    return
        self._write(progress)
        progress.caught_up()

    def raw(self, source: str) -> str:
        """As the other agent wrote it."""
        return self._source.raw(source)

    def _write(self, progress: Progress) -> None:
        if self._batch:
            self.file.write(self._batch)
            self._batch.clear()
            progress.more()
        problems = self._reading.source.problems
        for what in problems[self._told :]:
            progress.problem(what)
        self._told = len(problems)

    def _wait(self) -> bool:
        """At the end of a file that may grow."""
        assert self._progress is not None
        self._write(self._progress)
        self._progress.caught_up()
        return self._progress.pause(_POLL)
