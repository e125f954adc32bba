"""Large values of a trajectory, each in a file of its own that its content names."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from app.trajectory.recording.disk import REAL_DISK, Disk, sync_folder, write_all

_NAME = re.compile(r"[0-9a-f]{64}")
_LARGEST = 2**30  # bytes; a damaged file may claim anything


class BlobError(Exception):
    """A blob is missing or damaged; the message says which."""


class Blobs:
    """A folder of compressed values. The same value is kept once.

    Args:
        folder: Made with the first blob.
        disk: The file system.
    """

    def __init__(self, folder: Path, disk: Disk = REAL_DISK) -> None:
        self._folder = folder
        self._disk = disk

    @classmethod
    def of(cls, trajectory: Path, disk: Disk = REAL_DISK) -> Blobs:
        """Those of a trajectory file, in the folder beside it."""
        return cls(trajectory.parent / "blobs", disk)

    def put(self, value: bytes) -> str:
        """Keep a value; it is on the disk when this returns.

        Returns:
            Its name.

        Raises:
            OSError: It cannot be written.
        """
        import zstandard

        name = hashlib.sha256(value).hexdigest()
        path = self._path(name)
        if path.exists():
            return name
        if not self._folder.is_dir():
            self._folder.mkdir(mode=0o700)
            sync_folder(self._disk, self._folder.parent)
        temporary = self._folder / f".{secrets.token_hex(8)}.tmp"
        descriptor = self._disk.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            try:
                write_all(self._disk, descriptor, zstandard.compress(value))
                self._disk.sync(descriptor)
            finally:
                self._disk.close(descriptor)
            self._disk.rename(temporary, path)
        except BaseException:
            with suppress(OSError):
                self._disk.remove(temporary)
            raise
        sync_folder(self._disk, self._folder)
        return name

    def get(self, name: str) -> bytes:
        """The value of a name.

        Raises:
            BlobError: It is missing, or is not the one that was kept.
        """
        import zstandard

        if not _NAME.fullmatch(name):
            raise BlobError("the name of a blob is damaged")
        try:
            packed = self._path(name).read_bytes()
            if zstandard.frame_content_size(packed) > _LARGEST:
                raise BlobError(f"blob {name} is damaged")
            value = zstandard.decompress(packed)
        except OSError as error:
            raise BlobError(f"blob {name} cannot be read: {error.strerror}") from None
        except zstandard.ZstdError:
            raise BlobError(f"blob {name} is damaged") from None
        if hashlib.sha256(value).hexdigest() != name:
            raise BlobError(f"blob {name} is damaged")
        return value

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.zst"
