"""A large document of another agent, read in a process of its own.

To parse it takes many times its size in memory, and seconds in which no other thread of a process could run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson

from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.file_bytes import SourceError
from app.trajectory.formats.json_value import parsed
from app.trajectory.line_files import Progress, unnamed_file

_LARGE = 2**23  # bytes; as long as it takes to parse so much, the others can wait
_LARGE_PACKED = 2**20
_PACKED = (b"PK\x03\x04", b"\x28\xb5\x2f\xfd")
_HEAD = 2**20  # bytes in which the first line of a file of lines ends


def is_large_document(path: Path) -> bool:
    """Whether a file has to be parsed as a whole, and that takes long.

    Raises:
        OSError: It cannot be read.
    """
    if path.is_dir() or path.stat().st_size < _LARGE_PACKED:
        return False
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
        size = os.fstat(stream.fileno()).st_size
    if head.startswith(_PACKED):
        return True
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")[0]
    return size >= _LARGE and head.lstrip()[:1] != b"#" and parsed(first)[0] is None


class ImportedApart:
    """Lines that another process makes."""

    def __init__(self, path: Path) -> None:
        self.format = self.variant = ""
        self.file = unnamed_file()
        self._path = path
        self._process = subprocess.Popen(
            _command("lines", str(self.file.fileno()), path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(self.file.fileno(),),
        )

    def run(self, progress: Progress) -> None:
        """Hear from it how far it is."""
        assert self._process.stdout is not None
        with self._process as process, self._process.stdout as messages:
            for message in messages:
                match orjson.loads(message):
                    case {"format": str(name), "variant": str(variant)}:
                        self.format, self.variant = name, variant
                    case {"problem": str(what)}:
                        progress.problem(what)
                    case {"unreadable": str(why)}:
                        raise UnreadableError(why)
                    case _:
                        progress.more()
        if process.returncode and progress.pause(0):
            progress.problem(f"reading stopped ({process.returncode}): it may be too large for the memory")
        progress.caught_up()

    def stop(self) -> None:
        """End the other process."""
        self._process.kill()

    def raw(self, source: str) -> str:
        """As the other agent wrote it. Takes as long as it takes to parse it again."""
        done = subprocess.run(
            _command("raw", source, self._path), stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if done.returncode:
            raise SourceError("the record is not there any more")
        return done.stdout.decode("utf-8", "replace")


def _command(what: str, place: str, path: Path) -> list[str]:
    return [
        sys.executable,
        "-I",
        "-X",
        "utf8",
        "-m",
        "app.trajectory.imported",
        what,
        place,
        str(path.absolute()),
    ]
