"""A copy of a folder to carry a run out in, from which nothing leads back into the folder."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.execution.sandbox.repository import linked_to

_OF_A_WORKING_TREE = ("HEAD", "index")
_OTHER_WORKING_TREES = "worktrees"


def fresh_copy(folder: Path) -> Path:
    """A copy of a folder in a new temporary one. It is the caller's to remove, with the folder around it.

    Links stay links; those into the folder lead into the copy. A linked working tree of git gets a repository
    of its own. What is neither file nor folder, such as a socket, is left out.

    Args:
        folder: Its real path.

    Raises:
        OSError: It cannot be copied.
    """
    around = Path(tempfile.mkdtemp(prefix="sawhorse-replay-")).resolve()
    copy = around / (folder.name or "workspace")

    def left_out(inside: str, names: Sequence[str]) -> set[str]:
        return {name for name in names if not _is_copied(Path(inside, name), around)}

    try:
        shutil.copytree(folder, copy, symlinks=True, ignore=left_out)
        _lead_back(folder, copy)
        _have_own_repository(folder / ".git", copy / ".git")
    except shutil.Error as error:  # a list of what could not be copied
        shutil.rmtree(around, ignore_errors=True)
        failed = error.args[0]
        files = "1 file" if len(failed) == 1 else f"{len(failed):,} files"
        raise OSError(0, f"{files} cannot be copied, such as {failed[0][0]}") from None
    except BaseException:
        shutil.rmtree(around, ignore_errors=True)
        raise
    return copy


def _is_copied(path: Path, around: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except OSError:  # it is told of by what copies it
        return True
    return path != around and (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))


def _lead_back(folder: Path, copy: Path) -> None:
    """Let links that lead into a folder lead into its copy."""
    for link in list(_links(copy)):
        meant = Path(os.path.realpath(folder / link.relative_to(copy)))
        if meant.is_relative_to(folder) and not Path(os.path.realpath(link)).is_relative_to(copy):
            link.unlink()
            link.symlink_to(copy / meant.relative_to(folder))


def _links(folder: Path) -> Iterator[Path]:
    for inside, folders, files in os.walk(folder):
        for name in (*folders, *files):
            if (path := Path(inside, name)).is_symlink():
                yield path


def _have_own_repository(git: Path, copy: Path) -> None:
    """Copy the repository of a linked working tree, too: a commit in the copy would be one in the folder."""
    if copy.is_symlink() or not copy.is_file() or (linked := linked_to(git)) is None:
        return
    own, common = linked
    copy.unlink()
    shutil.copytree(common, copy, symlinks=True, ignore=shutil.ignore_patterns(_OTHER_WORKING_TREES))
    for name in _OF_A_WORKING_TREE:
        if (own / name).is_file():
            shutil.copy2(own / name, copy / name)
