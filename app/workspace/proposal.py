"""What an edit would come to, before anything is written: to be shown, reviewed, and then written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from app.trajectory.review import HunkDecision
from app.workspace.atomic import Snapshot
from app.workspace.decided import decided
from app.workspace.diff import cut, file_diff
from app.workspace.errors import EditError
from app.workspace.hunks import Hunk, hunks_of
from app.workspace.splice import Splice, spliced


@dataclass(frozen=True, slots=True)
class FileProposal:
    """What would become of one file.

    Args:
        shown: Its name, for people and models.
        real: Its real path.
        before: The file as it was read; None if there was none.
        after: The content it would have; None if it would be removed, or not made.
        splices: From the content before, empty if there was none, to the one after.
        mode: The mode of a file that is made; None leaves it to the person's umask.
    """

    shown: str
    real: Path
    before: Snapshot | None
    after: bytes | None
    splices: tuple[Splice, ...]
    mode: int | None = None

    @property
    def content(self) -> bytes:
        """The content before; empty if there was no file."""
        return b"" if self.before is None else self.before.data

    @property
    def changes(self) -> bool:
        """Whether anything would be written."""
        if self.before is None or self.after is None:
            return (self.before is None) != (self.after is None)
        # Only between the splices: a long content is not compared from its top.
        first, last = (self.splices[0].offset, self.splices[-1].end) if self.splices else (0, 0)
        grown = len(self.after) - len(self.content)
        return self.content[first:last] != self.after[first : last + grown]

    def hunks(self) -> tuple[Hunk, ...]:
        """The hunks of its diff."""
        return tuple(hunks_of(self.shown, self.content, self.splices))

    def diff(self, hunks: Iterable[Hunk]) -> Iterable[str]:
        """Lines of its diff, given its hunks; none if nothing changes."""
        if not self.changes:
            return ()
        return file_diff(self.shown, hunks, created=self.before is None, removed=self.after is None)

    def with_splices(self, splices: tuple[Splice, ...]) -> FileProposal:
        """The same with other changes. Without any, the file stays, and one that is new is not made."""
        after: bytes | None = spliced(self.content, splices)
        if (not splices and self.before is None) or (splices and not after and self.after is None):
            after = None
        return FileProposal(self.shown, self.real, self.before, after, splices, self.mode)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Changes of several files that are made together or not at all.

    Args:
        files: Each file once.
        diff: One unified diff of all files; cut where it would be too long.
        base: Hex digest of what the files held before, and of what is proposed for them.
        file_hunks: The hunks of each file.
    """

    files: tuple[FileProposal, ...]
    diff: str
    base: str
    file_hunks: tuple[tuple[Hunk, ...], ...]

    @classmethod
    def of(cls, files: Iterable[FileProposal]) -> Proposal:
        """Compare what the files hold with what they would hold."""
        files = tuple(files)
        file_hunks = tuple(file.hunks() for file in files)
        lines = chain.from_iterable(file.diff(hunks) for file, hunks in zip(files, file_hunks, strict=True))
        return cls(files, cut(lines), _digest(files), file_hunks)

    @property
    def hunks(self) -> tuple[Hunk, ...]:
        """Those of the diff, in its order."""
        return tuple(chain.from_iterable(self.file_hunks))

    def reviewed(self, decisions: Sequence[HunkDecision]) -> Proposal:
        """What is left of it once each hunk was decided about.

        Args:
            decisions: One for each hunk, in their order. A file without hunks, such as a new empty one, is
                left as it is if all hunks there are were rejected.

        Raises:
            EditError: There are more or fewer decisions than hunks.
        """
        if len(decisions) != len(self.hunks):
            raise EditError(
                f"{len(decisions)} decisions were made about {len(self.hunks)} hunks; decide about the whole"
            )
        wanted = not decisions or any(decision.accepted for decision in decisions)
        each = iter(decisions)
        files = []
        for file, hunks in zip(self.files, self.file_hunks, strict=True):
            after = [decided(hunk, next(each)) for hunk in hunks]
            if after != list(hunks):
                splices = chain.from_iterable(hunk.splices() for hunk in after)
                files.append(file.with_splices(tuple(splices)))
            else:
                files.append(file if hunks or wanted else file.with_splices(()))
        return Proposal.of(files)


def _digest(files: Iterable[FileProposal]) -> str:
    hashed = hashlib.sha256()
    for file in files:
        # Told apart by its length, each part says where it ends.
        parts = [str(file.real).encode("utf-8", "surrogateescape"), file.content]
        for splice in file.splices:
            parts += (str(splice.offset).encode(), splice.removed, splice.added)
        hashed.update(f"{file.before is None} {file.after is None} {len(parts)}\n".encode())
        for part in parts:
            hashed.update(f"{len(part)}\n".encode())
            hashed.update(part)
    return hashed.hexdigest()
