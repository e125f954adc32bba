"""Where two contents of a file differ: runs of changed lines, and some lines around them.

Only the lines around the splices are looked at, however long the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate

from app.workspace.lines import back, forward, newlines, split_lines
from app.workspace.splice import Splice, spliced

CONTEXT = 3
_MOST_COMPARED = 10_000

_Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring lines that stay, or that make way for others. Each line has its end."""

    old: tuple[bytes, ...]
    new: tuple[bytes, ...]

    @property
    def changes(self) -> bool:
        """Whether the lines differ."""
        return self.old != self.new


@dataclass(frozen=True, slots=True)
class Hunk:
    """One hunk of a unified diff.

    Args:
        shown: The file's name.
        offset: Where its first line begins in the old content.
        old_first: Number of its first line in the old content.
        new_first: The same in the new content.
        runs: All its lines.
    """

    shown: str
    offset: int
    old_first: int
    new_first: int
    runs: tuple[Run, ...]

    @property
    def old(self) -> list[bytes]:
        """Its lines before the change."""
        return [line for run in self.runs for line in run.old]

    @property
    def new(self) -> list[bytes]:
        """Its lines after the change."""
        return [line for run in self.runs for line in run.new]

    @property
    def mixed_endings(self) -> bool:
        """Whether its lines end in different ways, so that the difference must be seen."""
        lines = [line for run in self.runs for line in (*run.old, *run.new)]
        returns = sum(line.endswith(b"\r\n") for line in lines)
        return 0 < returns < sum(line.endswith(b"\n") for line in lines)

    def splices(self) -> tuple[Splice, ...]:
        """The changes it makes, in whole lines."""
        splices = []
        offset = self.offset
        for run in self.runs:
            splice = Splice(offset, b"".join(run.old), b"".join(run.new))
            if run.changes:
                splices.append(splice)
            offset = splice.end
        return tuple(splices)


def hunks_of(shown: str, content: bytes, splices: Sequence[Splice]) -> Iterator[Hunk]:
    """The hunks of some changes, from the top.

    Args:
        shown: The file's name.
        content: The file before the changes.
        splices: Ascending, none within another.
    """
    above = counted = grown = 0
    for start, end, inner in _regions(content, splices):
        above += newlines(content, counted, start)
        counted = start
        before = content[start:end]
        old = split_lines(before)
        new = split_lines(
            spliced(before, [replace(splice, offset=splice.offset - start) for splice in inner])
        )
        offsets = list(accumulate(map(len, old), initial=start))
        for group in _grouped(old, new):
            _, old_first, _, new_first, _ = group[0]
            runs = tuple(Run(tuple(old[a:b]), tuple(new[c:d])) for _, a, b, c, d in group)
            yield Hunk(shown, offsets[old_first], above + old_first + 1, above + grown + new_first + 1, runs)
        grown += len(new) - len(old)


def _regions(content: bytes, splices: Sequence[Splice]) -> Iterator[tuple[int, int, list[Splice]]]:
    """Parts of the content that hold the changes and the lines around them."""
    inner: list[Splice] = []
    first = last = 0
    for splice in splices:
        start, end = back(content, splice.offset, CONTEXT), forward(content, splice.end, CONTEXT)
        if inner and start > last:
            yield first, last, inner
            inner = []
        if not inner:
            first = start
        inner.append(splice)
        last = end
    if inner:
        yield first, last, inner


def _grouped(old: list[bytes], new: list[bytes]) -> Iterator[list[_Opcode]]:
    """What differs, in groups with context around them."""
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    old_end, new_end = len(old) - tail, len(new) - tail
    if same == old_end == new_end:
        return
    first, last = max(same - CONTEXT, 0), min(tail, CONTEXT)
    if old_end - same + new_end - same <= _MOST_COMPARED:
        matcher = SequenceMatcher(None, old[first : old_end + last], new[first : new_end + last])
        for group in matcher.get_grouped_opcodes(CONTEXT):
            yield [(kind, a + first, b + first, c + first, d + first) for kind, a, b, c, d in group]
        return
    # Finding what two so long texts share would take too long: all of one makes way for all of the other.
    yield [
        ("equal", first, same, first, same),
        ("replace", same, old_end, same, new_end),
        ("equal", old_end, old_end + last, new_end, new_end + last),
    ]
