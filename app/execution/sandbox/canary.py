"""A command that tries what a sandbox must not let it: only what happens tells whether one holds."""

from __future__ import annotations

import asyncio
import os
import secrets
import shlex
import socket
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from app.execution.commands import CommandError, CommandRunner
from app.execution.sandbox.confinement import Sandbox
from app.execution.sandbox.places import Places, within

_PATIENCE = 20.0  # seconds; a machine that is busy must not lose its sandbox
_LONGEST = 200  # characters of a complaint
_NOBODY = 9  # a port where nobody listens
_TRIES = """
import socket, sys
inside, port, *outside = sys.argv[1:]
for path in outside:
    try: open(path, "x").close()
    except OSError: pass
try: socket.create_connection(("127.0.0.1", int(port)), 2).close()
except OSError: pass
open(inside, "x").close()
"""


async def flaw(sandbox: Sandbox, places: Places, *, network: bool) -> str:
    """What is wrong with a sandbox; empty if it holds.

    Args:
        sandbox: The sandbox.
        places: What it was made for.
        network: Commands in it have the network, so that this is not tried.
    """
    trial = _Trial(places)
    try:
        complaint = await _run(sandbox, trial.command, places.workspace)
        return await asyncio.to_thread(trial.verdict, complaint, network)
    finally:
        await asyncio.to_thread(trial.clean_up)


class _Trial:
    """What the canary tries, and what came of it."""

    def __init__(self, places: Places) -> None:
        name = f".sawhorse-probe-{secrets.token_hex(4)}"
        writable = (*places.roots, places.scratch)
        around = (places.workspace.parent, Path.home(), Path(tempfile.gettempdir()))
        self._inside = places.workspace / name
        self._outside = [
            each / name for each in around if os.access(each, os.W_OK) and not within(each, writable)
        ]
        self._can_be_written = os.access(places.workspace, os.W_OK)
        self._listener = socket.socket()
        self._listener.setblocking(False)

    @property
    def command(self) -> str:
        """What the shell is told."""
        port = _NOBODY
        with suppress(OSError):  # there is no network at all
            self._listener.bind(("127.0.0.1", 0))
            self._listener.listen()
            port = self._listener.getsockname()[1]
        python = os.path.realpath(sys.executable)
        return shlex.join([python, "-I", "-S", "-c", _TRIES, *map(str, [self._inside, port, *self._outside])])

    def verdict(self, complaint: str, network: bool) -> str:
        """What is wrong, as seen from outside."""
        if any(path.exists() for path in self._outside):
            return "it lets commands write outside the workspace"
        if not network and self._was_reached():
            return "it lets commands reach the network"
        if self._can_be_written and not self._inside.exists():
            return f"commands cannot run in it{': ' if complaint else ''}{complaint}"
        return ""

    def clean_up(self) -> None:
        """Leave nothing behind."""
        self._listener.close()
        for path in (self._inside, *self._outside):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _was_reached(self) -> bool:
        with suppress(OSError):
            self._listener.accept()[0].close()
            return True
        return False


async def _run(sandbox: Sandbox, command: str, workspace: Path) -> str:
    """Run a command in a sandbox. What it or the sandbox complained of."""
    runner = CommandRunner()
    with tempfile.TemporaryDirectory(prefix="sawhorse-") as folder:
        spool = Path(folder, "canary.out")
        try:
            outcome = await runner.run(
                command, cwd=workspace, spool=spool, timeout=_PATIENCE, sandbox=sandbox
            )
        except CommandError as error:
            return str(error)
        finally:
            await runner.close()
        said = outcome.complaint or await asyncio.to_thread(spool.read_text, errors="replace")
    last = said.strip().rpartition("\n")[2]  # of a traceback, the line that says it
    return " ".join(last[-_LONGEST:].split())
