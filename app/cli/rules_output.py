"""What all actions of `sawhorse rules` print with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.approval.rule_book import RuleBook
from app.terminal.text import safe_line


def say(line: str) -> None:
    """Print one line."""
    print(safe_line(line))


def tell(book: RuleBook) -> int:
    """Say what is wrong with the files of rules.

    Returns:
        The exit code: 1 if one of them is refused.
    """
    for problem in book.problems:
        print(f"sawhorse: {safe_line(problem)}", file=sys.stderr)
    return 1 if book.own.error or book.project.file.error else 0


def short(place: str) -> str:
    """A place as a person writes it, with `~` for their home."""
    home = str(Path.home())
    return f"~{place.removeprefix(home)}" if place.startswith(home + os.sep) else place
