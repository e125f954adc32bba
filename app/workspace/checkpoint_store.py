"""The checkpoints of one workspace, where they are kept.

These functions block; `checkpoints` runs them in threads.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.workspace.checkpoint_log import Act, Checkpoint, Timeline, by_others, timeline
from app.workspace.footprint import Footprint, footprint
from app.workspace.rewind import Plan, Rewound, planned, restore
from app.workspace.snapshot_git import CheckpointError
from app.workspace.snapshot_store import Change, Kind, SnapshotStore, Staged

_NEVER = threading.Event()  # half a rewind helps nobody, so it is not stopped


class CheckpointStore:
    """Keeps checkpoints, and goes back to them.

    Args:
        root: Real path of the workspace.
        folder: Where they are kept; made with the first one.
        hidden: A folder that is never part of one.
        largest: Bytes of the largest file that is kept.
    """

    def __init__(self, root: Path, folder: Path, *, hidden: Path, largest: int) -> None:
        self._root = root
        self._folder = folder
        self._hidden = hidden
        self._largest = largest
        self._last: Checkpoint | None = None  # what the workspace was, when it looked like
        self._seen: Footprint | None = None

    @contextmanager
    def held(self, stop: threading.Event) -> Iterator[SnapshotStore]:
        """The snapshots, for nobody else meanwhile.

        Args:
            stop: Set to end what is done with them.

        Raises:
            CheckpointError: Git is missing or fails.
        """
        store = self._snapshots(stop)
        with store.locked():
            yield store

    def keep(
        self, wanted: Checkpoint, under_way: tuple[int, str] | None, stop: threading.Event
    ) -> Checkpoint:
        """Keep the workspace as it is now.

        Args:
            wanted: What made it so, and in which turn.
            under_way: Number and label of a turn that begins now.
            stop: Set to end it early; then nothing is kept.

        Returns:
            The new checkpoint; the one before, with that turn and no changes, if nothing has changed.
        """
        store = self._snapshots(stop)
        known = store.head
        seen = self._look(store)
        if self._last is None or not self._unchanged(known, seen):
            with store.locked():
                self._last = _added(store, store.stage(), wanted)
            self._seen = seen
        store.note(json.dumps(under_way) if under_way else "")
        if self._last.id != known:
            return self._last
        return replace(self._last, act=wanted.act, turn=wanted.turn, files=0, added=0, removed=0)

    def log(self) -> list[Checkpoint]:
        """All checkpoints, oldest first."""
        return _log(self._snapshots(_NEVER))

    def timeline(self) -> Timeline:
        """The turns that changed files, and what can be done again."""
        store = self._snapshots(_NEVER)
        return timeline(_log(store), tuple(json.loads(store.noted)) if store.noted else None)

    def plan(self, to: Checkpoint, paths: Sequence[str] | None, stop: threading.Event) -> Plan:
        """What going back to a checkpoint would do now."""
        with self.held(stop) as store:
            return _plan(store, _log(store), to, store.stage(), paths)

    def rewind(self, act: Act, to: Checkpoint, paths: Sequence[str] | None) -> Rewound:
        """Go back to a checkpoint; what is now is kept first."""
        with self.held(_NEVER) as store:
            staged = store.stage()
            plan = _plan(store, _log(store), to, staged, paths)
            return _carried_out(store, plan, _now_kept(store, staged), act, whole=paths is None)

    def keep_now(self) -> Checkpoint:
        """Keep the workspace as it is now; if anything has changed since the last time, others did that."""
        with self.held(_NEVER) as store:
            return _now_kept(store, store.stage())

    def take_back(self, to: Checkpoint, changes: Sequence[Change], before: Checkpoint) -> Rewound:
        """Take back what became of some files since a checkpoint, unless they have changed meanwhile.

        Args:
            to: The checkpoint.
            changes: What became of each file.
            before: What was kept before the first of all that is being taken back.
        """
        with self.held(_NEVER) as store:
            plan = planned(map(_reversed, changes), to, before, (), None)
            return _carried_out(store, plan, before, "undo", whole=False)

    def redo(self, paths: Sequence[str] | None) -> Rewound:
        """Go back to before the last undo.

        Raises:
            CheckpointError: There is none, or a turn has followed it.
        """
        target = self.timeline().redo
        if target is None:
            raise CheckpointError("there is nothing to redo")
        return self.rewind("redo", target, paths)

    def _snapshots(self, stop: threading.Event) -> SnapshotStore:
        return SnapshotStore(self._root, self._folder, hidden=self._hidden, largest=self._largest, stop=stop)

    def _look(self, store: SnapshotStore) -> Footprint | None:
        if not store.is_top:
            return None  # rules above the workspace may change unseen
        folders = {path for path in self._last.left_out if path.endswith("/")} if self._last else set()
        return footprint(str(self._root), {*folders, os.path.relpath(self._hidden, self._root) + "/"})

    def _unchanged(self, head: str, seen: Footprint | None) -> bool:
        """Whether git need not be asked."""
        before, last = self._seen, self._last
        if seen is None or before is None or last is None or not before.settled:
            return False
        return seen.entries == before.entries and head == last.id


def _log(store: SnapshotStore, most: int | None = None) -> list[Checkpoint]:
    return [Checkpoint.of(*commit) for commit in store.history(most)]


def _added(store: SnapshotStore, staged: Staged, wanted: Checkpoint) -> Checkpoint:
    """A new checkpoint of what is staged; the last one if it is the same."""
    last = next(iter(_log(store, 1)), None)
    if last is not None and (last.tree, last.left_out) == (staged.tree, staged.left_out):
        return last
    changes = store.changes(last.tree, staged.tree) if last else []
    modes: dict[str, int | None] = {**(last.modes if last else {}), **staged.modes}
    modes |= {change.path: None for change in changes if change.new is None}
    checkpoint = replace(
        wanted,
        files=len(changes),
        added=sum(change.added for change in changes),
        removed=sum(change.removed for change in changes),
        left_out=staged.left_out,
        modes={path: mode for path, mode in modes.items() if mode is not None},
        taken=time.time(),
        tree=staged.tree,
    )
    return replace(checkpoint, id=store.commit(staged.tree, checkpoint.message()))


def _now_kept(store: SnapshotStore, staged: Staged) -> Checkpoint:
    """What is now, kept before something is taken back: the session has kept its own work by then."""
    return _added(store, staged, Checkpoint("others", _log(store, 1)[0].turn))


def _carried_out(store: SnapshotStore, plan: Plan, before: Checkpoint, act: Act, *, whole: bool) -> Rewound:
    done, failed = restore(store, plan)
    after = _added(store, store.stage(), Checkpoint(act, before.turn, to=plan.to.id, whole=whole))
    if after.tree == plan.to.tree:
        store.note("")  # a turn that was cut off is undone, all of it
    return Rewound(before, after, tuple(done), (*plan.refused, *failed))


def _reversed(change: Change) -> Change:
    kinds: dict[Kind, Kind] = {"created": "deleted", "deleted": "created", "changed": "changed"}
    return Change(
        change.path, kinds[change.kind], change.new, change.old, added=change.removed, removed=change.added
    )


def _plan(
    store: SnapshotStore, log: list[Checkpoint], to: Checkpoint, staged: Staged, paths: Sequence[str] | None
) -> Plan:
    now = Checkpoint("others", to.turn, left_out=staged.left_out, tree=staged.tree)
    since = [*log[[checkpoint.id for checkpoint in log].index(to.id) :], now]
    others = {
        change.path for before, after in by_others(since) for change in store.changes(before.tree, after.tree)
    }
    return planned(store.changes(staged.tree, to.tree), to, now, others, paths)
