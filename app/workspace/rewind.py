"""Going back to a snapshot: what may be changed, and the change, file by file.

Each file is compared once more just before it is replaced or removed, and no link is followed to it.
These functions block; `checkpoints` runs them in threads.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.workspace.atomic import Snapshot, read_file, remove_file, write_file
from app.workspace.checkpoint_log import Checkpoint
from app.workspace.errors import FileError, WorkspaceError
from app.workspace.files import file_error
from app.workspace.opening import opened_folder
from app.workspace.snapshot_store import Change, Kept, SnapshotStore

_NEVER = threading.Event()  # half a rewind helps nobody, so it is not stopped


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is left as it is, and why; `by_name`: naming it takes it all the same."""

    path: str
    reason: str
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What going back to a checkpoint changes, from the snapshot `now`, and what it leaves alone."""

    to: Checkpoint
    now: str
    changes: tuple[Change, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Rewound:
    """What going back came to.

    Args:
        before: The checkpoint taken first; going to it is how to redo.
        after: The checkpoint taken last.
        changes: Files that were changed; of kind `created` if they were brought back.
        refused: Files that were left alone.
    """

    before: Checkpoint
    after: Checkpoint
    changes: tuple[Change, ...]
    refused: tuple[Refused, ...]


def planned(
    changes: Iterable[Change],
    to: Checkpoint,
    now: Checkpoint,
    others: Collection[str],
    paths: Sequence[str] | None,
) -> Plan:
    """Tell what may be changed from what is left alone.

    Args:
        changes: From the snapshot of now to that of the checkpoint.
        to: The checkpoint.
        now: The checkpoint of now; it need not be kept.
        others: Paths that somebody else has changed since.
        paths: Files and folders to look at; None for all. A file named is taken even if others changed it.
    """
    taken: list[Change] = []
    refused: list[Refused] = []
    for change in changes:
        path = change.path
        if paths is not None and not any(_lies_in(path, name) for name in paths):
            continue
        if change.new is None and to.leaves_out(path):
            refused.append(Refused(path, "was there before, but is not kept by that checkpoint"))
        elif change.old is None and now.leaves_out(path):
            refused.append(Refused(path, f"what it holds now is not kept: {_reason(now, path)}"))
        elif path in others and path not in (paths or ()):
            refused.append(Refused(path, "changed by somebody else since", by_name=True))
        else:
            taken.append(change)
    return Plan(to, now.tree, tuple(taken), tuple(refused))


def restore(store: SnapshotStore, plan: Plan) -> tuple[list[Change], list[Refused]]:
    """Carry a plan out: first remove, then replace and bring back.

    Returns:
        What was changed, and what could not be.
    """
    done: list[Change] = []
    refused: list[Refused] = []

    def carry_out(change: Change) -> None:
        try:
            _carry_out(store, change, content, plan.to.modes.get(change.path))
        except WorkspaceError as error:
            refused.append(Refused(change.path, str(error)))
        except OSError as error:
            refused.append(Refused(change.path, str(file_error(error))))
        else:
            done.append(change)

    removed = [change for change in plan.changes if change.new is None]
    coming = [change for change in plan.changes if change.new is not None]
    folders = {
        folder
        for change in removed
        for folder in (store.root / change.path).parents
        if folder != store.root and folder.is_relative_to(store.root)
    }
    with store.contents() as content:
        for change in removed:
            carry_out(change)
        names = {store.root / change.path for change in coming}
        _prune(folder for folder in folders if folder in names or not names.isdisjoint(folder.parents))
        for change in coming:
            carry_out(change)
    _prune(folders)
    return done, refused


def _carry_out(
    store: SnapshotStore, change: Change, content: Callable[[Kept], bytes], mode: int | None
) -> None:
    real, old, new = store.root / change.path, change.old, change.new
    data = content(new) if new is not None else b""
    if old is not None and new is not None and not (old.is_link or new.is_link):
        current = _unchanged(real, old)
        if mode is None:
            same = old.executable == new.executable
            mode = current.mode if same else store.new_mode(executable=new.executable)
        write_file(real, data, replace(current, mode=mode), _NEVER)
        return
    if old is not None:
        _remove(real, old)
    if new is not None and new.is_link:
        with opened_folder(real.parent, create=True) as folder:
            os.symlink(data, os.fsencode(real.name), dir_fd=folder)
    elif new is not None:
        _create(real, data, store.new_mode(executable=new.executable) if mode is None else mode)


def _create(real: Path, data: bytes, mode: int) -> None:
    """Make a file where none is; nobody else can read it before it has its permissions."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with opened_folder(real.parent, create=True) as folder:
        descriptor = os.open(real.name, flags, 0o600, dir_fd=folder)
        try:
            with open(descriptor, "wb", closefd=False) as file:
                file.write(data)
            os.fchmod(descriptor, mode)
        except BaseException:
            os.unlink(real.name, dir_fd=folder)
            raise
        finally:
            os.close(descriptor)


def _remove(real: Path, kept: Kept) -> None:
    if not kept.is_link:
        remove_file(real, _unchanged(real, kept), _NEVER)
        return
    with opened_folder(real.parent) as folder:
        _require(os.fsencode(os.readlink(real.name, dir_fd=folder)), kept)
        os.unlink(real.name, dir_fd=folder)


def _unchanged(real: Path, kept: Kept) -> Snapshot:
    """The file as it is, if it still holds what was kept."""
    snapshot = read_file(real, _NEVER)
    _require(snapshot.data, kept)
    if snapshot.links > 1:
        raise FileError(f"has {snapshot.links} hard links, and would be parted from the others")
    return snapshot


def _require(data: bytes, kept: Kept) -> None:
    if hashlib.sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest() != kept.blob:
        raise FileError("has changed meanwhile")


def _prune(folders: Iterable[Path]) -> None:
    """Remove those that are empty, the innermost first."""
    for folder in sorted(folders, key=lambda folder: -len(folder.parts)):
        with suppress(OSError), opened_folder(folder.parent) as parent:
            os.rmdir(folder.name, dir_fd=parent)


def _lies_in(path: str, name: str) -> bool:
    return name in (path, ".") or path.startswith(name.rstrip("/") + "/")


def _reason(checkpoint: Checkpoint, path: str) -> str:
    return checkpoint.left_out.get(path, "it lies in a folder that is left out")
