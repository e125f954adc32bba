"""The members of a zip file, or the files of a folder, no more of them than memory holds."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from functools import cached_property
from itertools import islice
from pathlib import Path

from app.trajectory.formats.file_bytes import SourceError
from app.trajectory.formats.json_value import parsed

_LARGEST = 256 * 2**20  # bytes of one member
_MOST = 2**30  # bytes of all members together
_MOST_MEMBERS = 100_000
_ZSTANDARD = 93  # method of compression
_DAMAGED = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, KeyError)


class Archive:
    """A zip file or a folder.

    Args:
        path: Of it.
        problem: Told what is wrong with it.
    """

    def __init__(self, path: Path, problem: Callable[[str], None]) -> None:
        self._path = path
        self._problem = problem
        self._taken: dict[str, int] = {}

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Their names, sorted; of a folder, of the files in it and below it."""
        try:
            if self._path.is_dir():
                found = (path for path in self._path.rglob("*") if path.is_file() and not path.is_symlink())
                names = [path.relative_to(self._path).as_posix() for path in islice(found, _MOST_MEMBERS)]
            else:
                with zipfile.ZipFile(self._path) as archive:
                    names = archive.namelist()[:_MOST_MEMBERS]
        except (OSError, *_DAMAGED) as error:
            self._problem(f"the archive cannot be read: {error}")
            return ()
        return tuple(sorted(set(names)))

    def json(self, name: str) -> object:
        """A member as JSON; None if it is none, or is too large: that is told as a problem.

        Args:
            name: One of `members`.
        """
        try:
            data = self._data(name)
        except (
            OSError,
            zipfile.BadZipFile,
            zlib.error,
            ValueError,
            NotImplementedError,
            SourceError,
            KeyError,
        ) as error:
            self._problem(f"{name} cannot be read: {error}")
            return None
        value, why = parsed(data)
        if value is None:
            self._problem(f"{name} is no JSON ({why})")
        return value

    def _data(self, name: str) -> bytes:
        if name not in self.members:
            raise SourceError("there is no such member")
        if self._path.is_dir():
            with (self._path / name).open("rb") as stream:
                return self._kept(name, stream.read(_LARGEST + 1))
        with zipfile.ZipFile(self._path) as archive:
            member = archive.getinfo(name)
            if member.compress_type == _ZSTANDARD:
                return self._kept(name, self._zstandard(member))
            with archive.open(member) as stream:
                return self._kept(name, stream.read(_LARGEST + 1))

    def _kept(self, name: str, data: bytes) -> bytes:
        """The data, counted, unless it is too much: what a small archive unpacks to has no bound."""
        if len(data) > _LARGEST:
            raise SourceError(f"it is larger than {_LARGEST // 2**20} MB")
        self._taken[name] = len(data)
        if sum(self._taken.values()) > _MOST:
            raise SourceError(f"more than {_MOST // 2**20:,} MB are packed in the archive; it is left out")
        return data

    def _zstandard(self, member: zipfile.ZipInfo) -> bytes:
        """A member that the standard library cannot unpack before Python 3.14."""
        import zstandard

        with self._path.open("rb") as stream:
            stream.seek(member.header_offset)
            head = stream.read(30)  # ends in the lengths of its name and of its extra field
            if head[:4] != b"PK\x03\x04":
                raise SourceError("its header is damaged")
            stream.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
            packed = stream.read(min(member.compress_size, _LARGEST))
        try:
            with zstandard.ZstdDecompressor().stream_reader(packed) as reader:
                return reader.read(_LARGEST + 1)
        except zstandard.ZstdError:
            raise SourceError("it is damaged") from None
