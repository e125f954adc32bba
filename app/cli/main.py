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
    """
    from app.settings.checks import SettingsError

    chosen = parse(arguments)
    try:
        return _command(chosen.command)(chosen, os.environ)
    except (UsageError, SettingsError) as error:
        print(f"sawhorse: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # whoever read our output has gone; Python would complain again when it flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _command(name: str) -> Callable[[Namespace, Mapping[str, str]], int]:
    match name:
        case "run":
            from app.cli.sessions import run

            return run
        case "demo":
            from app.cli.sessions import demo

            return demo
        case "config":
            from app.cli.config import config

            return config
        case "tools":
            from app.cli.tools import tools

            return tools
        case _:
            from app.cli.sessions import workbench

            return workbench
