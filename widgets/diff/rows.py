"""The rows of a whole diff: which of them shows what. Only what is asked for is looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal, NamedTuple

from widgets.diff.hunk_lines import HunkLines, LineRow
from widgets.diff.parse import FileDiff

NO_LINE = LineRow(-1, -1)


class Row(NamedTuple):
    """What one row shows.

    Args:
        kind: The name of a file, a line of its note, the heading of a hunk, a line of it, or nothing.
        file: The number of the file.
        hunk: The number of the hunk in the whole diff, or -1.
        line: The line of the hunk.
        note: The number of the line of the note.
    """

    kind: Literal["file", "note", "hunk", "line", "gap"]
    file: int = -1
    hunk: int = -1
    line: LineRow = NO_LINE
    note: int = 0


class Rows:
    """Where each file and each hunk begins.

    Args:
        files: The diff.
        hunks: The hunks of all of them.
        split: The old and the new file stand side by side.
    """

    def __init__(self, files: Sequence[FileDiff], hunks: Sequence[HunkLines], *, split: bool) -> None:
        self.split = split
        self.total = 0
        self._files = files
        self._hunks = hunks
        self._tops: list[int] = []
        self._sections: list[tuple[int, int]] = []  # a file and -1 for its head, or a hunk
        self._hunk_tops: list[int] = []
        number = 0
        for index, file in enumerate(files):
            self._add(index, -1, (index > 0) + bool(file.name) + len(_notes(file)))
            for _ in file.hunks:
                self._hunk_tops.append(self.total)
                self._add(index, number, 1 + hunks[number].count(split=split))
                number += 1

    def __getitem__(self, number: int) -> Row:
        """A row, counted from 0; there is nothing in those past the end."""
        if not 0 <= number < self.total:
            return Row("gap")
        section = bisect_right(self._tops, number) - 1
        file, hunk = self._sections[section]
        offset = number - self._tops[section]
        if hunk >= 0:
            if not offset:
                return Row("hunk", file, hunk)
            return Row("line", file, hunk, self._hunks[hunk].row(offset - 1, split=self.split))
        offset -= file > 0
        if offset < 0:
            return Row("gap")
        if self._files[file].name:
            if not offset:
                return Row("file", file)
            offset -= 1
        return Row("note", file, note=offset)

    def span(self, hunk: int) -> tuple[int, int]:
        """The row of a hunk's heading, and the one after its last."""
        top = self._hunk_tops[hunk]
        return top, top + 1 + self._hunks[hunk].count(split=self.split)

    def place(self, hunk: int, line: int, piece: int = 0) -> int:
        """The row that shows a line of a hunk, or a piece of it."""
        return self._hunk_tops[hunk] + 1 + self._hunks[hunk].row_of(line, split=self.split) + piece

    def hunks_in(self, top: int, bottom: int) -> range:
        """The hunks of which something is in these rows."""
        tops = self._hunk_tops
        first = max(bisect_right(tops, top) - 1, 0)
        if first < len(tops) and self.span(first)[1] <= top:
            first += 1
        return range(first, bisect_right(tops, bottom - 1))

    def _add(self, file: int, hunk: int, rows: int) -> None:
        if rows:
            self._tops.append(self.total)
            self._sections.append((file, hunk))
            self.total += rows


def note_of(file: FileDiff, number: int) -> str:
    """A line of the note."""
    return _notes(file)[number]


def _notes(file: FileDiff) -> list[str]:
    return file.note.split("\n") if file.note else []
