"""Run what the command line asks for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from app.cli.parser import UsageError, parse

if TYPE_CHECKING:
    from argparse import Namespace

USAGE = 2


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.

    Raises:
        OSError: The output cannot be written.
    """
    from app.settings.checks import SettingsError

    try:
        chosen = parse(arguments)
        return _command(chosen.command)(chosen, os.environ)
    except SystemExit as end:  # how the parser ends after help and after wrong usage
        return end.code if isinstance(end.code, int) else USAGE
    except (UsageError, SettingsError) as error:
        from app.terminal.text import safe_line

        print(f"sawhorse: {safe_line(str(error))}", file=sys.stderr)
        return USAGE


def _command(name: str) -> Callable[[Namespace, Mapping[str, str]], int]:
    match name:
        case "run":
            from app.cli.sessions import run

            return run
        case "demo":
            from app.cli.sessions import demo

            return demo
        case "undo":
            from app.cli.undo import undo

            return undo
        case "rules":
            from app.cli.rules import rules

            return rules
        case "config":
            from app.cli.config import config

            return config
        case "tools":
            from app.cli.tools import tools

            return tools
        case "view":
            from app.cli.view import view

            return view
        case "replay":
            from app.cli.replay import replay

            return replay
        case "trajectory":
            from app.cli.trajectory import trajectory

            return trajectory
        case _:
            from app.cli.sessions import workbench

            return workbench
