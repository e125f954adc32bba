"""Carries out edits: proposed from a fresh read under the locks of all their files, then written together."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.trajectory.review import Review
from app.workspace.atomic import Snapshot, Stamp
from app.workspace.errors import EditError, FileError, WorkspaceError
from app.workspace.files import Files, in_thread
from app.workspace.history import Change, History
from app.workspace.paths import Location
from app.workspace.plan import Draft, Plan
from app.workspace.proposal import FileProposal, Proposal
from app.workspace.splice import spliced
from app.workspace.together import write_together
from app.workspace.told import told


@dataclass(frozen=True, slots=True)
class EditResult:
    """What an edit came to.

    Args:
        text: For the model: what was done, and the lines around it; empty for a preview.
        diff: A unified diff, for a person.
        base: Digest of what the diff was made from; a review of it names it.
    """

    text: str
    diff: str
    base: str


class Edits:
    """Proposes and writes changes of files, and remembers them. For one event loop.

    Args:
        files: Locks and reads; shared by all who edit in one session.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self._history = History()
        self._seen: dict[Path, Stamp] = {}

    def see(self, real: Path, stamp: Stamp) -> None:
        """Note that a file was shown, as it is now."""
        self._seen[real] = stamp

    def seen(self, real: Path) -> Stamp | None:
        """A file's state when it was last shown or written."""
        return self._seen.get(real)

    def last_change(self, real: Path) -> Change | None:
        """The last change of a file that was not taken back."""
        return self._history.last(real)

    async def carry_out(
        self, plans: Sequence[tuple[Location, Plan]], *, preview: bool, review: Review | None
    ) -> EditResult:
        """Change files, all of them or none.

        Args:
            plans: Each file once, with what to do to it.
            preview: Only say what would change.
            review: What a person decided about the diff of a preview.

        Raises:
            WorkspaceError: A plan does not fit its file, a file cannot be written, or the files have changed
                since the diff was made. Nothing was changed.
        """
        async with self._files.locked(location.real for location, _ in plans):
            snapshots = [await self._read(location) for location, _ in plans]
            drafts, proposal = await in_thread(partial(_proposed, plans, snapshots))
            if preview:
                return EditResult("", proposal.diff, proposal.base)
            final = proposal
            if review is not None:
                if review.base != proposal.base:
                    names = ", ".join(file.shown for file in proposal.files)
                    raise EditError(
                        f"{names}: has changed since the diff was made; the edit is proposed anew"
                    )
                final = await in_thread(lambda _: proposal.reviewed(review.hunks))
            await self._write(final, drafts)
        text = await in_thread(lambda _: told(proposal, final, drafts, review))
        return EditResult(text, final.diff, proposal.base)

    async def _read(self, location: Location) -> Snapshot | None:
        with naming(location):
            snapshot = await self._files.read(location.real)
            if snapshot is not None:
                _require_editable(snapshot)
        return snapshot

    async def _write(self, proposal: Proposal, drafts: Sequence[Draft]) -> None:
        stamps, changes = await in_thread(partial(_written, proposal))
        for file, draft, change in zip(proposal.files, drafts, changes, strict=True):
            if change is None:
                continue
            stamp = stamps[file.real]
            if stamp is None:
                self._seen.pop(file.real, None)
            else:
                self._seen[file.real] = stamp
            # What a review left of taking a change back is a change of its own.
            if draft.undoes is not None and file.splices == draft.splices:
                self._history.forget(draft.undoes)
            else:
                self._history.add(change)


@contextmanager
def naming(location: Location) -> Iterator[None]:
    """Begin each error, and each line of one, with the file's name."""
    try:
        yield
    except WorkspaceError as error:
        lines = str(error).split("\n")
        raise type(error)("\n".join(f"{location.shown}: {line}" for line in lines)) from error


def _proposed(
    plans: Sequence[tuple[Location, Plan]], snapshots: Sequence[Snapshot | None], _: threading.Event
) -> tuple[list[Draft], Proposal]:
    drafts: list[Draft] = []
    files: list[FileProposal] = []
    errors: list[WorkspaceError] = []
    for (location, plan), snapshot in zip(plans, snapshots, strict=True):
        try:
            with naming(location):
                draft = plan(snapshot)
        except WorkspaceError as error:
            errors.append(error)
            continue
        after = None if draft.removes else spliced(b"" if snapshot is None else snapshot.data, draft.splices)
        mode = draft.undoes.mode if draft.undoes is not None else None
        drafts.append(draft)
        files.append(FileProposal(location.shown, location.real, snapshot, after, draft.splices, mode))
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise EditError("\n".join(map(str, errors)))
    return drafts, Proposal.of(files)


def _written(
    proposal: Proposal, stop: threading.Event
) -> tuple[dict[Path, Stamp | None], list[Change | None]]:
    changes = [Change.of(file) if file.changes else None for file in proposal.files]
    return write_together([file for file in proposal.files if file.changes], stop), changes


def _require_editable(snapshot: Snapshot) -> None:
    if snapshot.links > 1:
        raise FileError(
            f"has {snapshot.links} hard links, and an edit would part this name from the others; "
            "if that is wanted, first give it a copy of its own: cp -p FILE COPY && mv COPY FILE"
        )
    if not snapshot.mode & 0o200:
        raise FileError("is read-only; make it writable first (chmod u+w) if it should be edited")
