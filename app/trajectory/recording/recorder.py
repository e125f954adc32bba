"""The background recorder: one thread appends a session's events to its file, another waits for the disk.

`record` numbers an event and returns at once; the thread gathers events into batches and writes each in one
go. `flush` is how the engine makes sure an intent is kept before its side effect starts, `room` how it waits
while more is to be written than memory may hold.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from app.settings.schema import RecorderSettings
from app.trajectory.blobs import Blobs
from app.trajectory.codec import encode, encode_apart
from app.trajectory.events import Event, Record
from app.trajectory.large_values import INLINE, LINE
from app.trajectory.offsets import Offsets
from app.trajectory.reader import Reader
from app.trajectory.recording.compression import compress, unpack
from app.trajectory.recording.disk import REAL_DISK, Disk
from app.trajectory.recording.journal import Journal
from app.trajectory.recording.promises import Promises, RecordingError, stopped_by
from app.trajectory.recording.recent import RecentRecords
from app.trajectory.recording.recorder_status import RecorderStatus
from app.trajectory.recording.syncing import Syncing
from app.trajectory.recording.wake import Wake

__all__ = ["Recorder", "RecorderStatus", "RecordingError", "Redact"]

Redact = Callable[[Event], tuple[Event, int]]
_SLICE = 64  # records written in one go: to encode more would keep the other threads waiting
_SLICE_BYTES = 2**18
_MOST_UNSYNCED = 2**22  # bytes


def _as_it_is(event: Event) -> tuple[Event, int]:
    return event, 0


class Recorder:
    """Appends events to one trajectory file.

    Args:
        path: A new file in a folder that exists.
        settings: How it is written; `configure` changes them.
        clock: Seconds since the epoch.
        redact: Makes of an event what may be written, and counts what it replaced. Called in the writer's
            thread; an event it fails for is not written.
        disk: The file system.
        resumed: The file is there, and is gone on with; what is torn at its end is set aside before.

    Raises:
        OSError: The file cannot be created or opened, or another process records in it.
        NoTrajectoryError: It is to be resumed and has no record.
    """

    RETRY = 1.0  # seconds between tries while the disk refuses

    def __init__(
        self,
        path: Path,
        settings: RecorderSettings,
        clock: Callable[[], float] = time.time,
        *,
        redact: Redact = _as_it_is,
        disk: Disk = REAL_DISK,
        resumed: bool = False,
    ) -> None:
        self.path = path
        self._settings = settings
        self._clock = clock
        self._redact = redact
        self._disk = disk
        if resumed:
            unpack(path, disk)
        self._journal = Journal(path, disk, resumed=resumed)
        self._blobs = Blobs.of(path, disk)
        self._offsets = Offsets()
        self._reader = Reader(path, self._offsets)
        self.mended = self._journal.mended  # what the end of a file that is gone on with was made
        self._next = self._written = self.mended.records  # the next event; the first that is not in the file
        self._recent = RecentRecords(self._next, self._blobs.get)
        self._batches = 0
        self._redacted = 0
        self._last_flush: float | None = None
        self._error = ""
        self._numbering = threading.Lock()
        self._in_file = Promises()
        self._on_disk = Promises()
        self._rooms: list[Future[None]] = []
        self._in_file.keep(self._next)
        self._on_disk.keep(self._next)
        self._wake = Wake()
        self._idle = False  # the thread waits for the next event
        self._asked = False  # somebody does not want to wait for a full batch
        self._closing = False
        self._ended = False
        self._syncing = Syncing(self._journal, self._on_disk, self.RETRY, self._synced)
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def record(self, event: Event) -> Record:
        """Take an event: number it, queue it, return. Any thread may call this."""
        with self._numbering:
            record = Record(self._next, self._clock(), event)
            self._recent.add(record)
            self._next += 1
        if self._idle or self._next - self._written >= self._settings.batch_size:
            self._wake.set()
        return record

    def flush(self) -> Future[None]:
        """Ask that all events so far be kept; the future fails with `RecordingError` if they cannot be.

        What kept means, the durability says: on the disk, or handed to the system.
        """
        promises = self._on_disk if self._settings.durability == "fsync" else self._in_file
        future = promises.make(self._next)
        if not future.done():
            self._ask()
        return future

    def room(self) -> Future[None]:
        """A future that completes once what the disk has yet to take fits in half of the memory."""
        future: Future[None] = Future()
        with self._numbering:
            self._rooms.append(future)
        self._let_in()
        return future

    def configure(self, settings: RecorderSettings) -> None:
        """Go on with other settings, from now on. What waits is written at once. Any thread may call this."""
        self._settings = settings
        self._ask()

    def records(self, start: int, stop: int) -> list[Record]:
        """The records from number `start` up to `stop`, from memory or else from the file.

        Raises:
            OSError: The file cannot be read.
        """
        newest = self._recent.newest(start, min(stop, self._next))
        first = newest[0].seq if newest else min(stop, self._next)
        older = self._reader.records(start, first) if start < first else ()
        return [*older, *newest]

    @property
    def count(self) -> int:
        """How many events there are: the number of the next one."""
        return self._next

    @property
    def oldest(self) -> int:
        """Number of the oldest event in memory; those before it are read from the file."""
        return self._recent.oldest

    @property
    def at_hand(self) -> int:
        """Number of the oldest event that takes no time to give; those before it have to be decoded first."""
        return self._recent.oldest_record

    @property
    def status(self) -> RecorderStatus:
        """Figures as they are now."""
        settings = self._settings
        p50, p99 = self._syncing.times
        return RecorderStatus(
            events=self._next,
            batches=self._batches,
            pending=self._next - self._written,
            pending_bytes=self._recent.pending,
            bytes=self._journal.size,
            redacted=self._redacted,
            last_flush=self._last_flush,
            sync_p50=p50,
            sync_p99=p99,
            memory=self._recent.size,
            memory_cap=self._memory_cap,
            memory_events=len(self._recent),
            memory_events_cap=settings.memory_events,
            batch_size=settings.batch_size,
            flush_interval=settings.flush_interval,
            durability=settings.durability,
            error=self._trouble,
        )

    def close(self) -> str:
        """Write and sync what is left, end the threads, close the file. Calling it again does nothing.

        Returns:
            Empty, or why events were lost.
        """
        self._closing = True
        self._wake.set()
        self._thread.join()
        lost = self._next - self._written
        return self._trouble or (f"too late to be recorded: {lost} of {self._next} events" if lost else "")

    def _ask(self) -> None:
        self._asked = True
        self._wake.set()

    def _synced(self, refused: bool) -> None:
        self._let_in()
        if refused or self._in_file or self._on_disk:
            self._ask()
        elif self._is_full:
            self._wake.set()

    def _run(self) -> None:
        while True:
            self._wait()
            closing, self._asked = self._closing, False
            if closing or not self._syncing.error:
                self._error = self._write(self._next)
            if trouble := self._trouble:
                self._in_file.fail(trouble)
                self._on_disk.fail(trouble, beyond=self._written)
            if self._on_disk or self._has_to_sync:
                self._syncing.want(self._written)
            self._make_room()
            if closing:
                break
        self._syncing.close()
        for promises in (self._in_file, self._on_disk):
            promises.close(self._trouble or "the recording is closed")
        self._ended = True
        self._let_in()
        if self._settings.compress and not self._trouble:
            with suppress(OSError):  # it stays as it is
                compress(self.path, self._disk)
        self._journal.close()

    def _wait(self) -> None:
        """Wait until a batch is full, the interval is over, or somebody asks."""
        due = time.monotonic() + (self.RETRY if self._trouble else self._settings.flush_interval)
        while not (self._asked or self._closing or self._is_full):
            left = due - time.monotonic()
            if left > 0:
                self._wake.wait(left)
            elif self._trouble or self._written < self._next:
                return
            else:
                self._idle = True
                if self._written == self._next:  # looked at after `record` can see that the thread is idle
                    self._wake.wait()
                self._idle = False
                due = time.monotonic() + self._settings.flush_interval

    @property
    def _is_full(self) -> bool:
        pending = self._next - self._written
        return pending >= self._settings.batch_size and not self._trouble and not self._is_held_up

    @property
    def _is_held_up(self) -> bool:
        """Whether so much waits for the disk that more is not to be given to the system."""
        return self._journal.unsynced > self._most_unsynced and not self._closing

    @property
    def _most_unsynced(self) -> int:
        """Bytes that may wait for the disk; they are in memory, to be written again after a failed sync."""
        return min(_MOST_UNSYNCED, self._memory_cap // 4)

    @property
    def _memory_cap(self) -> int:
        """In bytes."""
        return self._settings.memory_cap << 20

    @property
    def _trouble(self) -> str:
        """Why nothing can be kept now; empty if it can."""
        return self._error or self._syncing.error

    def _write(self, stop: int) -> str:
        """Append the events before number `stop`.

        Returns:
            Empty, or why they could not all be written.
        """
        while self._written < stop and not self._is_held_up:
            try:
                taken = self._recent.take(self._written, min(stop, self._written + _SLICE), _SLICE_BYTES)
                lines, redacted = self._encoded(taken)
                offsets = self._journal.append(lines)
            except Exception as error:  # whatever it is, the thread goes on, and the events stay in memory
                return stopped_by(error)
            for number, offset in enumerate(offsets, self._written):
                self._offsets.note(number, offset)
            self._recent.keep(taken, lines)
            self._redacted += redacted
            self._batches += 1
            self._last_flush = self._clock()
            self._written += len(taken)
            self._error = ""
            self._in_file.keep(self._written)
            self._make_room()
            if self._written < stop and self._has_to_sync:
                self._syncing.want(self._written)
        return ""

    def _encoded(self, taken: Sequence[tuple[Record, int]]) -> tuple[list[bytes], int]:
        """The lines of records, each given with the memory it takes, and how many values were redacted."""
        lines, redacted = [], 0
        for record, size in taken:
            event, count = self._redact(record.event)
            redacted += count
            written = record if event is record.event else replace(record, event=event)
            line = encode(written) if size <= INLINE else b""
            lines.append(line if 0 < len(line) <= LINE else encode_apart(written, self._blobs.put))
        return lines, redacted

    @property
    def _has_to_sync(self) -> bool:
        allowed = self._most_unsynced // 2 if self._settings.durability == "write" else 0
        return self._journal.unsynced > allowed

    def _make_room(self) -> None:
        size = self._memory_cap - self._journal.unsynced  # which the journal may hold alone
        self._recent.forget(self._written, size=size, count=self._settings.memory_events)
        self._let_in()

    def _let_in(self) -> None:
        """Let those go on who wait for room, if there is some or nothing is written any more."""
        if not self._rooms:
            return
        pending = self._next - self._written
        held = (
            self._recent.pending + self._journal.unsynced
        )  # what is unsynced might have to be written again
        fits = held <= self._memory_cap // 2 and pending <= self._settings.memory_events
        if fits or self._ended:
            with self._numbering:
                waiting, self._rooms = self._rooms, []
            for future in waiting:
                if future.set_running_or_notify_cancel():
                    future.set_result(None)
