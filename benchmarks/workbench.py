"""The workbench in a pty, with a model that does what it is told, a folder of its own, and what is in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import flood_source
from benchmarks.keys import Program
from benchmarks.latency import Latency, Window, windows
from benchmarks.paced_model import serving
from benchmarks.timing import PYTHON, SAWHORSE, environment

MODEL = "openai/m"
START = (SAWHORSE, "--model", MODEL, "--mode", "auto")
FRAMES = ("env", "TEXTUAL_FPS=1000", "TEXTUAL_ANIMATIONS=none")
"""Starts another program with the frame clock of ours."""


class Bench:
    """A workbench that runs.

    Args:
        program: The program.
        folder: Its workspace.
        data: Where it records.

    Attributes:
        floods: The log of floods in the workspace.
        answers: The log of paced answers.
    """

    def __init__(self, program: Program, folder: Path, data: Path) -> None:
        self.program = program
        self.folder = folder
        self.floods = folder / "floods.log"
        self.answers = folder / "answers.log"
        self._data = data
        self._tasks = 0

    def give(self, task: str) -> None:
        """Type a task for the model, and send it."""
        self._tasks += 1
        self.program.send(f"{task}\r")

    def carry_out(self, task: str) -> None:
        """Give a task, wait until it is over, and until all of it is painted."""
        self.give(task)
        self.wait_until_over()

    def wait_until_over(self) -> None:
        """Wait until the task is over and painted."""
        self.program.wait_for(f"task {self._tasks} is over", seconds=120)
        self.program.settle()

    def idle(self, seconds: float) -> Latency:
        """Latency of keys while nothing else goes on."""
        return Latency.of(self.program.echoes(self.program.type_for(seconds)))

    def type_during(self, task: str, log: Path, count: int = 1) -> tuple[list[float], Window]:
        """Give a task and type until it has added so many lines to a log.

        Returns:
            Latencies of the keys between the begin of the first and the end of the last, and that time.
        """
        before = len(windows(log))
        self.give(task)
        presses = self.program.type_while(lambda: len(windows(log)) < before + count, seconds=60)
        self.program.wait(lambda: len(windows(log)) == before + count, 1, complaint=f"{task!r} did not end")
        new = windows(log)[before:]
        window = Window(
            min(one.begun for one in new), max(one.ended for one in new), sum(one.amount for one in new)
        )
        return self.program.echoes([press for press in presses if window.holds(press.when)]), window

    def spools(self) -> list[Path]:
        """The files of all outputs, in their order."""
        return sorted(self._data.glob("sessions/*/outputs/*.out"))


def flood_command(size: int, seconds: float = 0) -> str:
    """A command of the workspace that writes so many bytes."""
    return f"python flood_source.py floods.log {size} {seconds:g}"


@contextmanager
def workbench(*options: str, start: Sequence[str] = START) -> Iterator[Bench]:
    """Run the workbench; it has run a command already, so that all is loaded.

    Args:
        options: Of its command line.
        start: Starts it; the workspace and the options follow.
    """
    with TemporaryDirectory(prefix="sawhorse-benchmark-", ignore_cleanup_errors=True) as name:
        folder = Path(name, "workspace")
        folder.mkdir()
        shutil.copy(flood_source.__file__, folder)
        with serving(folder / "answers.log") as variables:
            environ = environment(
                SAWHORSE_DATA=f"{name}/data",
                PATH=f"{Path(PYTHON).parent}:{os.environ['PATH']}",
                **variables,
            )
            with Program([*start, str(folder), *options], environ, folder) as program:
                bench = Bench(program, folder, Path(name, "data"))
                program.wait_for("rec")
                bench.carry_out("run 1 echo ready")
                yield bench


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    whole = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            whole.update(piece)
    return whole.hexdigest()
