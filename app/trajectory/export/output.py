"""A file that is there once it is whole, or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A stream whose bytes become a file when the block ends, and are gone if it fails.

    Args:
        path: Where to; a link is followed, and a device or pipe written to as it is.
        force: A file that is there is replaced. Nothing is lost in a pipe, which takes what comes anyway.

    Raises:
        FileExistsError: It is there, and is to stay.
        OSError: It cannot be written.
    """
    kind = stat.S_IFMT(path.stat().st_mode) if path.exists() else 0
    if kind not in (0, stat.S_IFIFO) and not force:
        raise FileExistsError(f"{path} is there already")
    if kind not in (0, stat.S_IFREG):
        with path.open("wb") as stream:
            yield stream
        return
    real = Path(os.path.realpath(path))
    temporary = real.with_name(f".{secrets.token_hex(8)}.part")  # of a bounded length, whatever the name
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, real)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
