"""The thread that counts lines."""

from __future__ import annotations

import threading
from collections import deque
from typing import Protocol

from app.execution.priority import yield_thread


class Indexed(Protocol):
    """Something with an index that can be brought up to date in steps."""

    def extend_index(self) -> bool:
        """Go on for some milliseconds. True if there is more to do."""
        ...


class Indexer:
    """One thread that serves every file in turn, and is only there while one waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Indexed] = deque()
        self._runs = False

    def request(self, file: Indexed) -> None:
        """Bring a file's index up to date, soon.

        Args:
            file: One that is not waiting already.
        """
        with self._lock:
            self._waiting.append(file)
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._run, daemon=True, name="indexer").start()

    def _run(self) -> None:
        yield_thread()
        while (file := self._next()) is not None:
            if file.extend_index():
                with self._lock:
                    self._waiting.append(file)

    def _next(self) -> Indexed | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._runs = False
            return None
