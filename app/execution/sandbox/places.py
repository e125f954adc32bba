"""The folders and files that a sandbox treats unlike the rest."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """Where a command may write, and what it must not touch or see. Everything else it can read.

    All are real absolute paths. Only the first two must exist.

    Args:
        workspace: The folder that commands work in.
        scratch: The folder that is their `/tmp`.
        writable: Further folders they write in.
        protected: What they can neither change nor make, although it lies where they write.
        hidden: What they do not see.
        shown: What they do see of that.
    """

    workspace: Path
    scratch: Path
    writable: tuple[Path, ...] = ()
    protected: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()
    shown: tuple[Path, ...] = ()

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders of the person that commands write in."""
        return (self.workspace, *self.writable)


def within(path: Path, folders: Iterable[Path]) -> bool:
    """Whether a path is one of the folders, or lies in one."""
    return any(path.is_relative_to(folder) for folder in folders)


def real(path: Path) -> Path:
    """Where a path leads; for one that does not exist, where it would be made."""
    return Path(os.path.realpath(path))


def unfit(folder: str, home: Path) -> str:
    """Why a folder cannot be one that commands write in; empty if it can.

    Args:
        folder: As a person gave it.
        home: Their home.
    """
    path = Path(folder)
    if not path.is_absolute():
        return "is no absolute path"
    path = real(path)
    if path == Path("/") or real(home).is_relative_to(path):
        return "holds the home folder" if path != Path("/") else "is everything"
    return "" if path.is_dir() else "is no folder"
