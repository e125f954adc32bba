"""A trajectory that has ended, compressed."""

from __future__ import annotations

import errno
import os
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from app.trajectory.lines import COMPRESSED, is_compressed, located
from app.trajectory.recording.disk import Disk, sync_folder, write_all
from app.trajectory.recording.locking import lock

_PIECE = 2**20  # bytes


def compress(path: Path, disk: Disk) -> Path:
    """Put a compressed file in place of a trajectory. At any moment one of them is there and whole.

    Returns:
        The new file.

    Raises:
        OSError: That cannot be done; the trajectory is left as it is.
    """
    import zstandard

    target = path.with_name(path.name + COMPRESSED)
    packer = zstandard.ZstdCompressor(write_checksum=True).compressobj(size=path.stat().st_size)
    check = 0

    def packed() -> Iterator[bytes]:
        nonlocal check
        for piece in _pieces(path):
            check = zlib.crc32(piece, check)
            yield packer.compress(piece)
        yield packer.flush()

    def verify(temporary: Path) -> None:
        read = 0
        for piece in _unpacked(temporary):
            read = zlib.crc32(piece, read)
        if read != check:  # the trajectory is removed only after a look at what takes its place
            raise OSError(errno.EIO, "what was written is not what is read")

    _replace(path, target, packed(), verify, disk)
    return target


def unpack(path: Path, disk: Disk) -> None:
    """Bring a trajectory back that was compressed; one that was not is left alone.

    Raises:
        OSError: That cannot be done, or another process does it; the compressed file is left as it is.
    """
    source = located(path)
    if not is_compressed(source):
        return
    descriptor = disk.open(source, os.O_RDONLY)
    try:
        lock(descriptor)
        if not path.exists():
            _replace(source, path, _unpacked(source), lambda _: None, disk)
    finally:
        disk.close(descriptor)


def _replace(
    old: Path, new: Path, content: Iterable[bytes], verify: Callable[[Path], None], disk: Disk
) -> None:
    temporary = new.with_name(f".{secrets.token_hex(8)}.tmp")
    descriptor = disk.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        try:
            for piece in content:
                write_all(disk, descriptor, piece)
            disk.sync(descriptor)
        finally:
            disk.close(descriptor)
        verify(temporary)
        disk.rename(temporary, new)
    except BaseException:
        with suppress(OSError):
            disk.remove(temporary)
        raise
    sync_folder(disk, new.parent)
    disk.remove(old)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _unpacked(path: Path) -> Iterator[bytes]:
    import zstandard

    try:
        with path.open("rb") as stream:
            yield from zstandard.ZstdDecompressor().read_to_iter(stream)
    except zstandard.ZstdError as error:
        raise OSError(errno.EIO, f"the compressed file is damaged: {error}") from None
