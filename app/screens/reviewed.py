"""Changed files as a person decides about them, and what of them is then taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from app.workspace.changed_files import ChangedFile
from app.workspace.snapshot_store import Change
from widgets.diff.decision import Decision
from widgets.diff.parse import FileDiff, Hunk, parse_diff
from widgets.text_view import revealed


@dataclass(frozen=True, slots=True)
class Rejected:
    """What is to be taken back.

    Args:
        whole: Files of which nothing is accepted.
        diff: Of the files of which something is.
        hunks: The hunks of that diff that are rejected; numbers from 0, over all its files.
    """

    whole: tuple[Change, ...]
    diff: str
    hunks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What is shown of changed files; of each there is at least one hunk to decide about.

    Args:
        files: The files.
        diffs: What is shown of each.
    """

    files: tuple[ChangedFile, ...] = ()
    diffs: tuple[FileDiff, ...] = ()

    @classmethod
    def of(cls, files: Iterable[ChangedFile]) -> Reviewed:
        """Read the diffs. There may be much of them, so this may be done in any thread."""
        files = tuple(files)
        return cls(files, tuple(map(_shown, files)))

    def rejected(self, decisions: Iterable[Decision]) -> Rejected:
        """What is to be taken back.

        Args:
            decisions: About every hunk, in order.
        """
        ahead = iter(decisions)
        whole: list[Change] = []
        texts: list[str] = []
        hunks: list[int] = []
        count = 0  # of the hunks in the texts
        for file, diff in zip(self.files, self.diffs, strict=True):
            answers = list(islice(ahead, len(diff.hunks)))
            rejected = [number for number, answer in enumerate(answers, count) if not answer.accepted]
            if rejected and len(rejected) == len(answers):
                whole.append(file.change)
            elif rejected:
                texts.append(file.diff)
                hunks += rejected
                count += len(answers)
        return Rejected(tuple(whole), "".join(texts), tuple(hunks))


def counted(hunks: int, files: int) -> str:
    """So many hunks and files, in words; empty if there are none."""
    counts = ((hunks, "hunk"), (files, "file"))
    return " and ".join(f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in counts if count)


def _shown(file: ChangedFile) -> FileDiff:
    name = revealed(file.change.path)
    if file.reason:
        return FileDiff(name, (Hunk.of_file(f"{file.change.kind}, {file.reason}"),))
    parts = parse_diff(file.diff)
    hunks = tuple(hunk for part in parts for hunk in part.hunks)
    return FileDiff(name, hunks, "\n".join(part.note for part in parts if part.note))
