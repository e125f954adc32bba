"""Whether anything in a workspace has changed, told from the entries of its folders alone."""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from dataclasses import dataclass

_MOST = 5_000  # entries; of more, git's own index tells sooner
_SETTLED = 2_000_000_000  # nanoseconds: the coarsest clock of a file system that is still used


@dataclass(frozen=True, slots=True)
class Footprint:
    """Kind, size, times and place of every entry; two that are equal and settled are of equal workspaces.

    Args:
        entries: By path.
        settled: Nothing had changed shortly before, so that a later change must show.
    """

    entries: dict[str, tuple[int, int, int, int, int]]
    settled: bool


def footprint(root: str, skipped: Collection[str]) -> Footprint | None:
    """Look at every entry; None if that takes long, or something cannot be looked at.

    Args:
        root: Real path of the workspace.
        skipped: Folders to pass over, relative to it, each with a `/` at its end; `.git` always is.
    """
    now = time.time_ns()
    newest = 0
    entries: dict[str, tuple[int, int, int, int, int]] = {}
    ahead = [""]
    try:
        while ahead:
            folder = ahead.pop()
            with os.scandir(f"{root}/{folder}") as found:
                for entry in found:
                    path = folder + entry.name
                    is_folder = entry.is_dir(follow_symlinks=False)
                    if is_folder and path + "/" in skipped:
                        continue
                    status = entry.stat(follow_symlinks=False)
                    if entry.name == ".git":  # what git does in it is its own affair; that it is there counts
                        entries[path] = (status.st_mode, status.st_ino, 0, 0, 0)
                        continue
                    entries[path] = (
                        status.st_mode,
                        status.st_ino,
                        status.st_size,
                        status.st_mtime_ns,
                        status.st_ctime_ns,
                    )
                    newest = max(newest, status.st_ctime_ns)
                    if is_folder:
                        ahead.append(path + "/")
            if len(entries) > _MOST:
                return None
    except OSError:
        return None
    return Footprint(entries, settled=newest < now - _SETTLED)
