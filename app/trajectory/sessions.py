"""The sessions that were recorded: one folder each, whose name says when it began."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.trajectory.events import SessionStarted
from app.trajectory.lines import located
from app.trajectory.reader import read

TRAJECTORY = "trajectory.jsonl"


def newest_in(sessions: Path, workspace: Path) -> Path | None:
    """The trajectory of the last session in a workspace, given by its real path; None if there is none."""
    for path in _newest_first(sessions):
        began = beginning(path)
        if began is not None and Path(began.workspace) == workspace:
            return path
    return None


def named(sessions: Path, identity: str) -> list[Path]:
    """The trajectories of the sessions whose id is this, or else begins or ends with it."""
    found = [path for path in _newest_first(sessions) if identity and _has(path.parent.name, identity)]
    exact = [path for path in found if path.parent.name == identity]
    return exact or found


def beginning(trajectory: Path) -> SessionStarted | None:
    """How a session began; None if the file cannot be read, or is not the recording of one."""
    try:
        first = next(read(trajectory, 0, 1), None)
    except OSError:
        return None
    return first.event if first is not None and isinstance(first.event, SessionStarted) else None


def _newest_first(sessions: Path) -> Iterator[Path]:
    folders = sorted(sessions.iterdir(), reverse=True) if sessions.is_dir() else []
    for folder in folders:
        path = folder / TRAJECTORY
        if located(path).is_file():
            yield path


def _has(name: str, identity: str) -> bool:
    return name.startswith(identity) or name.endswith(identity)
