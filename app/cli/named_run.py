"""The run that FILE means on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.cli.parser import UsageError
from app.trajectory.library.naming import find


def named_run(name: str, environ: Mapping[str, str]) -> Path:
    """The file of a run, or the folder that is one.

    Raises:
        UsageError: There is none, or there are several.
    """
    try:
        return find(name, environ)
    except LookupError as error:
        raise UsageError(str(error.args[0])) from None
