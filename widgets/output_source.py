"""What an output pane needs of an output: lines of bytes that grow, read by number and by place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

LONGEST_LINE = 8192
"""Bytes of a line that a source gives at most."""


class Found(Protocol):
    """The matches of a search that goes on in a thread."""

    @property
    def count(self) -> int:
        """Matches so far."""
        ...

    @property
    def offsets(self) -> Sequence[int]:
        """Where they are, as far as that is kept."""
        ...

    @property
    def scanned(self) -> int:
        """Bytes that have been searched."""
        ...

    @property
    def end(self) -> int:
        """Bytes to search."""
        ...

    @property
    def done(self) -> bool:
        """Whether all of them have been searched."""
        ...

    def cancel(self) -> None:
        """Stop soon."""
        ...


class OutputSource(Protocol):
    """Lines of bytes that grow."""

    @property
    def size(self) -> int:
        """Bytes at the last `poll`."""
        ...

    def poll(self) -> bool:
        """Look whether there is more. True if so. Must be quick."""
        ...

    def request_index(self) -> None:
        """Have the lines counted in the background."""
        ...

    def total_lines(self) -> tuple[int, bool]:
        """How many lines there are, and whether that is exact or a guess."""
        ...

    def line_at(self, offset: int) -> int | None:
        """The number of the line that holds a byte; None if not known yet."""
        ...

    def page(self, row: int, count: int, near: tuple[int, int]) -> tuple[int, list[bytes]]:
        """The offset of a line and that many lines from there; `near` is a known row and its offset."""
        ...

    def tail(self, count: int) -> tuple[int, list[bytes]]:
        """The offset of the first of the last lines, and those lines."""
        ...

    def lines(self, start: int, stop: int) -> list[bytes]:
        """Lines by number."""
        ...

    def read(self, size: int, offset: int) -> bytes:
        """Bytes at an offset; fewer, or none, at the end. For any thread."""
        ...

    def search(self, needle: bytes) -> Found:
        """Start looking for a text in all there is now."""
        ...

    def reopened(self) -> OutputSource:
        """Another reader of the same."""
        ...

    def close(self) -> None:
        """Let go of whatever is open, until the next `poll`."""
        ...
