"""What tests wait for and count: processes, files and threads."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.execution.running import RunningCommand


async def becomes(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for what happens in another process or thread."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """The same, where there is no event loop."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not become so"
        time.sleep(0.005)


async def appears(path: Path, text: bytes) -> None:
    """Wait until a file holds something."""
    await becomes(lambda: path.exists() and text in path.read_bytes())


def count_from_first_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time of a command begin once it says something: a busy machine takes long to start it."""
    exits = RunningCommand.exits

    async def exits_in_time(command: RunningCommand, seconds: float | None) -> bool:
        await becomes(lambda: command.has_exited or command._start.spool.stat().st_size > 0)
        return await exits(command, seconds)

    monkeypatch.setattr(RunningCommand, "exits", exits_in_time)


def long_time() -> str:
    """Seconds for `sleep` by which its process is known among all others."""
    return f"600.{secrets.randbelow(10**9):09}"


def alive(words: str) -> list[str]:
    """The processes with these words in their command line; no zombies."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,stat=,args="], capture_output=True, check=True).stdout
    rows = (line.split(None, 2) for line in table.decode(errors="replace").splitlines())
    return [" ".join(row) for row in rows if words in row[-1] and not row[1].startswith("Z")]


def open_files() -> int:
    """How many descriptors are open."""
    return len(os.listdir("/dev/fd"))


def threads() -> int:
    """How many threads there are, without those that event loops keep for later."""
    return sum(not thread.name.startswith("asyncio_") for thread in threading.enumerate())


def resources() -> tuple[int, int]:
    """Open files and threads."""
    return open_files(), threads()


def returned_to(before: tuple[int, int]) -> bool:
    """Whether there are no more of either than before; there are fewer once another test's have gone, too."""
    return all(now <= then for now, then in zip(resources(), before, strict=True))
