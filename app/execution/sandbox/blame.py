"""A careful guess whether a command failed because of its sandbox: what programs say when one stops them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from app.execution.sandbox.places import real, within

_MOST = 20_000  # characters, from the end
_NETWORK = re.compile(
    r"network is unreachable|\bENETUNREACH\b|no address associated with hostname"
    r"|could ?n[o']t resolve|unable to resolve host|failed to lookup address|name or service not known"
    r"|temporary failure (?:in name resolution|resolving)|\bEAI_AGAIN\b|getaddrinfo ENOTFOUND"
    r"|failed to connect to (?!localhost|127\.|\[?::1)"
    r"|dial (?:tcp|udp)\b.*(?:unreachable|no such host|lookup)",
    re.IGNORECASE,
)
_READ_ONLY = re.compile(r"read-only file ?system|\bEROFS\b", re.IGNORECASE)
_BUSY = re.compile(r"\.git/.*device or resource busy|could not (?:lock|write) config file", re.IGNORECASE)
_RIGHTS = re.compile(r"no new privileges|must be setuid root|effective uid is not 0", re.IGNORECASE)
_DENIED = re.compile(r"permission denied|\bEACCES\b", re.IGNORECASE)
_SHELL = re.compile(r"^\S+: (?:line )?\d+: ")  # who says it: not what it is about
_PATH = re.compile(r"(?<![\w.~/-])/[^\s'\"’`:,;()]+")


def failed_by_sandbox(
    output: str, exit_code: int, roots: Sequence[Path], *, writing_is_denied: bool = False
) -> str:
    """Why the sandbox seems to be what made a command fail; empty if it does not.

    Args:
        output: What the command said, or the end of it.
        exit_code: How it ended.
        roots: Where it could write.
        writing_is_denied: The sandbox says `permission denied` of what lies elsewhere, as file modes do.
    """
    if exit_code == 0:
        return ""
    for line in reversed(output[-_MOST:].splitlines()):
        if _NETWORK.search(line):
            return "it needs the network"
        if _BUSY.search(line):
            return "it changes what is protected in the workspace"
        if _RIGHTS.search(line):
            return "it needs the rights of another user"
        paths = [real(Path(path)) for path in _PATH.findall(_SHELL.sub("", line))]
        outside = [path for path in paths if not within(path, roots)]
        if _READ_ONLY.search(line):
            if not paths:
                return "it writes outside the workspace, or what is protected in it"
            if len(outside) < len(paths):
                return "it changes what is protected in the workspace"
            if any(map(_could_be_written, outside)):
                return "it writes outside the workspace"
        if writing_is_denied and _DENIED.search(line) and any(map(_could_be_written, outside)):
            return "it writes outside the workspace"
    return ""


def _could_be_written(path: Path) -> bool:
    """Whether nothing but the sandbox keeps us from writing there."""
    there = next(each for each in (path, *path.parents) if each.exists())
    return os.access(there, os.W_OK)
