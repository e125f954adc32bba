"""Where each command of a plain script runs, as far as `cd` in it tells."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from app.approval.places import Here
from app.approval.shell.script import SimpleCommand

_MOST = 16
_UNKNOWN = frozenset({os.sep})  # from here, no path with a folder in it leads into the workspace


def folders(commands: Iterable[SimpleCommand], here: Here) -> Iterator[tuple[SimpleCommand, frozenset[str]]]:
    """Each command with the folders it may start in.

    Behind `cd x &&` that is x; behind any other operator `cd` may have failed, or have been in a subshell.

    Args:
        commands: The commands of a plain script.
        here: Where the first one runs.
    """
    now = frozenset({here.cwd})
    failed: frozenset[str] = frozenset()
    for command in commands:
        if command.after != "&&":
            now, failed = now | failed, frozenset()
        if len(now) > _MOST:
            now = _UNKNOWN
        yield command, now
        if target := cd_target(command.texts):
            failed |= now
            now = frozenset(os.path.normpath(os.path.join(folder, target)) for folder in now)


def cd_target(texts: tuple[str, ...]) -> str:
    """The folder that a `cd` names; empty if the command is none, or where it leads is not in its words."""
    match texts:
        case ("cd", target) | ("cd", "--", target) if target and not target.startswith("-"):
            return target
        case _:
            return ""
