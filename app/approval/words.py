"""The simple commands of a shell command, for those who can do nothing with one that is not clear."""

from __future__ import annotations

from app.approval.shell.parser import parse
from app.approval.shell.script import SimpleCommand
from app.approval.shell.words import Word

__all__ = ["SimpleCommand", "UnclearError", "Word", "simple_commands"]


class UnclearError(Exception):
    """The command cannot be cut into words with certainty; the message says why, for a person."""


def simple_commands(command: str) -> tuple[SimpleCommand, ...]:
    """Every simple command found anywhere in a command.

    Raises:
        UnclearError: It is broken, or holds substitutions, here-documents or function definitions.
    """
    script = parse(command)
    if script.unclear:
        raise UnclearError(script.unclear)
    return script.commands
