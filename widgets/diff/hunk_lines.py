"""The lines of one hunk as they are looked at: their numbers, their pairs, their rows."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import accumulate
from typing import Literal, NamedTuple

from widgets.diff.parse import Hunk
from widgets.diff.text import spans

Side = Literal["old", "new"]

LONGEST = 4096
"""Characters in a row; what is longer goes on in the next row."""

_TAB = 8
_FAR = 500  # lines between which no pair is looked for
_CHANGED = re.compile(r"-+\+*|\++")  # what is removed, and what is added after it


class LineRow(NamedTuple):
    """One row of a hunk.

    Args:
        left: Number of the line of the old file in the hunk, or -1. A line of context is on both sides.
        right: The same of the new file.
        piece: How often a line of `LONGEST` characters was left for another row.
    """

    left: int
    right: int
    piece: int = 0


class HunkLines:
    """What is known of a hunk is found when it is first looked at, in one go, and kept.

    Args:
        hunk: The hunk.
        file: The number of its file in the diff.
        language: Of its code, for the colours; empty if there are to be none.
    """

    def __init__(self, hunk: Hunk, file: int, language: str = "") -> None:
        self.hunk = hunk
        self.file = file
        self.language = language
        self._is_long = hunk.longest > LONGEST

    def text(self, line: int, piece: int = 0) -> str:
        """What a row shows of a line."""
        text = self.hunk.lines[line].text
        if len(text) > LONGEST:
            text = text[piece * LONGEST : (piece + 1) * LONGEST]
        return text.expandtabs(_TAB)

    def count(self, *, split: bool) -> int:
        """How many rows there are, side by side or one below the other."""
        if self._is_long:
            return len(self._split if split else self._cut)
        return self._pair_count if split else len(self.hunk.lines)

    def row(self, number: int, *, split: bool) -> LineRow:
        """A row, counted from 0."""
        if split:
            return self._split[number]
        return self._cut[number] if self._is_long else self._alone(number)

    def row_of(self, line: int, *, split: bool) -> int:
        """The first row that shows a line."""
        if not (split or self._is_long):
            return line
        rows = self._split if split else self._cut
        return next((at for at, row in enumerate(rows) if line in (row.left, row.right)), 0)

    def numbers(self, line: int) -> tuple[int, int]:
        """The number of a line in the old and in the new file; of one not in it, that of the next there."""
        old, new = self._numbers
        return old[line], new[line]

    def place(self, line: int, side: Side) -> int:
        """Which line of one side it is, counted from 0."""
        return self.numbers(line)[side == "new"] - self.numbers(0)[side == "new"]

    def partner(self, line: int) -> int:
        """The line that a changed one was before, or is after; -1 if there is none, or it is far away."""
        match self.hunk.signs[line]:
            case "-":
                removed, added = self._run_start(line, "-"), self._run_end(line, "-")
                partner, end = added + line - removed, self._run_end(added, "+")
            case "+":
                added = self._run_start(line, "+")
                removed = self._run_start(added, "-")
                partner, end = removed + line - added, added
            case _:
                return -1
        is_near = max(line - added, added - removed) < _FAR
        return partner if is_near and partner < end else -1

    @cached_property
    def spans(self) -> str:
        """Where it is, as a diff writes it."""
        return "whole file" if self.hunk.whole else spans(self.hunk)

    @cached_property
    def _numbers(self) -> tuple[list[int], list[int]]:
        old = accumulate(map("+".__ne__, self.hunk.signs), initial=self.hunk.old_start)
        new = accumulate(map("-".__ne__, self.hunk.signs), initial=self.hunk.new_start)
        return list(old), list(new)

    @cached_property
    def _pair_count(self) -> int:
        """How many pairs there are, without making them."""
        signs = self.hunk.signs
        runs: list[str] = _CHANGED.findall(signs)
        return signs.count(" ") + sum(max(run.count("-"), run.count("+")) for run in runs)

    @cached_property
    def _pairs(self) -> list[LineRow]:
        """Side by side: what is removed beside what is added after it."""
        rows: list[LineRow] = []
        removed: list[int] = []
        added: list[int] = []
        for number, sign in enumerate(self.hunk.signs):
            if sign == "+":
                added.append(number)
                continue
            if sign == " " or added:
                _pair(rows, removed, added)
            if sign == "-":
                removed.append(number)
            else:
                rows.append(LineRow(number, number))
        _pair(rows, removed, added)
        return rows

    @cached_property
    def _split(self) -> list[LineRow]:
        return self._in_pieces(self._pairs) if self._is_long else self._pairs

    @cached_property
    def _cut(self) -> list[LineRow]:
        return self._in_pieces([self._alone(number) for number in range(len(self.hunk.lines))])

    def _run_start(self, line: int, sign: str) -> int:
        """The first of the lines of a sign that end before this one."""
        stop = max(line - _FAR, 0)
        while line > stop and self.hunk.signs[line - 1] == sign:
            line -= 1
        return line

    def _run_end(self, line: int, sign: str) -> int:
        """The line after those of a sign that begin with this one."""
        stop = min(line + _FAR, len(self.hunk.signs))
        while line < stop and self.hunk.signs[line] == sign:
            line += 1
        return line

    def _alone(self, line: int) -> LineRow:
        sign = self.hunk.signs[line]
        return LineRow(-1 if sign == "+" else line, -1 if sign == "-" else line)

    def _in_pieces(self, rows: list[LineRow]) -> list[LineRow]:
        return [
            LineRow(
                left if piece < self._pieces(left) else -1,
                right if piece < self._pieces(right) else -1,
                piece,
            )
            for left, right, _ in rows
            for piece in range(max(self._pieces(left), self._pieces(right)))
        ]

    def _pieces(self, line: int) -> int:
        return max(1, -(-len(self.hunk.lines[line].text) // LONGEST)) if line >= 0 else 0


def _pair(rows: list[LineRow], removed: list[int], added: list[int]) -> None:
    both = min(len(removed), len(added))
    rows += map(LineRow, removed, added)
    rows += [LineRow(line, -1) for line in removed[both:]]
    rows += [LineRow(-1, line) for line in added[both:]]
    removed.clear()
    added.clear()
