"""A folder as a model sees it: two levels of names."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from app.workspace.atomic import StoppedError
from app.workspace.ignore import Ignore, entries, hidden_by_rules
from app.workspace.names import printable
from app.workspace.opening import opened_folder

_MOST = 500


def list_folder(real: Path, shown: str, stop: threading.Event) -> str:
    """Names of what a folder holds, and of what its folders hold.

    Left out is what .gitignore leaves out, and what always asks.

    Args:
        real: Real path of the folder.
        shown: Its name for the model.
        stop: Set to give up.

    Raises:
        OSError: It cannot be listed.
    """
    with opened_folder(real):
        pass  # it is there, may be read, and is not a link
    ignore = Ignore.at(real, inherit=not hidden_by_rules(real))
    lines: list[str] = []
    count = 0
    for entry in entries(str(real), ignore):
        if stop.is_set():
            raise StoppedError
        below: list[os.DirEntry[str]] = []
        if entry.is_dir(follow_symlinks=False):
            below = entries(entry.path, ignore.within(entry.path))
        count += 1 + len(below)
        lines.append(_line(entry, 1))
        lines += [_line(inner, 2) for inner in below]
    if count > _MOST:
        lines = [*lines[:_MOST], f"[{count - _MOST:,} more; view a folder further down, or use glob]\n"]
    return f"{shown}/\n{''.join(lines)}" if lines else f"{shown}/ is empty, or holds only ignored files\n"


def _line(entry: os.DirEntry[str], depth: int) -> str:
    name = printable(entry.name)
    if entry.is_symlink():
        try:
            name += f" -> {printable(os.readlink(entry.path))}"
        except OSError:
            name += " -> ?"
    elif entry.is_dir(follow_symlinks=False):
        name += "/"
    return f"{'  ' * depth}{name}\n"
