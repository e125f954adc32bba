"""What a run is called on the command line: its file, its folder, or the id of a session of ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.settings.checks import SettingsError
from app.settings.places import expanded, sessions_directory
from app.trajectory.lines import located
from app.trajectory.sessions import TRAJECTORY, named

_SHOWN = 5


def find(name: str, environ: Mapping[str, str]) -> Path:
    """The run that a person means.

    Args:
        name: A file, the folder of a session, a folder that is a run of another agent, or the id of a session
            of ours or an end of it. A file that is there counts before an id.
        environ: Says where sessions are.

    Returns:
        A file, or a folder that holds no trajectory of ours. A trajectory of ours may be a compressed one.

    Raises:
        LookupError: There is none, or there are several. One line that says what to do.
    """
    try:
        path = expanded(name).absolute()
        sessions = sessions_directory(environ)
    except SettingsError as error:
        raise LookupError(str(error)) from None
    try:
        if located(path / TRAJECTORY).is_file():
            return path / TRAJECTORY
        if name and located(path).exists():
            return path
        found = [] if "/" in name else named(sessions, name)
    except OSError as error:
        raise LookupError(f"cannot look for {name}: {error.strerror}") from None
    if len(found) > 1:
        ids = ", ".join(each.parent.name for each in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise LookupError(f"{name} may be {ids}{more}; give more of the id")
    if not found:
        raise LookupError(
            f"there is no file {path}"
            if "/" in name
            else f"there is no file {name}, nor a session of that id; `sawhorse trajectory list` shows all"
        )
    return found[0]
