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


def sockets(but: Sequence[Path]) -> list[Path]:
    """Sockets with a path, of programs of the machine, that we may connect to; not all if they are very many.

    Args:
        but: Folders in which they do not matter.
    """
    found = set[Path]()
    with suppress(OSError), open(_SOCKETS, encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            fields = line.rstrip("\n").split(None, 7)
            if len(fields) == 8 and fields[7].startswith("/"):
                path = Path(fields[7])
                if not within(path, but) and _is_socket(fields[7]) and os.access(path, os.W_OK):
                    found.add(path)
    return sorted(found)[:_MOST_SOCKETS]


def _is_socket(path: str) -> bool:
    with suppress(OSError, ValueError):
        return path.startswith("/") and stat.S_ISSOCK(os.stat(path).st_mode)
    return False
