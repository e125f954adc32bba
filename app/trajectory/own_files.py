"""Which files a run may lead to."""

from __future__ import annotations

import os
from pathlib import Path


def is_own_file(name: str, folder: Path) -> bool:
    """Whether a file that a run names is in its folder, also where links end: a stranger may name any file.

    Args:
        name: As the run has it, from the folder on.
        folder: Of the run.
    """
    try:
        return Path(os.path.realpath(folder / name)).is_relative_to(os.path.realpath(folder))
    except ValueError:  # a character that is in the name of no file
        return False
