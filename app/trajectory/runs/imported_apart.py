"""A large document of another agent, read in a process of its own.

To parse it takes many times its size in memory, and seconds in which no other thread of a process could run.
"""

from __future__ import annotations

import codecs
import os
import subprocess
import sys
import zipfile
from math import inf
from pathlib import Path

import orjson

from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.file_bytes import SourceError
from app.trajectory.formats.json_value import parsed
from app.trajectory.runs.line_files import Progress, unnamed_file

_LARGE = 2**23  # bytes; as long as it takes to parse so much, the others can wait
_HEAD = 2**20  # bytes in which the first line of a file of lines ends
_SIGNS = 32  # bytes that tell an archive, and how much is in one of Zstandard
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP = b"PK\x03\x04"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"


def is_large_document(path: Path) -> bool:
    """Whether a file has to be parsed as a whole, and that takes long.

    Raises:
        OSError: It cannot be read.
    """
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        head = stream.read(_SIGNS)
        size = os.fstat(stream.fileno()).st_size
        if size > _LARGE:
            head += stream.read(_HEAD)
    if head.startswith((_ZIP, _ZSTANDARD)):
        return _unpacked_size(path, head) > _LARGE
    if size <= _LARGE:
        return False
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    is_json = text.startswith((b"{", b"[", *_UTF16))
    return is_json and parsed(text.partition(b"\n")[0])[0] is None


def _unpacked_size(path: Path, head: bytes) -> float:
    """Bytes that a packed file says that it will have; infinite if it does not say."""
    if head.startswith(_ZIP):
        try:
            with zipfile.ZipFile(path) as archive:
                return sum(member.file_size for member in archive.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return inf
    import zstandard

    try:
        size = zstandard.frame_content_size(head)
    except zstandard.ZstdError:
        return inf
    return size if size >= 0 else inf


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
        self._running = {self._process}
        self._stopped = False

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
        """End all other processes, those that are about to begin, too."""
        self._stopped = True
        for process in tuple(self._running):
            process.kill()

    def raw(self, source: str) -> str:
        """As the other agent wrote it. Takes as long as it takes to parse it again."""
        with subprocess.Popen(
            _command("raw", source, self._path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            self._running.add(process)
            if self._stopped:
                process.kill()
            try:
                said, _ = process.communicate()
            finally:
                self._running.discard(process)
        if process.returncode:
            raise SourceError("the record is not there any more")
        return said.decode("utf-8", "replace")


def _command(what: str, place: str, path: Path) -> list[str]:
    return [
        sys.executable,
        "-I",
        "-X",
        "utf8",
        "-m",
        "app.trajectory.runs.imported",
        what,
        place,
        str(path.absolute()),
    ]
