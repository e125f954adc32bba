"""What this session changed, so that it can be taken back."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from app.workspace.atomic import Snapshot
from app.workspace.errors import EditError
from app.workspace.proposal import FileProposal
from app.workspace.splice import Splice, inverse

_MOST_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Change:
    """One edit of one file that was written.

    Args:
        real: The file.
        splices: What was done to its content.
        digest: Of the whole content afterwards; None if the file was removed.
        created: There was no file before.
        mode: The file's mode before; None if there was no file.
    """

    real: Path
    splices: tuple[Splice, ...]
    digest: bytes | None
    created: bool
    mode: int | None

    @classmethod
    def of(cls, file: FileProposal) -> Change:
        """The change that writing a proposal makes."""
        mode = None if file.before is None else file.before.mode
        return cls(file.real, file.splices, _digest(file.after), file.before is None, mode)

    @property
    def size(self) -> int:
        """Bytes it takes to remember."""
        return sum(len(splice.removed) + len(splice.added) for splice in self.splices)

    def taken_back(self, snapshot: Snapshot | None) -> tuple[Splice, ...]:
        """What takes it back.

        Args:
            snapshot: The file as it is now.

        Raises:
            EditError: That is not what the change left.
        """
        if _digest(None if snapshot is None else snapshot.data) != self.digest:
            raise EditError("has changed since the last edit, and undo would lose that; edit it instead")
        return inverse(self.splices)


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
        # A copy: plans ask from a thread, while an edit of another file may be added.
        return next((change for change in reversed(tuple(self._changes)) if change.real == real), None)

    def forget(self, change: Change) -> None:
        """Forget an edit that was taken back."""
        if change in self._changes:
            self._changes.remove(change)
            self._bytes -= change.size


def _digest(content: bytes | None) -> bytes | None:
    return None if content is None else hashlib.sha256(content).digest()
