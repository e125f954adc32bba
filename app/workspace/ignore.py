"""Which files .gitignore leaves out, and the walk over those it leaves in.

They are read as ripgrep reads them, which is nearly as git does: a search is to find the same without it.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from app.workspace.globs import alternatives, expression, parts
from app.workspace.names import is_protected

_LARGEST = 2**18
_INCOMPLETE = {"[", "\\", "{", "}"}
_BUNCH = 100  # rules; one expression of thousands would be slow out of all proportion


class Rules:
    """The rules of one .gitignore.

    Args:
        lines: What is in it.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        # The last rule that fits counts, so it is the first to be tried.
        rules = [rule for line in lines for rule in _rules(line)][::-1]
        self._bunches = [_bunch(rules[first : first + _BUNCH]) for first in range(0, len(rules), _BUNCH)]

    def leave_out(self, path: str, *, folder: bool) -> bool | None:
        """Whether they leave a path out; None if no rule speaks of it.

        Args:
            path: Relative to the folder of the rules.
            folder: It is a folder.
        """
        path = _as_bytes(f"/{path}" if folder else path)
        for pattern, leaves_out in self._bunches:
            if (match := pattern.fullmatch(path)) and match.lastindex:
                return leaves_out[match.lastindex - 1]
        return None


@dataclass(frozen=True, slots=True)
class Ignore:
    """The rules that hold in one folder.

    Args:
        rules: Folder of each .gitignore and its rules, outermost first.
    """

    rules: tuple[tuple[str, Rules], ...] = ()

    @classmethod
    def at(cls, folder: Path, *, inherit: bool = True) -> Ignore:
        """The rules of a folder: its own, and those of its parents up to the top of its repository.

        Args:
            folder: Its real path.
            inherit: False leaves out those of its parents.
        """
        ignore = cls()
        for parent in (*reversed(folder.parents), folder) if inherit else (folder,):
            ignore = ignore.within(str(parent))
        return ignore

    def within(self, folder: str) -> Ignore:
        """The rules one folder further down; a repository begins anew."""
        inherited = () if is_repository(folder) else self.rules
        lines = _gitignore(folder)
        return Ignore((*inherited, (folder, Rules(lines)))) if lines else Ignore(inherited)

    def leaves_out(self, path: str, *, folder: bool) -> bool:
        """Whether the innermost rule that speaks of a path leaves it out; its folder is not left out."""
        for base, rules in reversed(self.rules):
            ignored = rules.leave_out(path.removeprefix(base).lstrip("/"), folder=folder)
            if ignored is not None:
                return ignored
        return False


def is_repository(folder: str) -> bool:
    """Whether a folder is the top of a git repository, or of a submodule."""
    return os.path.exists(os.path.join(folder, ".git"))


def hidden_by_rules(folder: Path) -> bool:
    """Whether the rules above a folder leave it out; who names it wants to see it all the same."""
    ignore, hidden = Ignore(), False
    for parent, child in pairwise((*reversed(folder.parents), folder)):
        ignore = ignore.within(str(parent))
        hidden = hidden and not is_repository(str(parent))
        hidden = hidden or ignore.leaves_out(str(child), folder=True)
    return hidden


def entries(folder: str, ignore: Ignore) -> list[os.DirEntry[str]]:
    """What a folder holds, sorted by the bytes of the names; neither what is left out nor what always asks.

    Args:
        folder: Real path of the folder.
        ignore: Its rules.
    """
    kept = []
    with suppress(OSError), os.scandir(folder) as found:
        for entry in found:
            if is_protected(entry.name):
                continue
            is_folder = entry.is_dir(follow_symlinks=False)
            if not ignore.leaves_out(entry.path, folder=is_folder):
                kept.append(entry)
    return sorted(kept, key=lambda entry: os.fsencode(entry.name))


def walk(folder: str, ignore: Ignore) -> Iterator[str]:
    """Paths of the regular files below a folder, in order; links are not followed."""
    ahead = [(iter(entries(folder, ignore)), ignore)]
    while ahead:
        rest, rules = ahead[-1]
        entry = next(rest, None)
        if entry is None:
            ahead.pop()
        elif entry.is_file(follow_symlinks=False):
            yield entry.path
        elif entry.is_dir(follow_symlinks=False):
            inner = rules.within(entry.path)
            ahead.append((iter(entries(entry.path, inner)), inner))


def _gitignore(folder: str) -> list[str]:
    path = os.path.join(folder, ".gitignore")
    try:
        # Asked before opening: to open a device or a pipe may already have an effect.
        if not stat.S_ISREG(os.stat(path).st_mode):
            return []
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            content = file.read(_LARGEST)
    except OSError:
        return []
    try:
        return content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        return content[: error.start].decode("utf-8-sig").split("\n")[:-1]


def _bunch(rules: list[tuple[str, bool]]) -> tuple[re.Pattern[str], list[bool]]:
    pattern = re.compile("|".join(f"({fits})" for fits, _ in rules), re.DOTALL)
    return pattern, [leaves_out for _, leaves_out in rules]


def _rules(line: str) -> Iterator[tuple[str, bool]]:
    """Expressions of what a line speaks of, with a slash before a folder, and whether it leaves that out."""
    if line.startswith("#"):
        return
    glob = line if line.endswith("\\ ") else line.rstrip()
    if glob == "!":  # by itself it means nothing to git, and to ripgrep that nothing is left out
        yield "/?.*", False
        return
    negated = glob.startswith("!")
    glob = glob.removeprefix("!")
    folders_only = glob.endswith("/")
    glob = glob.removesuffix("/")
    anchored = "/" in glob
    for each in alternatives(_as_bytes(glob.removeprefix("/"))) or ():
        if not each or _INCOMPLETE.intersection(parts(each)):
            continue
        with suppress(re.error):
            fits = expression(each if anchored else f"**/{each}")
            yield ("/" if folders_only else "/?+") + fits, not negated


def _as_bytes(text: str) -> str:
    """One letter for each byte: to git and to ripgrep, a `?` is one byte."""
    return text if text.isascii() else os.fsencode(text).decode("latin-1")
