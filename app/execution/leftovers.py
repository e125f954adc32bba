"""Processes that left the group of their command, as a daemon does: found by a mark in their environment."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

MARK = "SAWHORSE_CALL"
"""The variable that every process of a command inherits; its value is the command's own."""

PATIENCE = 0.3
"""Seconds for what a command left running to end by itself."""

_LOOK = 0.01  # seconds
_LAST_MOMENTS = 0.1  # seconds in which a program that has closed its output comes to its end
_ROUNDS = 20  # a process may start another between the look and the signal
_MOMENT = 0.001  # seconds
_LOOKS = 500  # before a process that is held up while it becomes another program is given up


def can_tell() -> bool:
    """Whether the kernel lets us see the environment of processes: Linux does."""
    return os.path.isdir("/proc/self")


def marked(mark: str) -> list[int]:
    """The processes whose environment carries a mark; none where the kernel does not tell.

    Args:
        mark: The value that was given to one command.
    """
    wanted = f"{MARK}={mark}".encode()
    found, seen = list[int](), set[str]()
    for _ in range(_LOOKS if can_tell() else 0):
        # One may start another and be gone before we come to it: done is who sees no new one.
        new = {name for name in os.listdir("/proc") if name.isdigit()} - seen
        if not new:
            break
        carries = {name: _carries(name, wanted) for name in new}
        found += [int(name) for name, does in carries.items() if does]
        seen |= {name for name, does in carries.items() if does is not None}
        if None in carries.values():
            time.sleep(_MOMENT)
    return found


def _carries(process: str, wanted: bytes) -> bool | None:
    """Whether a process has a variable; None while it is just becoming another program. proc_pid_stat(5)."""
    with suppress(OSError, IndexError):  # gone meanwhile, or somebody else's
        if environment := Path(f"/proc/{process}/environ").read_bytes():
            return wanted in environment.split(b"\0")
        fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
        memory, code, start, end = fields[20], fields[23], fields[47], fields[48]
        # The kernel says where the environment begins, then where it ends, and last where the code is.
        if memory != b"0" and (start != end or code == b"0"):
            return None
    return False


def end_marked(mark: str, grace: float, spared: Collection[int] = ()) -> bool:
    """Leave no process that carries a mark. Blocks: not for an event loop.

    Args:
        mark: The value that was given to one command.
        grace: Seconds they get to end by themselves.
        spared: Processes that carry it and stay.

    Returns:
        Whether there was any.
    """
    if _is_gone(mark, spared, _LAST_MOMENTS) or not _signal_marked(mark, signal.SIGTERM, spared):
        return False
    _is_gone(mark, spared, grace)
    for _ in range(_ROUNDS):
        if not _signal_marked(mark, signal.SIGKILL, spared):
            break
        time.sleep(_LOOK)
    return True


def _is_gone(mark: str, spared: Collection[int], patience: float) -> bool:
    """Wait until no process carries a mark, but some that may; whether it came to that in time."""
    deadline = time.monotonic() + patience
    while not set(spared).issuperset(marked(mark)):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_LOOK)
    return True


def ask_again(processes: Collection[int]) -> None:
    """Ask those to end again that cannot have heard it, for they would have ended.

    A shell that has a trap of its own loses a signal between its fork and the program that follows, or just
    before, when it first waits for that program.

    Args:
        processes: Their numbers.
    """
    for process in processes:
        with suppress(OSError):  # gone meanwhile
            lines = Path(f"/proc/{process}/status").read_text().splitlines()
            caught_or_ignored = (
                int(line[8:], 16) for line in lines if line.startswith(("SigCgt:", "SigIgn:"))
            )
            if not any(mask >> (signal.SIGTERM - 1) & 1 for mask in caught_or_ignored):
                os.kill(process, signal.SIGTERM)


def _signal_marked(mark: str, number: signal.Signals, spared: Collection[int]) -> bool:
    """Send a signal to every process that carries a mark, but to some. Whether there was any."""
    processes = set(marked(mark)).difference(spared)
    for process in processes:
        with suppress(OSError):
            os.kill(process, number)
    return bool(processes)
