"""The members of a zip file, or the files of a folder, no more of them than memory holds."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import IO

from app.trajectory.formats.file_bytes import SourceError
from app.trajectory.formats.json_value import parsed
from app.trajectory.formats.limits import LIMITS, Limits
from app.trajectory.formats.torn_zip import torn_members

_PIECE = 2**20  # bytes
_ZSTANDARD = 93  # method of compression
_LOCAL_HEADER = b"PK\x03\x04"
_DAMAGED = (
    OSError,
    EOFError,
    KeyError,
    IndexError,
    OverflowError,
    RuntimeError,  # it is encrypted, or of a method that is not known
    ValueError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


class Archive:
    """A zip file or a folder.

    Args:
        path: Of it.
        problem: Told what is wrong with it.
        limits: How much of it is read.
    """

    def __init__(self, path: Path, problem: Callable[[str], None], limits: Limits = LIMITS) -> None:
        self._path = path
        self._problem = problem
        self._limits = limits
        self._taken: dict[str, int] = {}

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Their names, sorted; of a folder, of the files in it and below it."""
        try:
            kept = list(islice(self._names(), self._limits.members + 1))
        except _DAMAGED as error:
            self._problem(f"the archive cannot be read: {_told(error)}")
            return ()
        if len(kept) > self._limits.members:
            self._problem(f"only {self._limits.members:,} of its files are looked at")
            kept.pop()
        return tuple(sorted(set(kept)))

    def json(self, name: str) -> object:
        """A member as JSON; None if it is none, or is too large: that is told as a problem.

        Args:
            name: One of `members`.
        """
        try:
            data = self._data(name)
        except (SourceError, *_DAMAGED) as error:
            self._problem(f"{_told(name)} cannot be read: {_told(error)}")
            return None
        value, why = parsed(data)
        if value is None:
            self._problem(f"{_told(name)} is no JSON ({why})")
        return value

    def _names(self) -> Iterator[str]:
        if not self._path.is_dir():
            return iter(self._zipped)
        found = (path for path in self._path.rglob("*") if path.is_file() and not path.is_symlink())
        return (path.relative_to(self._path).as_posix() for path in found)

    @cached_property
    def _zip(self) -> zipfile.ZipFile | None:
        """The archive, if the list of its members is whole."""
        try:
            return zipfile.ZipFile(self._path)
        except _DAMAGED as error:
            self._problem(f"the archive is damaged, its first whole files are shown: {_told(error)}")
            return None

    @cached_property
    def _zipped(self) -> Mapping[str, zipfile.ZipInfo]:
        if self._zip is None:
            return torn_members(self._path, self._limits.members + 1)
        return {member.filename: member for member in self._zip.infolist()}

    def _data(self, name: str) -> bytes:
        if name not in self.members:
            raise SourceError("there is no such member")
        if self._path.is_dir():
            path = self._path / name
            self._allow(name, path.stat().st_size)
            with path.open("rb") as stream:
                return self._read(stream)
        member = self._zipped[name]
        self._allow(name, member.file_size)
        if self._zip is None or member.compress_type == _ZSTANDARD:
            return self._unpacked(member)
        with self._zip.open(member) as stream:
            return self._read(stream)

    def _allow(self, name: str, size: int) -> None:
        """Refuse what would be too much, before it is unpacked.

        Raises:
            SourceError: It would be.
        """
        if size > self._limits.member:
            raise SourceError(f"it is larger than {self._limits.member / 2**20:,.0f} MB")
        self._taken[name] = size
        if sum(self._taken.values()) > self._limits.archive:
            raise SourceError(f"more than {self._limits.archive / 2**20:,.0f} MB are packed in the archive")

    def _read(self, stream: IO[bytes]) -> bytes:
        """All of a stream, which may hold more than its archive says."""
        data = bytearray()
        while piece := stream.read(_PIECE):
            data += piece
            if len(data) > self._limits.member:
                raise SourceError(f"it is larger than {self._limits.member / 2**20:,.0f} MB")
        return bytes(data)

    def _unpacked(self, member: zipfile.ZipInfo) -> bytes:
        """A member that the standard library cannot unpack: before Python 3.14, or in a damaged archive."""
        packed = self._packed(member)
        match member.compress_type:
            case zipfile.ZIP_STORED:
                return packed
            case zipfile.ZIP_DEFLATED:
                return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, self._limits.member)
            case _:
                return self._zstandard(packed)

    def _packed(self, member: zipfile.ZipInfo) -> bytes:
        with self._path.open("rb") as stream:
            stream.seek(member.header_offset)
            head = stream.read(30)  # ends in the lengths of its name and of its extra field
            if head[:4] != _LOCAL_HEADER:
                raise SourceError("its header is damaged")
            stream.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
            return stream.read(min(member.compress_size, self._limits.member))

    def _zstandard(self, packed: bytes) -> bytes:
        import zstandard

        try:
            with zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True) as reader:
                return self._read(reader)
        except zstandard.ZstdError:
            raise SourceError("it is damaged") from None


def _told(what: object) -> str:
    """On one line: names of members are anything."""
    return " ".join(str(what).split())
