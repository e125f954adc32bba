"""The session, or the run, that the command line says to go on with."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.cli.named_run import named_run
from app.cli.parser import UsageError
from app.settings.places import expanded, sessions_directory
from app.trajectory.events import SessionStarted
from app.trajectory.fork import Fork
from app.trajectory.sessions import TRAJECTORY, beginning, named, newest_in

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Resumed:
    """What goes on, in which folder, and with which model where none is chosen.

    Args:
        workspace: The folder it works in.
        model: The model it began with; empty if that is not one of ours.
        trajectory: That of a session that goes on; None if another begins.
        fork: Where the other one branches off.
    """

    workspace: Path
    model: str
    trajectory: Path | None = None
    fork: Fork | None = None


def resumed(chosen: Namespace, environ: Mapping[str, str], workspace: Path, *, given: bool) -> Resumed:
    """The session that `--continue` or `--resume` means.

    Args:
        chosen: The command line.
        environ: Says where sessions are.
        workspace: The folder to work in.
        given: It was named, rather than being the one the person is in.

    Raises:
        UsageError: There is none, or there are several.
    """
    sessions = sessions_directory(environ)
    if chosen.resume is not None:
        trajectory = _named(sessions, chosen.resume)
    else:
        newest = newest_in(sessions, workspace)
        if newest is None:
            raise UsageError(f"no session in {workspace} was recorded; leave --continue out to begin one")
        trajectory = newest
    began = beginning(trajectory)
    if not isinstance(began, SessionStarted):
        raise UsageError(f"{trajectory} is not the recording of a session")
    folder = Path(began.workspace)
    if not folder.is_dir():
        raise UsageError(f"the session worked in {folder}, which is not there any more")
    if given and folder != workspace:
        raise UsageError(f"the session worked in {folder}, not in {workspace}; leave the folder out")
    return Resumed(folder, began.model, trajectory)


def branched(chosen: Namespace, environ: Mapping[str, str], workspace: Path, *, given: bool) -> Resumed:
    """The run that `--fork` means.

    Args:
        chosen: The command line.
        environ: Says where sessions are.
        workspace: The folder to work in.
        given: It was named, rather than being the one the person is in.

    Raises:
        UsageError: There is none, or there are several.
    """
    return at_fork(Fork(named_run(chosen.fork, environ), chosen.at), workspace, given=given)


def at_fork(fork: Fork, workspace: Path, *, given: bool = False) -> Resumed:
    """What branches off there. From a session of ours it works in its folder, unless another is named."""
    began = beginning(fork.trajectory) if fork.trajectory.is_file() else None
    if began is None:
        return Resumed(workspace, "", fork=fork)
    folder = Path(began.workspace)
    return Resumed(workspace if given or not folder.is_dir() else folder, began.model, fork=fork)


def _named(sessions: Path, name: str) -> Path:
    if "/" in name:
        path = expanded(name).absolute()
        return path / TRAJECTORY if path.is_dir() else path
    found = named(sessions, name)
    if not found:
        raise UsageError(f"there is no session {name} in {sessions}; give its id, an end of it, or its file")
    if len(found) > 1:
        ids = ", ".join(path.parent.name for path in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise UsageError(f"{name} may be {ids}{more}; give more of the id")
    return found[0]
