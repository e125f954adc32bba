"""Names of files that a program would run or obey later, or that hold secrets."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_GIT = ".git"
# A model must not widen its own rules, nor plant a hook: no tool edits these, whatever was approved.
SEALED = frozenset({_GIT, ".sawhorse"})
_OBEYED = {
    # editors and agents: tasks, rules, servers to start
    ".vscode", ".idea", ".devcontainer", ".claude", ".codex", ".cursor", ".gemini", ".workbench", ".mcp.json",
    # git and shells
    ".gitmodules", ".gitconfig", ".husky", ".bashrc", ".bash_profile", ".bash_login", ".bash_logout",
    ".profile", ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".ripgreprc", ".envrc",
}  # fmt: skip
_SECRET = {".env", ".netrc", ".npmrc", ".pypirc", ".git-credentials", ".ssh", ".gnupg", ".aws"}
PROTECTED = SEALED | _OBEYED | _SECRET
PROTECTED_GLOBS = (*sorted(PROTECTED), ".env.*")


def is_protected(name: str) -> bool:
    """Whether a file or folder of this name always asks, with all that is in it."""
    name = _folded(name)
    return name in PROTECTED or name.startswith(".env.")


def is_sealed(names: Iterable[str]) -> bool:
    """Whether one of the names belongs to git itself or to this program's own rules."""
    return any(_folded(name) in SEALED for name in names)


def printable(name: str) -> str:
    """A name with everything invisible escaped: controls, line ends, bidirectional marks."""
    if name.isprintable():
        return name
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "backslashreplace").decode()
        for letter in name
    )


def _folded(name: str) -> str:
    # Some file systems ignore case, and some ignore invisible letters.
    if not name.isascii():
        name = "".join(letter for letter in name if unicodedata.category(letter) != "Cf")
    return name.casefold()
