"""A small file that is read again when it has changed, and replaced in one step."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_LARGEST = 2**20
_TICK = 100_000_000  # ns; a clock of the file system may stand still for this long
_Stamp = tuple[int, ...]


class SmallFile:
    """A file of at most 1 MiB that other programs may change at any time.

    Args:
        path: Where it is, or may be. A link is followed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: _Stamp | None = None

    def has_news(self) -> bool:
        """Whether it may have changed since it was read. One look at the file system."""
        try:
            return _stamp(os.stat(self.path)) != self._seen
        except OSError as error:
            return (error.errno,) != self._seen

    def read(self) -> bytes | None:
        """Its content; None if there is no such file.

        Raises:
            OSError: It cannot be read, is no plain file, or is too large.
        """
        try:
            content, status = _read(self.path)
        except OSError as error:
            self._seen = (error.errno or 0,)
            if error.errno in (errno.ENOENT, errno.ENOTDIR):
                return None
            raise
        # What is written in the same tick of the clock could look as it does now.
        settled = time.time_ns() - status.st_mtime_ns > _TICK
        self._seen = _stamp(status) if settled else None
        return content

    def write(self, content: bytes) -> None:
        """Give it this content, for its owner only. A reader sees the old one or the new one.

        Raises:
            OSError: That cannot be done; nothing has changed.
        """
        real = Path(os.path.realpath(self.path))
        real.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}-")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, real)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise


def _stamp(status: os.stat_result) -> _Stamp:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _read(path: Path) -> tuple[bytes, os.stat_result]:
    # A pipe of that name would wait for a writer.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no plain file")
        with open(descriptor, "rb", closefd=False) as stream:
            content = stream.read(_LARGEST + 1)
    finally:
        os.close(descriptor)
    if len(content) > _LARGEST:
        raise OSError(errno.EFBIG, "it is larger than 1 MiB")
    return content, status
