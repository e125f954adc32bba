"""Some of the rows of a run, in ascending order: a byte for each row tells whether it is one of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import compress

_PIECE = 2**12  # rows that are counted together
_PART = 2**16  # rows that are looked through together


class RowSet:
    """Grows at its end. One thread adds to it, any thread reads it, and none waits.

    A million rows are added in milliseconds, and what is asked takes no longer for many rows than for few.
    """

    def __init__(self) -> None:
        self._marks = bytearray()  # 1 for each row that is one of them, 0 for another
        self._before = [0]  # of each piece: how many of them come before it
        self._count = 0
        self._piece: tuple[int, int, list[int]] = (-1, 0, [])  # looked at last: its number, its end, its rows

    @property
    def end(self) -> int:
        """The first row of which nothing is known."""
        return len(self._marks)

    def extend(self, marks: bytes | bytearray) -> None:
        """Add what is known of the next rows.

        Args:
            marks: 1 for each of them that belongs to the set, 0 for another.
        """
        self._marks += marks
        whole = self.end // _PIECE
        for piece in range(len(self._before) - 1, whole):
            self._before.append(
                self._before[piece] + self._marks.count(1, piece * _PIECE, (piece + 1) * _PIECE)
            )
        self._count = self._before[whole] + self._marks.count(1, whole * _PIECE)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, row: int) -> bool:
        return 0 <= row < self.end and self._marks[row] == 1

    def __getitem__(self, place: int) -> int:
        if not 0 <= place < self._count:
            raise IndexError(place)
        piece = bisect_right(self._before, place) - 1
        return self._rows_of(piece)[place - self._before[piece]]

    def __iter__(self) -> Iterator[int]:
        return self.beyond(-1, 1)

    def before(self, row: int) -> int:
        """How many of them come before a row."""
        if row >= self.end:
            return self._count
        piece = min(row // _PIECE, len(self._before) - 1)
        return self._before[piece] + self._marks.count(1, piece * _PIECE, row)

    def beyond(self, row: int, step: int, among: RowSet | None = None) -> Iterator[int]:
        """Those that come after a row, or before it, the nearest first.

        Args:
            row: Is none of them.
            step: 1 for down, -1 for up.
            among: They have to be of this set, too.
        """
        end = self.end if among is None else min(self.end, among.end)
        if step > 0:
            for start in range(row + 1, end, _PART):
                marks = self._both(slice(start, min(start + _PART, end)), among)
                at = -1
                while (at := marks.find(1, at + 1)) >= 0:
                    yield start + at
        else:
            for stop in range(min(row, end), 0, -_PART):
                start = max(stop - _PART, 0)
                marks = self._both(slice(start, stop), among)
                at = len(marks)
                while (at := marks.rfind(1, 0, at)) >= 0:
                    yield start + at

    def _both(self, part: slice, among: RowSet | None) -> bytes | bytearray:
        marks = self._marks[part]
        return marks if among is None else in_both(marks, among._marks[part])

    def _rows_of(self, piece: int) -> list[int]:
        start, end = piece * _PIECE, min((piece + 1) * _PIECE, self.end)
        if self._piece[:2] != (piece, end):
            self._piece = (piece, end, list(compress(range(start, end), self._marks[start:end])))
        return self._piece[2]


def in_both(marks: bytes | bytearray, others: bytes | bytearray) -> bytes:
    """1 where two rows of marks, of the same length, both have one."""
    both = int.from_bytes(marks, "little") & int.from_bytes(others, "little")  # no "and" is quicker
    return both.to_bytes(len(marks), "little")
