"""The real program in a pty."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal

Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Makes a terminal that runs `sawhorse` with arguments; temporary files stay in the test's folder."""

    def terminal(*arguments: str, columns: int = 120, rows: int = 36, **environ: str) -> Terminal:
        root = str(Path(__file__).parents[2])
        hidden = ("TEXTUAL", "COLUMNS", "LINES", "PYTHONDONTWRITEBYTECODE")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        return Terminal(
            [sys.executable, "-m", "app", *arguments],
            {**inherited, "PYTHONPATH": root, "TMPDIR": str(tmp_path), **environ},
            columns=columns,
            rows=rows,
            cwd=tmp_path,
        )

    return terminal
