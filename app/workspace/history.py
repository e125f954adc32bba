"""What this session changed, so that it can be taken back."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from app.workspace.splice import Splice

_MOST_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Change:
    """One edit that was written.

    Args:
        real: The file.
        splice: What was done to its content.
        digest: Of the whole content afterwards.
        created: There was no file before.
    """

    real: Path
    splice: Splice
    digest: bytes
    created: bool

    @property
    def size(self) -> int:
        """Bytes it takes to remember."""
        return len(self.splice.removed) + len(self.splice.added)


class History:
    """The edits of a session, oldest first; the oldest are forgotten beyond 64 MiB."""

    def __init__(self) -> None:
        self._changes: deque[Change] = deque()
        self._bytes = 0

    def add(self, change: Change) -> None:
        """Remember an edit."""
        self._changes.append(change)
        self._bytes += change.size
        while self._bytes > _MOST_BYTES:
            self._bytes -= self._changes.popleft().size

    def last(self, real: Path) -> Change | None:
        """The last edit of a file that was not taken back."""
        return next((change for change in reversed(self._changes) if change.real == real), None)

    def forget(self, change: Change) -> None:
        """Forget an edit that was taken back."""
        if change in self._changes:
            self._changes.remove(change)
            self._bytes -= change.size


def digest(content: bytes) -> bytes:
    """Tells one content from another."""
    return hashlib.sha256(content).digest()
