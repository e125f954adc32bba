"""Checkpoints of a workspace: taken beside the event loop, compared, and gone back to.

The workspace is kept by git in a folder outside it, so that what a command changes counts too, in folders
with or without a repository; the project's own repository, index and stash are not touched.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.workspace.changed_files import ChangedFile, changed_files
from app.workspace.checkpoint_log import Checkpoint, Timeline
from app.workspace.checkpoint_store import CheckpointStore
from app.workspace.files import in_thread
from app.workspace.rewind import Plan, Rewound
from app.workspace.snapshot_store import Change, SnapshotStore

T = TypeVar("T")

LONGEST_DIFF = 200_000  # bytes


class Checkpoints:
    """The checkpoints of one session. One thing is done at a time, in the order it was asked for.

    Every method but the constructor raises `CheckpointError` where git is missing or fails.

    Args:
        root: Real path of the workspace.
        folder: Where they are kept; made with the first one.
        hidden: A folder that is never part of one: where our own recordings lie.
        largest: Bytes of the largest file that is kept.
    """

    def __init__(self, root: Path, folder: Path, *, hidden: Path, largest: int) -> None:
        self._store = CheckpointStore(root, folder, hidden=hidden, largest=largest)
        self._lock = asyncio.Lock()

    @classmethod
    def in_session(cls, root: Path, session: Path, *, largest: int) -> Checkpoints:
        """Those of a session.

        Args:
            root: Real path of the workspace.
            session: The folder of its recording, beside those of others.
            largest: Megabytes of the largest file that is kept.
        """
        return cls(root, session / "checkpoints", hidden=session.parent, largest=largest << 20)

    @staticmethod
    def any_in(session: Path) -> bool:
        """Whether a session has checkpoints.

        Raises:
            OSError: Its folder cannot be read.
        """
        heads = session / "checkpoints" / "refs" / "heads"
        return heads.is_dir() and any(heads.iterdir())

    async def before(self, turn: int, label: str = "") -> Checkpoint:
        """Keep the workspace as it is before a turn. Cancelling this ends it early; then it is not kept.

        Args:
            turn: The turn.
            label: What it is about to do, in a few words.

        Returns:
            The checkpoint that holds it; one that was there before if nothing has changed since.
        """
        return await self._alone(partial(self._store.keep, Checkpoint("others", turn), (turn, label)))

    async def after(self, turn: int, label: str = "") -> Checkpoint:
        """Keep the workspace as it is after a turn; as `before`."""
        return await self._alone(partial(self._store.keep, Checkpoint("turn", turn, label), None))

    async def prepare(self) -> None:
        """Read the workspace ahead, so that the first checkpoint is quick; none is taken."""
        await self._with_snapshots(SnapshotStore.stage)

    async def list(self) -> tuple[Checkpoint, ...]:
        """All checkpoints, oldest first."""
        return await self._alone(lambda _: tuple(self._store.log()))

    async def timeline(self) -> Timeline:
        """The turns that changed files, and what can be done again."""
        return await self._alone(lambda _: self._store.timeline())

    async def changed(self, old: Checkpoint, new: Checkpoint | None = None) -> tuple[Change, ...]:
        """What differs between two checkpoints, or a checkpoint and now."""
        return await self._compared(old, new, lambda store, a, b: tuple(store.changes(a, b)))

    async def diff(self, old: Checkpoint, new: Checkpoint | None = None, most: int = LONGEST_DIFF) -> str:
        """A unified diff of two checkpoints, or of a checkpoint and now.

        Args:
            old: The earlier one.
            new: The later one; now if None.
            most: Bytes after which it is cut, and then it says so.
        """
        return await self._compared(old, new, lambda store, a, b: store.diff(a, b, most))

    async def changed_files(self, since: Checkpoint, most: int) -> tuple[ChangedFile, ...]:
        """What differs between a checkpoint and now, each file with its part of the diff.

        Args:
            since: The checkpoint.
            most: Bytes of the diff; files beyond them come without their part of it.
        """
        return await self._compared(
            since, None, lambda store, a, b: changed_files(store.changes(a, b), store.diff(a, b, most))
        )

    async def plan(self, to: Checkpoint, paths: Sequence[str] | None = None) -> Plan:
        """What `rewind` would do now; nothing is changed."""
        return await self._alone(partial(self._store.plan, to, paths))

    async def preview(self, plan: Plan, most: int = LONGEST_DIFF) -> str:
        """A unified diff of what a plan changes, cut after so many bytes."""
        paths = [change.path for change in plan.changes]
        return await self._with_snapshots(lambda store: store.diff(plan.now, plan.to.tree, most, paths))

    async def rewind(self, to: Checkpoint, paths: Sequence[str] | None = None) -> Rewound:
        """Bring the workspace back to a checkpoint; what is now is kept as a checkpoint first.

        A file that was changed by somebody else than the session since is left alone unless it is named.
        So is one whose content now, or then, is in no checkpoint; naming that one does not help. Once begun
        it is carried through, even if this is cancelled.

        Args:
            to: The checkpoint.
            paths: Files and folders to bring back, relative to the workspace; None for all.
        """
        return await self._alone(lambda _: self._store.rewind("undo", to, paths))

    async def take_back(
        self, to: Checkpoint, changes: Sequence[Change], edit: Callable[[], Awaitable[object]]
    ) -> Rewound:
        """Take back what a person chose of all that has changed since a checkpoint; it can be redone in one.

        What is now is kept as a checkpoint first. What changes from then on counts as the session's own act,
        even if this is cancelled or the edit fails. Nothing else is done with these checkpoints meanwhile.

        Args:
            to: The checkpoint.
            changes: What became of the files that are brought back whole, whoever changed them; one that has
                changed again since is left alone.
            edit: Comes first, and changes other files. If it fails, the whole ones stay as they are.
        """
        async with self._lock:
            before = await in_thread(lambda _: self._store.keep_now())
            whole: Sequence[Change] = ()
            try:
                await edit()
                whole = changes
            finally:
                rewound = await in_thread(lambda _: self._store.take_back(to, whole, before))
            return rewound

    async def redo(self, paths: Sequence[str] | None = None) -> Rewound:
        """Take the last undo back, or what it did to some paths.

        Raises:
            CheckpointError: There is none, or a turn has followed it.
        """
        return await self._alone(lambda _: self._store.redo(paths))

    async def _compared(
        self, old: Checkpoint, new: Checkpoint | None, how: Callable[[SnapshotStore, str, str], T]
    ) -> T:
        return await self._with_snapshots(
            lambda store: how(store, old.tree, new.tree if new else store.stage().tree)
        )

    async def _with_snapshots(self, work: Callable[[SnapshotStore], T]) -> T:
        def held(stop: threading.Event) -> T:
            with self._store.held(stop) as store:
                return work(store)

        return await self._alone(held)

    async def _alone(self, work: Callable[[threading.Event], T]) -> T:
        async with self._lock:
            return await in_thread(work)
