"""What leads from a command to programs that nothing confines: sockets, and variables that name them."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from app.execution.sandbox.places import within

_LEAD_OUT = frozenset(
    {
        "SSH_AUTH_SOCK",
        "SSH_AGENT_PID",
        "GPG_AGENT_INFO",
        "DBUS_SESSION_BUS_ADDRESS",
        "DBUS_SYSTEM_BUS_ADDRESS",
        "XDG_RUNTIME_DIR",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XAUTHORITY",
        "DOCKER_HOST",
        "TMUX",
        "STY",
    }
)
_SOCKETS = "/proc/net/unix"
_MOST_SOCKETS = 128  # each has to be mounted over


def inner_environment(base: Mapping[str, str], scratch: str, roots: Sequence[Path]) -> dict[str, str]:
    """The environment of a confined command.

    Args:
        base: What it would get elsewhere.
        scratch: Where it finds the folder for what is temporary.
        roots: The folders of the person that it writes in.
    """
    kept = {
        name: value for name, value in base.items() if name not in _LEAD_OUT and not _is_socket(value)
    } | {"TMPDIR": scratch}
    cache = base.get("XDG_CACHE_HOME") or f"{base.get('HOME', '')}/.cache"
    if not within(Path(cache), roots):
        kept["XDG_CACHE_HOME"] = f"{scratch}/cache"
    return kept


def sockets(but: Sequence[Path], *, goes_anywhere: bool = False) -> list[Path]:
    """Sockets with a path, of programs of the machine, that a command could connect to; not all if they are
    very many.

    Args:
        but: Folders in which they do not matter.
        goes_anywhere: It has the right to enter folders that are closed to it, as root outside of namespaces.
    """
    found = set[Path]()
    with suppress(OSError), open(_SOCKETS, encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            fields = line.rstrip("\n").split(None, 7)
            if len(fields) == 8 and fields[7].startswith("/"):
                path = Path(fields[7])
                if within(path, but) or not _is_socket(fields[7]) or not os.access(path, os.W_OK):
                    continue
                if goes_anywhere or _is_in_reach(path):
                    found.add(path)
    return sorted(found)[:_MOST_SOCKETS]


def _is_in_reach(path: Path) -> bool:
    """Whether every folder above lets us in by its mode: we may have rights that a command has not."""
    groups = {os.getegid(), *os.getgroups()}
    for folder in path.parents:
        try:
            status = folder.stat()
        except OSError:
            return False
        ours, group = status.st_uid == os.geteuid(), status.st_gid in groups
        if not status.st_mode & (stat.S_IXUSR if ours else stat.S_IXGRP if group else stat.S_IXOTH):
            return False
    return True


def _is_socket(path: str) -> bool:
    with suppress(OSError, ValueError):
        return path.startswith("/") and stat.S_ISSOCK(os.stat(path).st_mode)
    return False
