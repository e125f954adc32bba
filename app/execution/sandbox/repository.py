"""What git runs or obeys in a workspace, so that a command may commit but not plant anything.

Only the repository at the root of the workspace is looked at. Whoever can write in a `.git` can also break
it, so that git takes the folder around it for a bare repository, with a config of its own: who starts git
where a command has run that they do not trust should set `safe.bareRepository=explicit`. A file `commondir`
in a `.git` that has none would do the same: it cannot be kept from being made, and is taken away afterwards.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.execution.sandbox.places import real

_OBEYED = ("hooks", "config")
_OBEYED_IF_THERE = ("config.worktree", "commondir", "modules", "worktrees")
_HAS_SECOND_CONFIG = b"worktreeconfig"
_OF_A_LINKED_ONE = ("commondir", "gitdir", "config.worktree")
_COMMITTED_TO = ("objects", "refs", "logs")
_LONGEST = 4096  # bytes of a file that holds a path


@dataclass(frozen=True, slots=True)
class Repository:
    """Parts of a repository.

    Args:
        writable: Folders outside the workspace that a commit is written to.
        protected: What makes git run something. What does not exist must not be made.
        planted: What git would obey, too, is not there, and has no reason to come.
    """

    writable: tuple[Path, ...] = ()
    protected: tuple[Path, ...] = ()
    planted: tuple[Path, ...] = ()

    def clean_up(self) -> None:
        """Take away what commands have planted."""
        for path in self.planted:
            with suppress(OSError):
                path.unlink()


def repository(workspace: Path) -> Repository:
    """The repository whose `.git` is in a workspace, or would be.

    Args:
        workspace: Its real path.
    """
    git = workspace / ".git"
    if git.is_file() and not git.is_symlink() and (linked := _linked(git)):
        return linked
    if not git.is_dir() or git.is_symlink():
        return Repository(protected=(git,))
    obeyed = [git / name for name in _OBEYED]
    # A link among them could be replaced, for nothing can be mounted on a link.
    if not obeyed[1].is_file() or any(path.is_symlink() for path in obeyed):
        return Repository(protected=(git,))
    there = (git / name for name in _OBEYED_IF_THERE if (git / name).exists())
    planted = ["commondir"]
    with suppress(OSError):
        if _HAS_SECOND_CONFIG in obeyed[1].read_bytes().lower():
            planted.append("config.worktree")
    missing = (git / name for name in planted if not os.path.lexists(git / name))
    return Repository(protected=(*obeyed, *there), planted=tuple(missing))


def linked_to(git: Path) -> tuple[Path, Path] | None:
    """Where a linked working tree keeps what is its own, and the repository it belongs to.

    Args:
        git: Its `.git`, a file that anybody can write.

    Returns:
        None if the repository does not know it.
    """
    own = _path_in(git, "gitdir:")
    if own is None or _path_in(own / "gitdir") != git:
        return None
    common = _path_in(own / "commondir")
    return (own, common) if common is not None and own.parent == common / "worktrees" else None


def _linked(git: Path) -> Repository | None:
    """What a linked working tree commits to."""
    if (found := linked_to(git)) is None:
        return None
    own, common = found
    writable = (own, *(path for name in _COMMITTED_TO if (path := common / name).is_dir()))
    there = (path for name in _OF_A_LINKED_ONE if (path := own / name).exists())
    return Repository(writable, (git, *there))


def _path_in(file: Path, key: str = "") -> Path | None:
    """The real path that a file of git's holds after a key."""
    with suppress(OSError, ValueError):
        with file.open(encoding="utf-8", errors="surrogateescape") as text:
            line = text.read(_LONGEST)
        if line.startswith(key) and (path := line.removeprefix(key).strip()):
            return real(file.parent / path)
    return None
