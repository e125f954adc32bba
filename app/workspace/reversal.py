"""The patch that takes some hunks of a diff back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import count

from app.workspace.patch import FilePatch, Mark, PatchHunk, parse_patch

_REVERSED: dict[Mark, Mark] = {" ": " ", "+": "-", "-": "+"}


def reversal(diff: str, hunks: Collection[int]) -> str:
    """A patch for the files as they are after a diff.

    Args:
        diff: The diff.
        hunks: Which of its hunks are taken back: numbers from 0, over all files.

    Returns:
        Empty if there are none.

    Raises:
        EditError: The diff holds what is no text.
    """
    numbers = count()
    lines: list[str] = []
    for file in parse_patch(diff):
        numbered = [(next(numbers) in hunks, hunk) for hunk in file.hunks]
        if any(chosen for chosen, _ in numbered):
            lines += _file(file, numbered)
    return "".join(lines)


def _file(file: FilePatch, hunks: list[tuple[bool, PatchHunk]]) -> Iterator[str]:
    yield "--- /dev/null\n" if file.removes else f"--- a/{file.path}\n"
    yield "+++ /dev/null\n" if file.creates else f"+++ b/{file.path}\n"
    shift = kept = 0
    for chosen, hunk in hunks:
        removed, added = (sum(line.mark == mark for line in hunk.lines) for mark in "-+")
        context = len(hunk.lines) - removed - added
        if chosen:
            here = hunk.first + shift + (removed + context == 0) - (added + context == 0)
            yield f"@@ -{here},{context + added} +{here + kept},{context + removed} @@\n"
            for line in hunk.lines:
                end = "" if line.text.endswith(b"\n") else "\n\\ No newline at end of file\n"
                yield _REVERSED[line.mark] + line.text.decode() + end
            kept += removed - added
        shift += added - removed
