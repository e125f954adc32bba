"""Looking for a text in a file of any size."""

from __future__ import annotations

import threading
from array import array

from app.execution.line_index import Read
from app.execution.priority import yield_thread

_CHUNK = 1 << 18


class Search:
    """Finds a literal in a file, in a thread. `count`, `offsets`, `scanned`, `end` and `done` tell how far.

    Args:
        read: Reads the file.
        end: Where to stop.
        needle: What to find; not empty.
        keep: Most offsets that are kept; all are counted.
    """

    def __init__(self, read: Read, end: int, needle: bytes, keep: int) -> None:
        self.count = 0
        self.offsets = array("Q")
        self.scanned = 0
        self.end = end
        self.done = False
        self._read = read
        self._needle = needle
        self._keep = keep
        self._cancelled = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="search")
        self._thread.start()

    def cancel(self) -> None:
        """Stop soon; `done` stays False."""
        self._cancelled = True

    def join(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def _run(self) -> None:
        yield_thread()
        carry = b""
        while not self._cancelled and self.scanned < self.end:
            data = self._read(min(_CHUNK, self.end - self.scanned), self.scanned)
            if not data:
                break
            self.scanned += len(data)
            rest = self._take(carry + data, self.scanned - len(data) - len(carry))
            # A match may begin in this chunk and end in the next.
            carry = rest[-(len(self._needle) - 1) :] if len(self._needle) > 1 else b""
        self.done = not self._cancelled

    def _take(self, data: bytes, offset: int) -> bytes:
        """Count the matches in some bytes; what follows the last one."""
        *before, rest = data.split(self._needle)
        self.count += len(before)
        for part in before[: max(0, self._keep - len(self.offsets))]:
            offset += len(part)
            self.offsets.append(offset)
            offset += len(self._needle)
        return rest
