"""The commands that need a terminal."""

from __future__ import annotations

import sys

from app.cli.parser import UsageError


def need_terminal(instead: str) -> None:
    """Refuse to begin where there is none.

    Args:
        instead: What can be done without.

    Raises:
        UsageError: There is none.
    """
    # Textual draws on standard error
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(f"the workbench needs a terminal; {instead}")
