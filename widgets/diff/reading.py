"""A diff made ready to be drawn. It may be long, so this may be done in any thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from widgets.diff.colours import language_of
from widgets.diff.hunk_lines import HunkLines
from widgets.diff.parse import FileDiff, Hunk, parse_diff

_LONG = 1000  # lines of a hunk; to number and pair them when one is first drawn would hold up the screen


class Changes(NamedTuple):
    """How many lines are added and removed."""

    added: int
    removed: int


class ReadDiff(NamedTuple):
    """What a view needs to know of a diff.

    Args:
        files: The diff.
        lines: The hunks of all its files.
        changes: Of all of them.
        last: The highest number of a line, or somewhat more.
    """

    files: tuple[FileDiff, ...]
    lines: Sequence[HunkLines]
    changes: Changes
    last: int


def read_diff(text: str, note: str = "", *, split: bool = False) -> ReadDiff:
    """Read a diff as far as it would take long to do it while it is drawn.

    Args:
        text: Untrusted text of a unified diff.
        note: Said below it; safe to show.
        split: Both files are to stand side by side.
    """
    read = read_files([*parse_diff(text), *([FileDiff("", (), note)] if note else [])])
    for hunk in read.lines:
        if len(hunk.hunk.lines) > _LONG:
            hunk.numbers(0)
            hunk.row(0, split=split)
    return read


def read_files(files: Sequence[FileDiff]) -> ReadDiff:
    """Look at a diff that was parsed."""
    lines = [
        HunkLines(hunk, number, language)
        for number, file in enumerate(files)
        for language in [language_of(file.name)]
        for hunk in file.hunks
    ]
    hunks = [each.hunk for each in lines]
    last = max((max(hunk.old_start, hunk.new_start) + len(hunk.lines) for hunk in hunks), default=0)
    return ReadDiff(tuple(files), lines, changes_of(hunks), last)


def changes_of(hunks: Sequence[Hunk]) -> Changes:
    """How many lines some hunks add and remove."""
    return Changes(*(sum(hunk.signs.count(sign) for hunk in hunks) for sign in "+-"))
