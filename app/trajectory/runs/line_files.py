"""Where the lines of a run are: in our own file, or unpacked from one that was compressed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import BinaryIO, Protocol

from app.trajectory.formats.file_bytes import SourceError
from app.trajectory.formats.sawhorse import Sawhorse

POLL = 0.05  # seconds between looks at a file that may grow
_LARGEST = 2**35  # bytes that a compressed file may become


class Progress(Protocol):
    """Told how far a file of lines has come, in the thread that lets it grow."""

    def more(self) -> None:
        """Lines were added."""

    def caught_up(self) -> None:
        """There is no more for now."""

    def problem(self, what: str) -> None:
        """Something is wrong. One line."""

    def pause(self, seconds: float, /) -> bool:
        """Wait; False if nobody is interested any more."""


class LineFile(Protocol):
    """A file of lines as we write them, that grows.

    Attributes:
        format: What the run is written in; empty as long as that is not known.
        variant: Which of the ways that format is written in; empty if there is but one.
        file: Of the lines; read by `os.pread`, by any thread.
    """

    format: str
    variant: str
    file: BinaryIO

    def run(self, progress: Progress) -> None:
        """Let it grow, until there is no more to come.

        Raises:
            OSError: What it is made from cannot be read.
            UnreadableError: That is no trajectory.
        """

    def stop(self) -> None:
        """Nobody is interested any more. Any thread may say so."""

    def raw(self, source: str, /) -> str:
        """The original of a record that was imported.

        Args:
            source: As the record says.

        Raises:
            SourceError: It cannot be read, or is no longer there.
        """


def unnamed_file() -> BinaryIO:
    """A file that only this process can read, and that goes with it."""
    return tempfile.TemporaryFile()


class OwnFile:
    """A file of ours, in place.

    Args:
        path: Of it.
        follow: What is written to its end is waited for.

    Raises:
        OSError: It cannot be opened.
    """

    def __init__(self, path: Path, *, follow: bool) -> None:
        self.format, self.variant = Sawhorse.name, ""
        self.file: BinaryIO = path.open("rb")
        self._path = path
        self._follow = follow

    def run(self, progress: Progress) -> None:
        """Look for more, as long as somebody is interested."""
        size = 0
        while True:
            now = os.fstat(self.file.fileno()).st_size
            if now < size:
                return progress.problem("the file was cut while it was open: open it again")
            if now > size:
                progress.more()
                size = now
            progress.caught_up()
            if not self._follow or not progress.pause(POLL):
                return None
            if not self._is_still():
                return progress.problem(
                    "the file was replaced or taken away while it was open: open it again"
                )

    def stop(self) -> None:
        """There is nothing to stop."""

    def raw(self, _source: str, /) -> str:
        """Its lines are the originals."""
        raise SourceError("it was not imported")

    def _is_still(self) -> bool:
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self.file.fileno()))
        except OSError:
            return False


class UnpackedFile:
    """A file of ours that was compressed when it had ended."""

    def __init__(self, path: Path) -> None:
        self.format, self.variant = Sawhorse.name, ""
        self.file = unnamed_file()
        self._path = path

    def run(self, progress: Progress) -> None:
        """Unpack it."""
        import zstandard

        size = 0
        try:
            with self._path.open("rb") as stream:
                for piece in zstandard.ZstdDecompressor().read_to_iter(stream):
                    size += self.file.write(piece)
                    self.file.flush()
                    progress.more()
                    if not progress.pause(0):
                        return
                    if size > _LARGEST:
                        progress.problem(
                            f"more than {_LARGEST // 2**30} GB are packed in it; the rest is left out"
                        )
                        break
        except zstandard.ZstdError:
            progress.problem("the compressed file is damaged; what comes before the damage is shown")
        progress.caught_up()

    def stop(self) -> None:
        """It stops by itself."""

    def raw(self, _source: str, /) -> str:
        """Its lines are the originals."""
        raise SourceError("it was not imported")
