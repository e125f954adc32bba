"""A diff, written again: what a person copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from widgets.diff.parse import FileDiff, Hunk


def diff_text(files: Sequence[FileDiff], hunks: Iterable[Hunk]) -> str:
    """A unified diff, anything invisible written out.

    Args:
        files: What is said of the files.
        hunks: Of all files, as they are shown.
    """
    return "\n".join(_lines(files, iter(hunks)))


def spans(hunk: Hunk) -> str:
    """Where a hunk is, as a diff writes it."""
    old, new = (len(hunk.signs) - hunk.signs.count(other) for other in "+-")
    return f"@@ -{hunk.old_start},{old} +{hunk.new_start},{new} @@"


def _lines(files: Sequence[FileDiff], hunks: Iterator[Hunk]) -> Iterator[str]:
    for file in files:
        if file.note:
            yield file.note
        if file.name:
            new, deleted = "new file" in file.note.split("\n"), "deleted" in file.note.split("\n")
            yield "--- /dev/null" if new else f"--- a/{file.name}"
            yield "+++ /dev/null" if deleted else f"+++ b/{file.name}"
        for _, hunk in zip(file.hunks, hunks, strict=False):
            yield hunk.heading if hunk.whole else f"{spans(hunk)} {hunk.heading}".rstrip()
            for sign, line in zip(hunk.signs, hunk.lines, strict=True):
                yield sign + line.text
                if not line.newline:
                    yield "\\ No newline at end of file"
