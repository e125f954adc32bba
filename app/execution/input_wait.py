"""Whether a program waits for a person to type: what the kernel says its processes are doing."""

from __future__ import annotations

import os
import platform
import struct
from contextlib import suppress
from pathlib import Path

# Numbers of system calls: proc_pid_syscall(5) says which one a process is blocked in.
_CALLS: dict[str, dict[str, tuple[int, ...]]] = {
    "x86_64": {"read": (0, 19), "poll": (7, 271), "select": (23, 270), "epoll": (232, 281)},
    "aarch64": {"read": (63, 65), "poll": (73,), "select": (72,), "epoll": (22,)},
}
_CHANNELS = frozenset(
    {"n_tty_read", "wait_woken", "tty_read"}
)  # in the kernel, where system calls are hidden
_MOST_POLLED = 16  # descriptors


def waits_for_input(session: int, terminal: str, *, each_key: bool) -> bool:
    """Whether a process in the foreground of a terminal is blocked until somebody types. Linux only.

    A read of the terminal counts, and a wait for nothing but the terminal. A wait for the terminal among
    other things counts only for a program that takes each key.

    Args:
        session: The leader of the session that owns the terminal.
        terminal: Its path.
        each_key: The program has turned line editing off.
    """
    foreground = _foreground(session)
    for name in os.listdir("/proc") if foreground > 0 and os.path.isdir("/proc/self") else ():
        if (
            name.isdigit()
            and _status(name)[:2] == ("S", foreground)
            and _is_blocked(name, terminal, each_key)
        ):
            return True
    return False


def _foreground(session: int) -> int:
    """The process group in the foreground of a session's terminal; 0 or less if there is none."""
    return _status(str(session))[2]


def _status(process: str) -> tuple[str, int, int]:
    """State, process group, and the foreground group of its terminal. proc_pid_stat(5)."""
    try:
        # The name of the program, in parentheses, may hold anything.
        fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
        return fields[0].decode(), int(fields[2]), int(fields[5])
    except (OSError, IndexError):
        return "", 0, 0


def _is_blocked(process: str, terminal: str, each_key: bool) -> bool:
    try:
        number, *arguments = Path(f"/proc/{process}/syscall").read_text().split()
        call = next(name for name, numbers in _CALLS[platform.machine()].items() if int(number) in numbers)
    except (OSError, ValueError, KeyError, StopIteration):
        with suppress(OSError):
            return Path(f"/proc/{process}/wchan").read_text() in _CHANNELS
        return False
    first, second = (int(argument, 16) for argument in arguments[:2])
    match call:
        case "read":
            return _leads_to(process, first, terminal)
        case "select":
            return first == 1 and _leads_to(process, 0, terminal)
        case "poll":
            return _polls(process, first, second, terminal, each_key)
        case _:
            return each_key and _watches(process, first, terminal)


def _leads_to(process: str, descriptor: int, terminal: str) -> bool:
    with suppress(OSError):
        return os.readlink(f"/proc/{process}/fd/{descriptor}") in (terminal, "/dev/tty")
    return False


def _polls(process: str, address: int, count: int, terminal: str, each_key: bool) -> bool:
    """Whether the terminal is all that is polled, or one of several for a program that takes each key."""
    if count > (_MOST_POLLED if each_key else 1):
        return False
    try:
        with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
            entries = os.pread(memory.fileno(), 8 * count, address)
    except (OSError, OverflowError):
        return False
    whole = entries[: len(entries) // 8 * 8]
    return any(_leads_to(process, descriptor, terminal) for descriptor, _ in struct.iter_unpack("ii", whole))


def _watches(process: str, descriptor: int, terminal: str) -> bool:
    """Whether an epoll instance watches the terminal. proc_pid_fdinfo(5)."""
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{process}/fdinfo/{descriptor}").read_text().splitlines():
            if line.startswith("tfd:") and _leads_to(process, int(line.split()[1]), terminal):
                return True
    return False
