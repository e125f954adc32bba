"""An environment in which git reads a repository and runs nothing that the repository names.

The configuration of a repository can have plain `git status` run programs, and comes with one that was
unpacked rather than cloned. What the person configured for themselves keeps working: without their filter,
large files that are kept elsewhere would all look changed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from app.execution.environment import with_variables

_PATIENCE = 5.0  # seconds
_NOT_SHOWN = "echo 'this change is not shown: the repository names a program that would show it'; :"
# Who wants more than reading asks for it, so nothing of this takes a thing away that somebody could miss.
_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.sshCommand": "false",
    "credential.helper": "",
    "gpg.program": "false",
    "gpg.openpgp.program": "false",
    "gpg.ssh.program": "false",
    "gpg.x509.program": "false",
    "log.showSignature": "false",
    # A folder that looks like a bare repository is none: commands can make such a one.
    "safe.bareRepository": "explicit",
    # Repositories in the repository have configurations of their own.
    "diff.ignoreSubmodules": "dirty",
    "diff.submodule": "short",
    "status.submoduleSummary": "false",
    "submodule.recurse": "false",
}
_VARIABLES = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_EDITOR": "true",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "PAGER": "cat",
}
_KEPT = frozenset(
    {"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES"}
)
_OF_THE_REPOSITORY = frozenset({"local", "worktree"})
# What it names programs by, and what to put in their place.
_INSTEAD = (
    (re.compile(r"diff\.(?:external|.*\.command)", re.DOTALL), _NOT_SHOWN),
    (re.compile(r"diff\..*\.textconv", re.DOTALL), "cat"),
    (re.compile(r"diff\..*\.cachetextconv", re.DOTALL), "false"),
    (re.compile(r"filter\..*\.(?:clean|smudge|process)", re.DOTALL), ""),
    (re.compile(r"filter\..*\.required", re.DOTALL), "false"),
)


class _UnreadableError(Exception):
    """What the repository says cannot be told."""


def quiet_git(environment: Mapping[str, str], folder: Path) -> dict[str, str | None]:
    """The variables for a command in which git reads; blocks for some milliseconds.

    Where git does not tell what the repository names, it finds no repository with these.

    Args:
        environment: What the command would get.
        folder: Where it starts.

    Returns:
        None for a variable that it must not get.
    """
    variables: dict[str, str | None] = dict.fromkeys(
        name for name in environment if name.startswith("GIT_") and name not in _KEPT
    )
    variables |= _VARIABLES
    neutral = with_variables(environment, variables | _as_variables(_SETTINGS))
    try:
        own = _of_the_repository(neutral, folder)
        own |= {f"submodule.{name}.ignore": "dirty" for name in _submodules(neutral, folder)}
    except (OSError, subprocess.SubprocessError, _UnreadableError):
        return variables | {"GIT_DIR": os.devnull}
    return variables | _as_variables(_SETTINGS | own)


def _as_variables(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as git takes them from an environment: they go before those of every file."""
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def _of_the_repository(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What to set because the repository's own configuration names a program there."""
    listed = _git(environment, folder, "config", "--show-scope", "--name-only", "-z", "--list")
    if listed is None:
        raise _UnreadableError
    words = listed.split("\0")
    scopes = list(zip(words[::2], words[1::2], strict=False))
    if not any(scope == "command" for scope, _ in scopes):
        raise _UnreadableError  # before git 2.31 the environment holds no settings
    keys = {key for scope, key in scopes if scope in _OF_THE_REPOSITORY}
    return {key: value for key in keys for pattern, value in _INSTEAD if pattern.fullmatch(key)}


def _submodules(environment: Mapping[str, str], folder: Path) -> set[str]:
    """The names of the repositories in the repository, as its files, its index and its last commit say."""
    sources = [
        ["--file", str(path)] for each in (folder, *folder.parents) if (path := each / ".gitmodules").exists()
    ]
    wanted = ":.gitmodules\nHEAD:.gitmodules\n"
    found = _git(environment, folder, "cat-file", "--batch-check=%(objecttype) %(objectname)", told=wanted)
    for line in (found or "").splitlines():
        kind, _, name = line.partition(" ")
        if kind == "blob":
            sources.append(["--blob", name])
    names = set[str]()
    for source in sources:
        listed = _git(environment, folder, "config", *source, "--name-only", "-z", "--list")
        if listed is None:
            raise _UnreadableError
        names.update(key.removeprefix("submodule.").rpartition(".")[0] for key in listed.split("\0") if key)
    return names


def _git(environment: Mapping[str, str], folder: Path, *arguments: str, told: str = "") -> str | None:
    """What git says; None if it fails."""
    program = shutil.which("git", path=environment.get("PATH", os.defpath))
    if program is None:
        raise _UnreadableError
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env=environment,
        input=os.fsencode(told),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=_PATIENCE,
        check=False,
    )
    return os.fsdecode(done.stdout) if done.returncode == 0 else None
