"""The files that may be runs, each with what tells whether it has changed. None of them is opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from app.trajectory.lines import COMPRESSED
from app.trajectory.sessions import TRAJECTORY

_SKIPPED = frozenset({".git", "node_modules", "__pycache__", ".venv"})
_MOST = 200_000  # files below one folder
_DEEPEST = 12  # folders in each other
OWN_NAMES = (TRAJECTORY, TRAJECTORY + COMPRESSED)
"""What our recordings are called."""


class Stamp(NamedTuple):
    """What differs once a file has changed: bytes, nanoseconds since the epoch, and which file it is.

    Of a folder that is one run, those of its files together.
    """

    size: int
    changed: int
    inode: int


NEVER = Stamp(-1, 0, -1)
"""That of no file."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file, or a folder of files, that may be a run."""

    path: str
    stamp: Stamp
    is_folder: bool = False


def own(sessions: Path, problem: Callable[[str], None]) -> Iterator[Candidate]:
    """The recordings of our own sessions.

    Args:
        sessions: The folder with a folder for each.
        problem: Told what cannot be looked through.
    """
    for folder in _entries(str(sessions), problem):
        if (found := _recording(folder.path)) is not None:
            yield found


def below(root: Path, without: Path, problem: Callable[[str], None]) -> Iterator[Candidate]:
    """What may be a run in a folder and those in it. Links to folders are not followed.

    Args:
        root: The folder.
        without: One that is left out, wherever it is.
        problem: Told what cannot be looked through.
    """
    left = _MOST
    folders = [(str(root), 0)]
    while folders:
        folder, depth = folders.pop()
        if (recording := _recording(folder)) is not None:
            yield recording
            continue
        files = []
        inner = []
        for entry in _entries(folder, problem):
            try:
                if entry.is_dir(follow_symlinks=False):
                    inner.append(entry)
                elif entry.is_file():
                    files.append(Candidate(entry.path, _stamp(entry.stat())))
            except OSError:  # it has gone meanwhile
                continue
        if (whole := _as_one(folder, files, inner)) is not None:
            yield whole
        yield from files[:left]
        left -= len(files)
        if left <= 0:
            problem(f"{root} has more than {_MOST:,} files; the rest is left out")
            return
        if depth < _DEEPEST:
            folders += [
                (entry.path, depth + 1)
                for entry in inner
                if entry.name not in _SKIPPED and Path(entry.path) != without
            ]


def _recording(folder: str) -> Candidate | None:
    """The recording in the folder of a session of ours."""
    for name in OWN_NAMES:
        try:
            return Candidate(f"{folder}/{name}", _stamp(os.stat(f"{folder}/{name}")))
        except OSError:
            continue
    return None


def _as_one(folder: str, files: list[Candidate], inner: list[os.DirEntry[str]]) -> Candidate | None:
    """A folder whose files may be the events of one run: in it, or in a folder `events` in it."""
    events = [each for each in files if each.path.endswith(".json")]
    for entry in inner:
        if entry.name == "events":
            events += [
                Candidate(each.path, _stamp(each.stat()))
                for each in _entries(entry.path, lambda _: None)
                if each.name.endswith(".json") and each.is_file(follow_symlinks=False)
            ]
    if len(events) < 2:
        return None
    size = sum(each.stamp.size for each in events)
    return Candidate(
        folder, Stamp(size, max(each.stamp.changed for each in events), len(events)), is_folder=True
    )


def _entries(folder: str, problem: Callable[[str], None]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    except OSError as error:
        problem(f"cannot look through {folder}: {error.strerror}")
        return []


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ino)
