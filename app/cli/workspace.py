"""The folder that the command line says to work in."""

from __future__ import annotations

import stat
from pathlib import Path

from app.cli.parser import UsageError
from app.settings.places import expanded, in_utf8

_SHOWN = 80  # characters


def workspace_of(path: str, hint: str) -> Path:
    """The folder a person names, with `~` and links resolved.

    Args:
        path: As it was typed.
        hint: What to do if it cannot be used.

    Raises:
        UsageError: It is no folder that can be used.
        SettingsError: Its name cannot be used.
    """
    try:
        folder = expanded(path)
        if stat.S_ISDIR(folder.stat().st_mode):
            return in_utf8(folder.resolve())
        what = "is not a folder"
    except FileNotFoundError:
        what = "does not exist"
    except OSError as error:
        what = f"cannot be used ({error.strerror})"
    shown = path if len(path) <= _SHOWN else path[: _SHOWN - 1] + "…"  # it may be a whole task
    raise UsageError(f"{shown} {what}; {hint}")
