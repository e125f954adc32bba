"""The real command, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.main import main

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


@pytest.fixture
def called(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Sawhorse:
    """Runs `sawhorse` with arguments in this process: quicker, for commands that leave nothing behind."""

    def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        code = main(arguments)
        told, errors = capfd.readouterr()
        return subprocess.CompletedProcess(arguments, code, told, errors)

    return run
