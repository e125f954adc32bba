"""Which files .gitignore leaves out, and the walk over those it leaves in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from app.workspace.names import is_protected
from app.workspace.opening import open_in, opened_folder

_LARGEST = 2**20


@dataclass(frozen=True, slots=True)
class Ignore:
    """The rules that hold in one folder.

    Args:
        rules: Folder of each .gitignore and its rules, outermost first.
    """

    rules: tuple[tuple[str, GitIgnoreSpec], ...] = ()

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
        inherited = () if os.path.lexists(os.path.join(folder, ".git")) else self.rules
        lines = _gitignore(folder)
        return Ignore((*inherited, (folder, GitIgnoreSpec.from_lines(lines)))) if lines else Ignore(inherited)

    def leaves_out(self, path: str, *, folder: bool) -> bool:
        """Whether the innermost rule that speaks of the path leaves it out."""
        for base, spec in reversed(self.rules):
            relative = os.path.relpath(path, base) + ("/" if folder else "")
            if (ignored := spec.check_file(relative).include) is not None:
                return ignored
        return False


def hidden_by_rules(folder: Path) -> bool:
    """Whether the rules above a folder leave it out; who names it wants to see it all the same."""
    return folder != folder.parent and Ignore.at(folder.parent).leaves_out(str(folder), folder=True)


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
    try:
        with opened_folder(Path(folder)) as descriptor:
            file = open_in(descriptor, ".gitignore")
    except OSError:
        return []
    with open(file, "rb") as content:
        return content.read(_LARGEST).decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
