"""The real command, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Sawhorse = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def sawhorse(tmp_path: Path) -> Sawhorse:
    """Runs `sawhorse` with arguments, in an empty folder."""
    folder = tmp_path / "cwd"
    folder.mkdir()

    def run(
        *arguments: str, text: str | None = None, cwd: Path = folder, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app", *arguments],
            input=text if text is not None else "",
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
