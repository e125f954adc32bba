"""Whether a program waits for a person to type: what the kernel says its processes are doing."""

from __future__ import annotations

import os
import platform
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from select import EPOLLIN, POLLIN

# Numbers of system calls: proc_pid_syscall(5) says which one a thread is blocked in.
_CALLS: dict[str, dict[str, tuple[int, ...]]] = {
    "x86_64": {"read": (0, 19), "poll": (7, 271), "select": (23, 270), "epoll": (232, 281, 441)},
    "aarch64": {"read": (63, 65), "poll": (73,), "select": (72,), "epoll": (22, 441)},
}
# Where in the kernel it is blocked, if system calls are hidden.
_CHANNELS = frozenset({"n_tty_read", "wait_woken", "tty_read"})
_MOST_WATCHED = 1024  # descriptors
_CONTROLLING = os.makedev(5, 0)  # /dev/tty


def waits_for_input(terminal: str, *, each_key: bool) -> bool:
    """Whether a thread in the foreground of a terminal is blocked until somebody types. Linux only.

    A read of the terminal counts, and a wait for nothing but the terminal. A wait for the terminal among
    other things counts only for a program that takes each key.

    Args:
        terminal: Its path.
        each_key: The program has turned line editing off.
    """
    try:
        device = os.stat(terminal).st_rdev
    except OSError:  # it is gone
        return False
    return any(_is_blocked(thread, device, each_key) for thread in _sleeping(device))


def _sleeping(terminal: int) -> Iterator[Path]:
    """The sleeping threads of the group in the foreground of a terminal."""
    major, minor = os.major(terminal), os.minor(terminal)
    number = (minor & 0xFF) | major << 8 | (minor & ~0xFF) << 12  # as the kernel writes it there
    for name in os.listdir("/proc"):
        process = Path("/proc", name)
        if name.isdigit() and _is_in_front(process, number):
            with suppress(OSError):  # gone meanwhile
                yield from (
                    thread for thread in (process / "task").iterdir() if _status(thread)[:1] == [b"S"]
                )


def _is_in_front(process: Path, terminal: int) -> bool:
    with suppress(ValueError):  # gone meanwhile
        _, group, _, own, foreground = map(int, _status(process)[1:6])
        return own == terminal and group == foreground
    return False


def _status(process: Path) -> list[bytes]:
    """State, parent, process group, session, terminal, the foreground group of that, ... proc_pid_stat(5)."""
    with suppress(OSError):
        # The name of the program, in parentheses, may hold anything.
        return (process / "stat").read_bytes().rpartition(b")")[2].split()
    return []


def _is_blocked(thread: Path, terminal: int, each_key: bool) -> bool:
    try:
        number, *arguments = (thread / "syscall").read_text().split()
        call = next(name for name, numbers in _CALLS[platform.machine()].items() if int(number) in numbers)
    except (OSError, ValueError, KeyError, StopIteration):
        with suppress(OSError):
            return (thread / "wchan").read_text() in _CHANNELS
        return False
    try:
        watched = _watched(thread, call, *(int(argument, 16) for argument in arguments[:2]))
        # By the device, for in a namespace of its own its path is another.
        devices = ((each, os.stat(thread / "fd" / str(each)).st_rdev) for each in watched)
        ours = [each for each, device in devices if device in (terminal, _CONTROLLING)]
    except (OSError, OverflowError, ValueError, struct.error):  # it went on meanwhile
        return False
    return bool(ours) and (each_key or ours == watched)


def _watched(thread: Path, call: str, first: int, second: int) -> list[int]:
    """The descriptors that a system call waits to read from."""
    match call:
        case "read":
            return [first]
        case "select":
            most = min(first, _MOST_WATCHED)
            bits = int.from_bytes(_memory(thread, second, (most + 7) // 8), "little")
            return [each for each in range(most) if bits >> each & 1]
        case "poll":
            entries = struct.iter_unpack("ihh", _memory(thread, first, 8 * min(second, _MOST_WATCHED)))
            return [each for each, events, _ in entries if each >= 0 and events & POLLIN]
        case _:
            lines = (thread / "fdinfo" / str(first)).read_text().splitlines()
            targets = (line.split() for line in lines if line.startswith("tfd:"))
            return [int(each[1]) for each in targets if int(each[3], 16) & EPOLLIN]


def _memory(thread: Path, address: int, size: int) -> bytes:
    with open(thread / "mem", "rb", buffering=0) as memory:
        return os.pread(memory.fileno(), size, address)
