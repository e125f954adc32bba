"""The file of a recording: lines are appended, each whole or not at all, and none is ever changed."""

from __future__ import annotations

import errno
import os
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.trajectory.recording.disk import REAL_DISK, Disk, sync_folder, write_all
from app.trajectory.recording.locking import lock
from app.trajectory.recording.mending import Mended, mend


class Journal:
    """An append-only file of one writer. One thread appends; another may have it synced meanwhile.

    Args:
        path: A new file in a folder that exists.
        disk: The file system.
        resumed: The file is there. `mended` says what its end was made.

    Raises:
        OSError: The file cannot be opened or created, or another process writes it.
        NoTrajectoryError: It is there and has no record.
    """

    def __init__(self, path: Path, disk: Disk = REAL_DISK, *, resumed: bool = False) -> None:
        self._path = path
        self._disk = disk
        flags = os.O_WRONLY | os.O_APPEND
        self._descriptor = disk.open(path, flags if resumed else flags | os.O_CREAT | os.O_EXCL)
        try:
            lock(self._descriptor)
            self.mended = mend(path, disk) if resumed else Mended(0)
            self._size = os.fstat(self._descriptor).st_size
        except BaseException:
            disk.close(self._descriptor)
            raise
        self._synced = self._size  # what an earlier process left is not ours to promise
        self._unsynced: deque[bytes] = deque()  # lines appended since, to be written again if a sync fails
        self._books = threading.Lock()
        self._torn = False  # a part of a batch is in the file, and has to go
        self._doubtful = False  # what is unsynced is to be written again

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self._size

    @property
    def unsynced(self) -> int:
        """Bytes that the disk may not have."""
        return self._size - self._synced

    def append(self, lines: Sequence[bytes]) -> list[int]:
        """Append lines, all or none.

        Returns:
            The offset of each.

        Raises:
            OSError: They cannot be written. They may be appended again.
        """
        if self._torn:
            self._take_back()
        try:
            write_all(self._disk, self._descriptor, b"".join(lines))
        except OSError:
            self._torn = True
            with suppress(OSError):  # if not now, before anything else is written
                self._take_back()
            raise
        offsets = []
        at = self._size
        for line in lines:
            offsets.append(at)
            at += len(line)
        with self._books:
            self._unsynced.extend(lines)
            self._size = at
        return offsets

    def sync(self) -> None:
        """Wait until the disk has everything that was appended before.

        Raises:
            OSError: It does not have it, or nobody can tell.
        """
        with self._books:
            size = self._size
        if self._doubtful:
            self._write_again()
        else:
            try:
                self._disk.sync(self._descriptor)
            except OSError:
                # Linux counts the pages as written now: to sync again would succeed and mean nothing.
                self._doubtful = True
                raise
        with self._books:
            while self._unsynced and self._synced + len(self._unsynced[0]) <= size:
                self._synced += len(self._unsynced.popleft())

    def settle(self) -> None:
        """Make the new file's name survive a power loss."""
        sync_folder(self._disk, self._path.parent)

    def close(self) -> None:
        """Close the file; another process may write it then."""
        self._disk.close(self._descriptor)

    def _take_back(self) -> None:
        self._disk.truncate(self._descriptor, self._size)
        self._torn = False

    def _write_again(self) -> None:
        """Put the unsynced bytes over themselves, so that the system has them to write once more."""
        with self._books:
            start, data = self._synced, b"".join(self._unsynced)
        descriptor = self._disk.open(self._path, os.O_WRONLY)
        try:
            if not os.path.samestat(os.fstat(descriptor), os.fstat(self._descriptor)):
                raise OSError(errno.ESTALE, "the file was replaced")
            rest = memoryview(data)
            while rest:
                rest = rest[self._disk.write_at(descriptor, rest, start + len(data) - len(rest)) :]
            self._disk.sync(descriptor)
        finally:
            self._disk.close(descriptor)
        self._doubtful = False
