"""Processes that left the group of their command, as a daemon does: found by a mark in their environment."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

MARK = "SAWHORSE_CALL"
"""The variable that every process of a command inherits; its value is the command's own."""

_LOOK = 0.01  # seconds
_ROUNDS = 20  # a process may start another between the look and the signal


def marked(mark: str) -> list[int]:
    """The processes whose environment carries a mark. None where the kernel does not tell (other than Linux).

    Args:
        mark: The value that was given to one command.
    """
    wanted = f"{MARK}={mark}".encode()
    found = []
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
        if name.isdigit():
            with suppress(OSError):  # gone meanwhile, or somebody else's
                if wanted in Path(f"/proc/{name}/environ").read_bytes().split(b"\0"):
                    found.append(int(name))
    return found


def end_marked(mark: str, grace: float) -> bool:
    """Leave no process that carries a mark. Blocks: not for an event loop.

    Args:
        mark: The value that was given to one command.
        grace: Seconds they get to end by themselves.

    Returns:
        Whether there was any.
    """
    if not _signal_marked(mark, signal.SIGTERM):
        return False
    patience = time.monotonic() + grace
    while marked(mark) and time.monotonic() < patience:
        time.sleep(_LOOK)
    for _ in range(_ROUNDS):
        if not _signal_marked(mark, signal.SIGKILL):
            break
        time.sleep(_LOOK)
    return True


def _signal_marked(mark: str, number: signal.Signals) -> bool:
    """Send a signal to every process that carries a mark. Whether there was any."""
    processes = marked(mark)
    for process in processes:
        with suppress(OSError):
            os.kill(process, number)
    return bool(processes)
