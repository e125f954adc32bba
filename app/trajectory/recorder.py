"""The background recorder: one thread that appends a session's events to its file.

`record` numbers an event and returns at once; the thread gathers events into batches, writes each batch in
one go and, if asked for, waits for the disk. `flush` is how the engine makes sure an intent is kept before
its side effect starts.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.settings.schema import RecorderSettings
from app.trajectory.codec import encode
from app.trajectory.events import Event, Record


class RecordingError(Exception):
    """Events cannot be written now; the message says why. They are kept in memory and tried again."""


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """Figures for the status bar: `pending` events are not written yet; `error` says why writing fails."""

    events: int
    pending: int
    bytes: int
    batch_size: int
    durability: str
    error: str


class Recorder:
    """Appends events to one trajectory file.

    Args:
        path: A new file; its folder exists.
        settings: Batch size, interval and durability.
        clock: Seconds since the epoch.

    Raises:
        OSError: The file cannot be created.
    """

    RETRY = 1.0  # seconds between tries while the disk refuses

    def __init__(
        self, path: Path, settings: RecorderSettings, clock: Callable[[], float] = time.time
    ) -> None:
        self.path = path
        self._settings = settings
        self._clock = clock
        self._descriptor = os.open(
            path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )
        self._changed = threading.Condition()
        self._pending: deque[Record] = deque()
        self._waiting: list[tuple[int, Future[None]]] = []
        self._next = 0  # number of the next event
        self._kept = 0  # events before this number are in the file
        self._size = 0
        self._unsynced = False
        self._torn = False  # half a line could not be taken back
        self._error = ""
        self._closing = False
        self._ended = False  # the thread takes nothing any more
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def record(self, event: Event) -> Record:
        """Take an event: number it, queue it, return. Any thread may call this."""
        with self._changed:
            record = Record(self._next, self._clock(), event)
            self._next += 1
            self._pending.append(record)
            if len(self._pending) == 1 or len(self._pending) >= self._settings.batch_size:
                self._changed.notify()
        return record

    def flush(self) -> Future[None]:
        """Ask that all events so far be kept; the future fails with `RecordingError` if they cannot be."""
        future: Future[None] = Future()
        with self._changed:
            if not self._ended:
                self._waiting.append((self._next, future))
                self._changed.notify()
            elif self._pending:
                future.set_exception(RecordingError(self._error or "the recording is closed"))
            else:
                future.set_result(None)
        return future

    @property
    def status(self) -> RecorderStatus:
        """Figures as they are now."""
        with self._changed:
            return RecorderStatus(
                self._next,
                len(self._pending),
                self._size,
                self._settings.batch_size,
                self._settings.durability,
                self._error,
            )

    def close(self) -> str:
        """Write and sync what is left, end the thread, close the file. Calling it again does nothing.

        Returns:
            Empty, or why events were lost.
        """
        with self._changed:
            first, self._closing = not self._closing, True
            self._changed.notify()
        self._thread.join()
        if first:
            os.close(self._descriptor)
        with self._changed:
            lost = len(self._pending)
            return self._error or (f"{lost} events came too late to be recorded" if lost else "")

    def _run(self) -> None:
        _sync_directory(self.path.parent)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._waiting or self._closing)
                if self._error and not self._closing:
                    self._changed.wait_for(lambda: self._closing, self.RETRY)
                else:
                    self._changed.wait_for(self._due, self._settings.flush_interval)
                batch = list(self._pending)
                waiting, self._waiting = self._waiting, []
                closing = self._closing
            error = self._write(batch, sync=closing or self._settings.durability == "fsync")
            with self._changed:
                self._error = error
                if not error:
                    for _ in batch:
                        self._pending.popleft()
                    self._kept += len(batch)
                kept = self._kept
                if closing:
                    self._ended = True
                    waiting += self._waiting
            for number, future in waiting:
                if not future.set_running_or_notify_cancel():
                    continue  # whoever asked has gone: cancelled while waiting
                if number <= kept:
                    future.set_result(None)
                else:
                    future.set_exception(RecordingError(error))
            if closing:
                return

    def _due(self) -> bool:
        return bool(self._waiting) or self._closing or len(self._pending) >= self._settings.batch_size

    def _write(self, batch: list[Record], sync: bool) -> str:
        """Append a batch whole or not at all.

        Returns:
            Empty, or why it could not be written.
        """
        try:
            data = memoryview((b"\n" if self._torn and batch else b"") + b"".join(map(encode, batch)))
            rest = data
            while rest:  # a full disk gives a short write first, the error only on the next
                rest = rest[os.write(self._descriptor, rest) :]
            self._unsynced = self._unsynced or bool(data)
            if sync and self._unsynced:
                _sync(self._descriptor)
                self._unsynced = False
        except Exception as error:  # whatever it is, the thread goes on, and the events stay in memory
            reason = error.strerror if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
            try:
                os.ftruncate(self._descriptor, self._size)
            except OSError:
                self._torn = True
                self._size = os.fstat(self._descriptor).st_size
            return f"recording stopped: {reason}"
        self._size += len(data)
        self._torn = False
        return ""


_sync = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync


def _sync_directory(directory: Path) -> None:
    """Make the new file's name survive a power loss."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
