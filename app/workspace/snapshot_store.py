"""Snapshots of a workspace, kept by git in a folder of our own; the project's own repository is not touched.

What `.gitignore` names, files over a size, what is neither a regular file nor a link, what cannot be read,
and git repositories inside the workspace (submodules too) are left out, and each is listed with the reason.
A folder whose files were kept before it became a repository goes on as a folder of files; its `.git` is never
looked at. Empty folders are not kept. These functions block; `checkpoints` runs them in threads.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.workspace.ignore import hidden_by_rules
from app.workspace.programs import find_program
from app.workspace.snapshot_git import CheckpointError, Git, UnusableError

Kind = Literal["created", "changed", "deleted"]

IGNORED = "ignored by .gitignore"
REPOSITORY = "a git repository of its own"
SPECIAL = "neither a regular file nor a link"
UNREADABLE = "not readable"

_MOST_NAMED = 1_000  # a command line holds only so much
_UNDER_WAY = "under-way"
_ABSENT = "000000"
_PACKED = (
    256  # from this many new files on, one pack is quicker than as many files, and a fifth of their size
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a snapshot: its type and executable bit as git has them, and the name of its content."""

    mode: int
    blob: str

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link; its content is then where it leads."""
        return stat.S_ISLNK(self.mode)

    @property
    def executable(self) -> bool:
        """Whether its owner may execute it."""
        return bool(self.mode & 0o100)


@dataclass(frozen=True, slots=True)
class Change:
    """A file that differs between two snapshots; `added` and `removed` are lines, 0 if it is not text."""

    path: str
    kind: Kind
    old: Kept | None
    new: Kept | None
    added: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Staged:
    """The workspace as it is.

    Args:
        tree: Names the snapshot.
        left_out: What is not in it, each with the reason; a folder ends in `/`.
        modes: Permissions of files newly looked at; None where they are what a new file gets.
    """

    tree: str
    left_out: Mapping[str, str]
    modes: Mapping[str, int | None]


class SnapshotStore:
    """Takes snapshots of one workspace, and compares them.

    Args:
        root: Real path of the workspace.
        folder: Where they are kept; made when first needed.
        hidden: A folder that is never part of a snapshot: where our own recordings lie.
        largest: Bytes of the largest file that is kept.
        stop: Set to end what is done; then `StoppedError` is raised.

    Raises:
        UnusableError: This machine has no git.
    """

    def __init__(
        self, root: Path, folder: Path, *, hidden: Path, largest: int, stop: threading.Event
    ) -> None:
        program = find_program("git", root)
        if program is None:
            raise UnusableError("git is not installed")
        self._top_file = folder / "top"
        top = self._kept_top() or _top(root)
        self.root = root
        self._folder = folder
        self._largest = largest
        self._too_large = f"larger than {largest / 2**20:g} MB (checkpoints.largest_file)"
        self._prefix = b"" if top == root else os.fsencode(root.relative_to(top)) + b"/"
        self._top = top
        self._git = Git(program, folder, top, root, stop)
        self._hidden = _rule(hidden, top)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the store, in this process and others; it is made if there is none.

        Raises:
            CheckpointError: It cannot be made.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._folder / "held", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                self._make_ready()
            except BaseException:
                os.close(descriptor)
                raise
        except OSError as error:
            raise CheckpointError(f"cannot keep checkpoints in {self._folder}: {error.strerror}") from None
        try:
            yield
        finally:
            os.close(descriptor)

    def stage(self) -> Staged:
        """Read what has changed since the last time, and name the snapshot of now.

        Raises:
            CheckpointError: It cannot be read or kept.
        """
        listed = self._git.run(
            *("status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignored=matching"),
            *("--no-renames", "--ignore-submodules=all", "--", "."),
        )
        changed: list[str] = []
        gone: list[str] = []
        left_out: dict[str, str] = {}
        modes: dict[str, int | None] = {}
        mask = self._mask()
        staged = False
        for record in listed.split(b"\0")[:-1]:
            mark, _, rest = record.partition(b" ")
            known = mark == b"1"
            path = self._inside(rest.split(b" ", 7)[7] if known else rest)
            if mark == b"!":
                left_out[path] = IGNORED
            elif path.endswith("/"):
                left_out[path] = REPOSITORY
            elif known and rest[1:2] == b"D":  # it may be beyond a link by now, so it is not looked for
                gone.append(path)
            elif (status := _lstat(self.root / path)) is None:
                staged = True
            elif known and rest[1:2] == b".":  # looked at before, by who did not make a checkpoint of it
                staged = True
                modes[path] = _unusual(status.st_mode, mask)
            elif reason := self._unfit(self.root / path, status):
                left_out[path] = reason
                if known:
                    gone.append(path)
            else:
                changed.append(path)
                modes[path] = _unusual(status.st_mode, mask)
        self._update(gone, "--force-remove")
        self._update(changed, "--add", "--replace", "--remove")
        if staged or gone or changed or (tree := self._head_tree()) is None:
            tree = self._git.run("write-tree").decode().strip()
        return Staged(tree, left_out, modes)

    def commit(self, tree: str, message: str) -> str:
        """Add a snapshot to the history.

        Args:
            tree: The snapshot.
            message: What is to be known of it.

        Returns:
            Its name in the history.
        """
        head = self.head
        parent = ("-p", head) if head else ()
        identity = self._git.run("commit-tree", *parent, tree, given=message.encode()).decode().strip()
        self._git.run("update-ref", "HEAD", identity)
        return identity

    def note(self, text: str) -> None:
        """Note what is under way, for whoever looks after we were cut off; nothing, if the text is empty."""
        try:
            if text:
                (self._folder / _UNDER_WAY).write_text(text)
            else:
                (self._folder / _UNDER_WAY).unlink(missing_ok=True)
        except OSError as error:
            raise CheckpointError(f"cannot keep checkpoints in {self._folder}: {error.strerror}") from None

    @property
    def noted(self) -> str:
        """What was noted last."""
        try:
            return (self._folder / _UNDER_WAY).read_text()
        except OSError:
            return ""

    @property
    def head(self) -> str:
        """Name of the newest snapshot in the history; empty if there is none."""
        try:
            name = (self._folder / "HEAD").read_text().strip().removeprefix("ref: ")
            return (self._folder / name).read_text().strip()
        except OSError:
            return ""

    @property
    def is_top(self) -> bool:
        """Whether no rules of a folder above the workspace hold in it."""
        return not self._prefix

    def history(self, most: int | None = None) -> list[tuple[str, str, str]]:
        """The snapshots in the history, oldest first: name, tree and message of each.

        Args:
            most: Only so many of the newest.
        """
        if not self.head:
            return []
        limit = [f"--max-count={most}"] if most is not None else []
        log = self._git.run("log", "-z", "--format=%H%n%T%n%B", *limit).decode("utf-8", "replace")
        rows = [record.split("\n", 2) for record in log.split("\0") if record]
        return [(identity, tree, message) for identity, tree, message in reversed(rows)]

    def changes(self, old: str, new: str) -> list[Change]:
        """What differs between two snapshots, by path."""
        if old == new:
            return []
        output = self._git.run(
            *("diff-tree", "-r", "-z", "--raw", "--numstat", "--no-abbrev", "--no-renames", "--relative"),
            *("--no-ext-diff", "--no-textconv", old, new),
        )
        return list(_changes(output.split(b"\0")[:-1]))

    def diff(self, old: str, new: str, most: int, paths: Sequence[str] = ()) -> str:
        """A unified diff of two snapshots, for a person.

        Args:
            old, new: The snapshots.
            most: Bytes after which it is cut, and then it says so.
            paths: Only these files, of which the first 1,000 count; all if there are none.
        """
        output = self._git.beginning(
            *("diff-tree", "-r", "-p", "--no-color", "--no-renames", "--relative"),
            *("--no-ext-diff", "--no-textconv", old, new, "--", *paths[:_MOST_NAMED]),
            most=most + 1,
        )
        text = output[:most].decode("utf-8", "replace")
        return f"{text}\n… the rest of the diff is left out: it is too long\n" if len(output) > most else text

    @contextmanager
    def contents(self) -> Iterator[Callable[[Kept], bytes]]:
        """Read what files of snapshots hold, one after the other."""
        with self._git.conversing("cat-file", "--batch") as process:
            asked, answer = process.stdin, process.stdout
            assert asked is not None
            assert answer is not None

            def content(kept: Kept) -> bytes:
                try:
                    asked.write(f"{kept.blob}\n".encode())
                    asked.flush()
                    size = int(answer.readline().split()[2])
                    data = answer.read(size + 1)[:-1]
                except (OSError, ValueError, IndexError):
                    raise CheckpointError("what the checkpoint kept cannot be read") from None
                if len(data) != size:
                    raise CheckpointError("what the checkpoint kept cannot be read")
                return data

            yield content

    def new_mode(self, *, executable: bool) -> int:
        """Permissions that a new file gets."""
        return (0o777 if executable else 0o666) & ~self._mask()

    def _make_ready(self) -> None:
        if not self._top_file.exists():
            self._git.create(self._hidden)
            self._top_file.write_bytes(os.fsencode(self._top))  # last: with it the store is whole
        for stale in (*self._folder.glob("*.lock"), *self._folder.glob("refs/heads/*.lock")):
            stale.unlink(missing_ok=True)  # of a git that was killed: nobody else writes here now

    def _kept_top(self) -> Path | None:
        """The top as it was when the store was made: names in the snapshots begin there."""
        try:
            return Path(os.fsdecode(self._top_file.read_bytes()))
        except OSError:
            return None

    def _mask(self) -> int:
        # The mask of the process can only be read by changing it; a folder that git made shows it.
        return 0o777 & ~(self._folder / "objects").stat().st_mode

    def _head_tree(self) -> str | None:
        last = self.history(1)
        return last[0][1] if last else None

    def _inside(self, path: bytes) -> str:
        return os.fsdecode(path.removeprefix(self._prefix))

    def _unfit(self, path: Path, status: os.stat_result) -> str:
        """Why a file cannot be kept; empty if it can."""
        if stat.S_ISLNK(status.st_mode):
            return ""
        if not stat.S_ISREG(status.st_mode):
            return SPECIAL
        if status.st_size > self._largest:
            return self._too_large
        return "" if os.access(path, os.R_OK) else UNREADABLE

    def _update(self, paths: list[str], *how: str) -> None:
        if paths:
            packed = {"bigFileThreshold": "1"} if len(paths) >= _PACKED else {}
            given = b"".join(os.fsencode(path) + b"\0" for path in paths)
            self._git.run("update-index", "-z", *how, "--stdin", given=given, **packed)


def _top(root: Path) -> Path:
    """The top of the repository around a workspace: its .gitignore files hold there. Else the workspace."""
    for folder in (root, *root.parents):
        if os.path.lexists(folder / ".git"):
            return root if hidden_by_rules(root) else folder
    return root


def _rule(hidden: Path, top: Path) -> str:
    if not hidden.is_relative_to(top) or hidden == top:
        return ""
    return "/" + re.sub(r"([\\*?\[\] ])", r"\\\1", hidden.relative_to(top).as_posix()) + "/\n"


def _lstat(path: Path) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except OSError:
        return None


def _unusual(mode: int, mask: int) -> int | None:
    usual = (0o777 if mode & 0o100 else 0o666) & ~mask
    return None if stat.S_ISLNK(mode) or stat.S_IMODE(mode) == usual else stat.S_IMODE(mode)


def _changes(fields: list[bytes]) -> Iterator[Change]:
    """Changes as git lists them: first kinds and names, then counts of lines."""
    kinds = {b"A": "created", b"D": "deleted"}
    raw: dict[bytes, tuple[Kind, Kept | None, Kept | None]] = {}
    position = 0
    while position < len(fields) and fields[position].startswith(b":"):
        old_mode, new_mode, old, new, letter = fields[position][1:].split(b" ")
        kind: Kind = kinds.get(letter, "changed")  # type: ignore[assignment]  # a value of the table above
        raw[fields[position + 1]] = kind, _kept(old_mode, old), _kept(new_mode, new)
        position += 2
    for field in fields[position:]:
        added, removed, path = field.split(b"\t", 2)
        kind, before, after = raw[path]
        yield Change(
            os.fsdecode(path),
            kind,
            before,
            after,
            *(int(count) if count != b"-" else 0 for count in (added, removed)),
        )


def _kept(mode: bytes, blob: bytes) -> Kept | None:
    return None if mode.decode() == _ABSENT else Kept(int(mode, 8), blob.decode())
