"""The patches that take some hunks of a diff back."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import count

from app.workspace.patch import FilePatch, Mark, PatchHunk, PatchLine, parse_patch

_REVERSED: dict[Mark, Mark] = {" ": " ", "+": "-", "-": "+"}
_MODES = re.compile(r"\nold mode \d+\nnew mode \d+$", re.MULTILINE)


def reversal(diff: str, hunks: Collection[int]) -> list[FilePatch]:
    """Patches for the files as they are after a diff. Permissions that it changes stay changed.

    Args:
        diff: The diff.
        hunks: Which of its hunks are taken back: numbers from 0, over all files.

    Raises:
        EditError: The diff holds what is no text.
    """
    numbers = count()
    chosen = set(hunks)
    patches: list[FilePatch] = []
    for file in parse_patch(_MODES.sub("", diff)):
        taken = [next(numbers) in chosen for _ in file.hunks]
        if any(taken):
            back = tuple(_taken_back(file.hunks, taken))
            patches.append(FilePatch(file.path, creates=file.removes, removes=file.creates, hunks=back))
    return patches


def _taken_back(hunks: Collection[PatchHunk], taken: Collection[bool]) -> Iterator[PatchHunk]:
    shift = 0  # of the lines in the new file, by the hunks above
    for hunk, chosen in zip(hunks, taken, strict=True):
        removed, added = (sum(line.mark == mark for line in hunk.lines) for mark in "-+")
        context = len(hunk.lines) - removed - added
        if chosen:
            first = hunk.first + shift + (removed + context == 0) - (added + context == 0)
            lines = tuple(PatchLine(_REVERSED[line.mark], line.text) for line in hunk.lines)
            yield PatchHunk(hunk.number, first, lines)
        shift += added - removed
