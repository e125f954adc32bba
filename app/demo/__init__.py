"""A small project with a failing test, and a script by which a model repairs it: real tools, no network."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

SCENARIO = Path(__file__).parent / "scenario.json"
TASK = "One test of this project fails. Find out why, repair it, and show that the tests pass."


def copy_project() -> Path:
    """Copy the sample project into a new temporary folder.

    Returns:
        The folder. It is the caller's to remove.
    """
    folder = Path(tempfile.mkdtemp(prefix="sawhorse-demo-")) / "shop"
    shutil.copytree(
        Path(__file__).parent / "project", folder, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
    )
    return folder
