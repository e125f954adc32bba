"""A workspace in a sandbox, and a folder beside it that nobody in there may touch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Said:
    """What a command came to."""

    code: int
    text: str
    blame: str
    cpu_time: float
    peak_memory: int


def give(path: Path | str, user: int) -> None:
    """Make something a user's. A machine where root cannot skips the test, and says so."""
    try:
        os.chown(path, user, user, follow_symlinks=False)
    except OSError:
        shutil.rmtree(path)
        pytest.skip(f"NOT TESTED: root has no right here to make anything user {user}'s")


class Cell:
    """The program that runs commands, as one user.

    Args:
        user: Number of the user.
    """

    def __init__(self, user: int) -> None:
        self.user = user
        self._home = tempfile.mkdtemp(prefix="sawhorse-home-", dir="/var/tmp")
        if os.geteuid() == 0:
            give(self._home, user)
        self._process = next(filter(None, map(self._start, (sys.executable, "/usr/bin/python3"))), None)

    def ask(self, **asked: object) -> dict[str, Any]:
        """Let commands run. A machine where this user has no Python skips the test, and says so."""
        if self._process is None:
            pytest.skip(f"NOT TESTED: user {self.user} cannot run Python here, or not read {ROOT}")
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.communicate(timeout=20)
        shutil.rmtree(self._home, ignore_errors=True)

    def _start(self, python: str) -> subprocess.Popen[str] | None:
        start = partial(
            subprocess.Popen[str],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": self._home, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **({"user": self.user, "group": self.user, "extra_groups": []} if os.geteuid() == 0 else {}),
        )
        try:
            with start(
                [python, "-c", "import tests.execution.sandbox.cell"], stderr=subprocess.DEVNULL
            ) as can:
                can.communicate()
            return start([python, "-m", "tests.execution.sandbox.cell"]) if can.returncode == 0 else None
        except (OSError, subprocess.SubprocessError):
            return None


class Jail:
    """A workspace in a sandbox of one kind, as one user.

    Args:
        cell: Runs the commands.
        kind: Of the sandbox.

    Attributes:
        there: What was in the workspace after the last command, while the sandbox was still there.
    """

    def __init__(self, cell: Cell, kind: str) -> None:
        self.kind = kind
        self.there: list[str] = []
        self.user = cell.user
        self._cell = cell
        # Not in the temporary folder, which a sandbox has one of its own of.
        self.folder = Path(tempfile.mkdtemp(prefix="sawhorse-jail-", dir="/var/tmp")).resolve()
        self.workspace, self.outside = self.folder / "workspace", self.folder / "outside"
        for folder in (self.workspace, self.outside):
            folder.mkdir()
        (self.outside / "old").write_text("old\n")
        self.own()

    def own(self) -> None:
        """Make everything in it the user's."""
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                give(path, self.user)

    def run(self, *commands: str, network: bool = False, **wish: object) -> list[Said]:
        """Run commands, one after the other.

        Args:
            commands: What the shell is told.
            network: They may reach the network.
            wish: What else is wanted of the sandbox.
        """
        answer = self._cell.ask(
            workspace=str(self.workspace),
            wish={"kind": self.kind, **wish},
            commands=commands,
            network=network,
        )
        if answer["kind"] != self.kind:
            pytest.skip(f"NOT TESTED: no {self.kind} for user {self.user}: {answer['reason']}")
        self.there = answer["there"]
        return [Said(*each) for each in answer["said"]]

    def says(self, command: str, **options: object) -> str:
        """What a command prints."""
        (said,) = self.run(command, **options)  # type: ignore[arg-type]  # what `run` takes
        return said.text

    def close(self) -> None:
        """Take it away."""
        shutil.rmtree(self.folder, ignore_errors=True)
