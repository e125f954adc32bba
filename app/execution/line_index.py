"""Where the lines of a large file start, at one number for each 64 KiB."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable

BLOCK = 1 << 16  # bytes

Read = Callable[[int, int], bytes]
"""Reads up to so many bytes at an offset; fewer at the end of the file."""


class LineIndex:
    """How many newlines stand before each block of a file: 128 KiB of numbers for a GiB, built by counting.

    One thread extends it; any thread may ask.

    Args:
        read: Reads the file.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._before = array("Q", [0])

    @property
    def covered(self) -> int:
        """Bytes that are counted, always whole blocks."""
        return (len(self._before) - 1) * BLOCK

    @property
    def newlines(self) -> int:
        """Newlines in the bytes that are counted."""
        return self._before[-1]

    def extend(self, size: int, budget: int = 4 << 20) -> bool:
        """Count on, without the file's last byte: what is left to count then always holds its end.

        Args:
            size: Bytes the file has.
            budget: Bytes after which to pause.

        Returns:
            True if whole blocks are left to count.
        """
        before = self._before
        while budget > 0 and (left := (size - 1 - self.covered) // BLOCK) > 0:
            data = self._read(min(left, 4) * BLOCK, self.covered)
            if len(data) < BLOCK:
                return False
            for start in range(0, len(data) - BLOCK + 1, BLOCK):
                before.append(before[-1] + data.count(b"\n", start, start + BLOCK))
            budget -= len(data)
        return size - 1 - self.covered >= BLOCK

    def block_with(self, newline: int) -> tuple[int, int]:
        """Where a newline is to be found, among those that are counted.

        Args:
            newline: From 1 on.

        Returns:
            The offset of its block, and the number of the newline within the block, from 1 on.
        """
        block = bisect_left(self._before, newline) - 1
        return block * BLOCK, newline - self._before[block]

    def line_at(self, offset: int) -> int | None:
        """The number of the line, from 0, that holds a byte; None beyond what is counted.

        Args:
            offset: The byte.
        """
        block = offset // BLOCK
        if block >= len(self._before):
            return None
        return self._before[block] + self._read(offset - block * BLOCK, block * BLOCK).count(b"\n")
