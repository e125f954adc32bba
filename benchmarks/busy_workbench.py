"""The workbench with four panes whose commands print twenty lines a second, from a SIGUSR1 on.

    python -m benchmarks.busy_workbench FOLDER MODEL

The engine runs no command while a model answers, so these are told to the screen from here: real commands of
our own, in real panes.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from textual import on

from app.execution.commands import CommandRunner
from app.session.session import Session
from app.settings.load import load
from app.trajectory.effects import Effects
from app.trajectory.events import Record, ToolRequested, ToolStarted
from app.workbench import Workbench

COMMANDS = 4
COMMAND = "while sleep 0.05; do echo $((n += 1)) a line of the compiler, printed by and by; done"
_LONGEST = 600.0  # seconds


class BusyWorkbench(Workbench):
    """Runs the commands beside whatever its session does."""

    @on(Workbench.Opened)
    def _await_signal(self, event: Workbench.Opened) -> None:
        commands = threading.Thread(target=lambda: asyncio.run(_run_commands(event.session)), daemon=True)
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, commands.start)


async def _run_commands(session: Session) -> None:
    runner = CommandRunner()
    with TemporaryDirectory() as folder:
        await asyncio.gather(*(_run(session, runner, Path(folder), f"busy-{n}") for n in range(COMMANDS)))


async def _run(session: Session, runner: CommandRunner, folder: Path, call: str) -> None:
    spool = folder / call
    effects = Effects(title=COMMAND, command=COMMAND, unknown=True)
    requested = ToolRequested(call, 0, "bash", {"command": COMMAND}, effects)
    session.events.put(Record(0, time.time(), requested))
    show = partial(session.events.put, Record(0, time.time(), ToolStarted(call, str(spool))))
    await runner.run(COMMAND, cwd=folder, spool=spool, timeout=_LONGEST, started=lambda _: show())


def main(folder: str, model: str) -> None:
    """Run it as the program itself does."""
    gc.disable()  # the workbench turns it on again
    settings = load(os.environ, {"model.name": model, "approval.mode": "auto"}).settings
    BusyWorkbench(Path(folder), settings, os.environ).run()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
