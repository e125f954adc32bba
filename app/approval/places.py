"""Where a word of a command may point: out of the workspace, at protected files, at all of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.approval.names import names
from app.approval.shell.words import Word

OBEYED = frozenset(
    names("""
        .sawhorse .mcp.json .claude .codex .cursor .gemini .devcontainer .vscode .idea .husky
    """)
)
"""Names in a folder that somebody works in of which a program makes something that it runs."""

OBEYED_IN_HOME = frozenset(
    names("""
        .gitconfig .bashrc .bash_profile .bash_login .bash_logout .profile .zshrc .zshenv .zprofile .zlogin
        .ripgreprc
    """)
)
"""The same in a home folder."""

_SECRETS = names(".env .netrc .npmrc .pypirc .git-credentials .ssh .gnupg .aws")
_PROTECTED = OBEYED | OBEYED_IN_HOME | _SECRETS | names(".git .gitmodules .envrc .workbench")
_VARIANTS = ".env."  # and whatever follows
_STREAMS = frozenset({"/dev/null", "/dev/stdin", "/dev/stdout", "/dev/stderr"})
_GLOB = "*?["


@dataclass(frozen=True, slots=True)
class Here:
    """Where a command runs.

    Args:
        root: Real path of the workspace.
        cwd: Real path of the folder in it that relative paths start from.
    """

    root: str
    cwd: str


def shown(text: str) -> str:
    """A word as a reason shows it: one line, at most 40 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"


def reaches(word: Word, here: Here, *, whole: bool = False, reads: bool = False) -> str:
    """Why a word may name what a program must not touch unasked; empty if it stays in the workspace.

    Args:
        word: A path, an option, an option with its value joined, or anything else.
        here: Where it runs.
        whole: Whether the workspace itself counts too.
        reads: Whether the program does no more than read, so that it may be given all files at once.
    """
    if "$" in word.shape:
        return f"what {shown(word.text)} stands for is not known"
    if "{" in word.shape and ("," in word.shape or ".." in word.shape):
        return f"{shown(word.text)} stands for several words"
    for part in _parts(word):
        if why := _reaches(part, here, whole, reads):
            return why
    return ""


def target_reaches(word: Word, here: Here) -> str:
    """Why a redirect into a file must be asked about; empty if the file is in the workspace."""
    if word.holds("~*?[{"):
        return f"writes to {shown(word.text)}, which is not known"
    why = reaches(word, here)
    return f"writes: {why}" if why else ""


def _parts(word: Word) -> Iterator[Word]:
    """What may be a path in a word: all of it, the value of an option, each piece of `a:b`."""
    if word.text.startswith("--"):
        starts = []
    elif word.text.startswith("-"):
        letters = re.match(r"-[A-Za-z0-9]*", word.text)
        starts = [2, letters.end() if letters else 1]
    else:
        starts = [0]
    equals = word.text.find("=")
    if equals >= 0:
        starts.append(equals + 1)
    for start in starts:
        part = word.part(start)
        part = part.part(len(part.text) - len(part.text.lstrip("@")))
        yield part
        if ":" in part.text and "://" not in part.text:
            at = 0
            for piece in part.text.split(":"):
                yield Word(piece, part.shape[at : at + len(piece)])
                at += len(piece) + 1


def _reaches(part: Word, here: Here, whole: bool, reads: bool) -> str:
    """The same for one path."""
    text = part.text
    if not text or text in _STREAMS:
        return ""
    if part.shape.startswith("~"):
        return f"{shown(text)} is outside of the workspace"
    globs = part.holds(_GLOB)
    if "/" not in text and not text.startswith(".") and not globs:
        return ""
    path = os.path.normpath(os.path.join(here.cwd, text))
    if path == here.root:
        return f"{shown(text)} is the whole workspace" if whole else ""
    inside = here.root.rstrip(os.sep) + os.sep
    if not path.startswith(inside):
        return f"{shown(text)} is outside of the workspace"
    components = path[len(inside) :].split(os.sep)
    if globs and not reads and not re.sub(r"\[[^]]*\]", "", components[0]).strip("*?.[]"):
        return f"{shown(text)} may be all of the workspace"
    for component in components:
        if component.startswith(".") and _protected(component.casefold(), globs):
            return f"{shown(text)} is protected"
    return ""


def _protected(component: str, globs: bool) -> bool:
    """Whether a name, or one that its glob may match, is protected; globs match no leading dot unasked."""
    if component.startswith(_VARIANTS):
        return True
    if not globs:
        return component in _PROTECTED
    fixed = re.split(r"[*?[]", component, maxsplit=1)[0]
    return any(
        name.startswith(fixed) if len(fixed) < len(component) else name == fixed for name in _PROTECTED
    )
