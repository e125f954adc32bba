"""What tests of searches share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.workspace.paths import Workspace
from app.workspace.search import Search

RIPGREP = shutil.which("rg")
needs_ripgrep = pytest.mark.skipif(RIPGREP is None, reason="this machine has no ripgrep")


def workspace_in(folder: Path) -> Path:
    """A new, empty workspace."""
    root = folder.resolve() / "ws"
    root.mkdir()
    return root


def search_by(program: str, root: Path, *, timeout: float = 30.0) -> Search:
    """A search by `ripgrep` or by our `own` program."""
    if program == "ripgrep" and RIPGREP is None:
        pytest.skip("this machine has no ripgrep")
    return Search(Workspace(root), ripgrep=program == "ripgrep", timeout=timeout)


def write(root: Path, files: dict[str, str | bytes]) -> None:
    """Make files, and the folders they lie in."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
