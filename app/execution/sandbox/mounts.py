"""What a command sees of the file system, as options of bubblewrap.

What is mounted over cannot be renamed, but what lies above it can, and takes it along. So each folder between
one that commands write in and one that is protected is mounted, too: onto itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.execution.sandbox.places import Places, real, within
from app.execution.sandbox.repository import Repository
from app.execution.sandbox.stand_ins import is_free
from app.execution.sandbox.ways_out import sockets

TMP = Path("/tmp")  # noqa: S108 - one of their own
"""The folder for what is temporary, as commands see it."""

_NAMES_OF_MACHINES = Path("/etc/resolv.conf")


@dataclass(frozen=True, slots=True)
class _Mount:
    """Something that lies over a path: a folder or file from outside, or an empty folder if there is none."""

    path: Path
    source: str | Path = ""
    writable: bool = False

    @property
    def options(self) -> tuple[str, ...]:
        if not self.source:
            return "--tmpfs", str(self.path)
        return "--bind" if self.writable else "--ro-bind", str(self.source), str(self.path)


def guarded(places: Places, git: Repository) -> list[Path]:
    """What commands must neither change nor make where they write; of what is missing, what has to be taken.

    Args:
        places: What is special.
        git: The repository in the workspace.
    """
    roots = (*places.roots, *git.writable)
    missing = (path for path in places.hidden if not path.exists())
    wanted = (path for path in (*places.protected, *git.protected, *missing) if within(path, roots))
    return [_uppermost_free(_followed(path), roots) for path in wanted]


def mounts(
    places: Places,
    git: Repository,
    protected: Sequence[Path],
    *,
    network: bool,
    prelude: str,
    goes_anywhere: bool,
) -> list[str]:
    """The options, from the root of the file system down: what is mounted later lies on top.

    Args:
        places: What is special.
        git: The repository in the workspace.
        protected: What commands must not change. Only what exists can be mounted over.
        network: The command may reach the network, and has to find the names of machines.
        prelude: A file that its shell reads; empty for none.
        goes_anywhere: The command has the right to enter folders that are closed to it.
    """
    roots = (*places.roots, *git.writable)
    masked = _folders_of_sockets()
    hidden = [path for path in places.hidden if path.exists()]
    emptied = [*masked, *(path for path in hidden if path.is_dir())]
    shown = [path for path in (*places.shown, Path(prelude)) if within(path, (*emptied, TMP))]
    if network and within(real(_NAMES_OF_MACHINES), masked):
        shown.append(real(_NAMES_OF_MACHINES))
    blocked = sockets((*emptied, *roots, TMP), goes_anywhere=goes_anywhere)
    blocked += [path for path in hidden if not path.is_dir()]

    made = [
        *(_Mount(path) for path in emptied),
        _Mount(real(TMP), places.scratch, writable=True),
        *(_Mount(path, path, writable=True) for path in (*roots, *_above([*protected, *hidden], roots))),
        *(_Mount(path, path) for path in (*shown, *protected) if path.exists()),
        *(_Mount(path, os.devnull) for path in blocked),
    ]
    made.sort(key=lambda mount: len(mount.path.parts))
    return [
        *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
        *(option for mount in made for option in mount.options),
        *(option for path in hidden if path.is_dir() for option in ("--remount-ro", str(path))),
        # What the kernel runs, such as core_pattern says, could be set there by root, even without a right.
        *("--remount-ro", "/proc"),
    ]


def _folders_of_sockets() -> list[Path]:
    """Where programs of the machine have theirs."""
    names = ("/run", "/var/run", os.environ.get("XDG_RUNTIME_DIR", ""))
    folders = {real(Path(name)) for name in names if os.path.isabs(name) and os.path.isdir(name)}
    return [path for path in folders if not within(path, folders - {path})]


def _followed(path: Path) -> Path:
    """What a link leads to, for nothing can be mounted on the link."""
    return real(path) if path.is_symlink() else path


def _uppermost_free(path: Path, roots: Sequence[Path]) -> Path:
    """The uppermost folder that would have to be made for a path to exist; the path itself if it does."""
    inside = (each for each in (*reversed(path.parents), path) if within(each.parent, roots))
    return next(filter(is_free, inside), path)


def _above(paths: Iterable[Path], roots: Sequence[Path]) -> set[Path]:
    """The folders in one of the roots that paths lie in."""
    found = {parent for path in paths for parent in path.parents}
    return {each for each in found if within(each.parent, roots) and each.is_dir()}
