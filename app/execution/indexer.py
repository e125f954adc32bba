"""The thread that counts lines."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import Protocol

from app.execution.priority import yield_thread


class Indexed(Protocol):
    """Something with an index that can be brought up to date in steps."""

    def extend_index(self) -> bool:
        """Go on for some milliseconds. True if there is more to do."""
        ...


class Indexer:
    """One thread, started when first needed, that serves every file in turn."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Indexed] = SimpleQueue()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def request(self, file: Indexed) -> None:
        """Bring a file's index up to date, soon.

        Args:
            file: One that is not waiting already.
        """
        self._queue.put(file)
        with self._start:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="indexer")
                self._thread.start()

    def _run(self) -> None:
        yield_thread()
        while True:
            file = self._queue.get()
            if file.extend_index():
                self._queue.put(file)
