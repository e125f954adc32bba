"""Files read beside the event loop, under one lock a file; no work outlives its caller."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

from app.workspace.atomic import Snapshot, read_file
from app.workspace.errors import FileError
from app.workspace.opening import NotARegularFileError

T = TypeVar("T")


class Files:
    """Locks and reads whole files by real path. For one event loop."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Path, asyncio.Lock] = WeakValueDictionary()

    def lock(self, real: Path) -> asyncio.Lock:
        """The lock to hold from reading a file until it is written."""
        lock = self._locks.get(real)
        if lock is None:
            lock = self._locks[real] = asyncio.Lock()
        return lock

    @asynccontextmanager
    async def locked(self, reals: Iterable[Path]) -> AsyncIterator[None]:
        """Hold the locks of several files; taken in one order always, so nobody waits in a circle."""
        async with AsyncExitStack() as stack:
            for real in sorted(set(reals)):
                await stack.enter_async_context(self.lock(real))
            yield

    async def read(self, real: Path) -> Snapshot | None:
        """Read a whole file; None if there is none.

        Raises:
            FileError: It cannot be read.
        """
        try:
            return await in_thread(partial(read_file, real))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise file_error(error) from error


async def in_thread(work: Callable[[threading.Event], T]) -> T:
    """Run blocking work in a thread.

    A cancellation sets the event the work was given and goes on only when the work has ended: whoever holds a
    lock around this call holds it as long as the work runs.

    Args:
        work: Called with an event that tells it to stop early.
    """
    stop = threading.Event()
    running = asyncio.ensure_future(asyncio.to_thread(work, stop))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        while not running.done():
            try:
                await asyncio.wait([running])
            except asyncio.CancelledError:
                continue  # asked again; still not before the work has ended
        running.exception()  # taken note of: nobody waits for it
        raise


def file_error(error: OSError) -> FileError:
    """The error in plain words."""
    if isinstance(error, (IsADirectoryError, NotARegularFileError)):
        return FileError(str(error))
    if isinstance(error, NotADirectoryError):
        return FileError("a part of the path is not a directory, or has become a link since it was checked")
    return FileError((error.strerror or str(error)).lower())
