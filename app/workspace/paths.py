"""Where a path really leads, and whether that place belongs to the workspace."""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from app.workspace.errors import PathError
from app.workspace.names import is_protected, is_sealed, printable

_MOST_LINKS = 40  # as the Linux kernel
_LONGEST_PATH = 4095
_LONGEST_NAME = 255
_VARIABLE = re.compile(r"\$(\w+|\{\w+\})")


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the file system; it need not exist.

    Args:
        real: Absolute, every link followed.
        shown: For people and models: relative to the workspace where inside; invisible letters escaped.
        inside: It lies in the workspace, or is its root.
        protected: It always asks: a program obeys it later, or it holds secrets.
        sealed: No tool edits it, whatever was approved: it belongs to git itself or to our own rules.
        links: Hard links of the file; other names of it may lie anywhere. 1 for all but regular files.
    """

    real: Path
    shown: str
    inside: bool
    protected: bool
    sealed: bool
    links: int


class Workspace:
    """The folder a session works in. It is resolved once: what a link or a model says later cannot move it.

    Args:
        root: The folder.
        home: What `~` means; the person's home folder unless given.
    """

    def __init__(self, root: Path, *, home: Path | None = None) -> None:
        self.root = Path(os.path.realpath(root, strict=True))
        self.cwd = self.root
        self.home = home or Path.home()

    def locate(self, path: str, *, cwd: Path | None = None) -> Location:
        """Resolve a path as the kernel does: links first, then `..`. Parts of it may be missing.

        Args:
            path: Absolute, from `~`, or relative.
            cwd: What a relative path is relative to; the root unless given.

        Raises:
            PathError: It cannot be a file's path, or links lead in a circle.
        """
        real = Path(_resolve(self._absolute(path, cwd or self.cwd)))
        inside = real.is_relative_to(self.root)
        names = real.relative_to(self.root).parts if inside else real.parts
        return Location(
            real=real,
            shown=printable(os.path.relpath(real, self.root) if inside else str(real)),
            inside=inside,
            protected=any(map(is_protected, names)),
            sealed=is_sealed(names),
            links=_hard_links(real),
        )

    def may_start_in(self, folder: Path) -> bool:
        """Whether commands may start in a folder: one of the workspace that is not protected."""
        try:
            place = self.locate(str(folder))
        except PathError:
            return False
        return place.inside and not place.protected and not place.sealed and place.real.is_dir()

    def _absolute(self, path: str, cwd: Path) -> str:
        if not path:
            raise PathError("the path is empty")
        if "\0" in path:
            raise PathError(f"the path {printable(path[:200])} holds a NUL character")
        try:
            encoded = os.fsencode(path)
        except UnicodeEncodeError:
            raise PathError(f"the path {printable(path[:200])} is not valid text") from None
        if len(encoded) > _LONGEST_PATH or any(len(name) > _LONGEST_NAME for name in encoded.split(b"/")):
            raise PathError(f"the path {printable(path[:80])}… is longer than any file's path can be")
        if path.startswith("file://"):
            raise PathError(f"{printable(path)} is a URL; give the path alone")
        first, _, rest = path.partition("/")
        if first == "~":
            return f"{self.home}/{rest}"
        if _VARIABLE.fullmatch(first) and not os.path.lexists(cwd / first):
            raise PathError(f"{printable(path)}: variables are not expanded here; give the path itself")
        return path if path.startswith("/") else f"{cwd}/{path}"


def _resolve(path: str) -> str:
    """Follow an absolute path; `os.path.realpath` would hide a circle of links and a refused permission."""
    real = "/"
    ahead = path.split("/")[::-1]
    followed = 0
    while ahead:
        name = ahead.pop()
        if name in ("", "."):
            continue
        if name == "..":
            real = os.path.dirname(real)
            continue
        here = os.path.join(real, name)
        try:
            target = os.readlink(here)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOENT, errno.ENOTDIR):
                raise PathError(f"{printable(path)}: {error.strerror}") from None
            real = here
            continue
        followed += 1
        if followed > _MOST_LINKS:
            raise PathError(f"{printable(path)}: the links in it lead in a circle")
        if target.startswith("/"):
            real = "/"
        ahead.extend(target.split("/")[::-1])
    return real


def _hard_links(real: Path) -> int:
    try:
        status = os.lstat(real)
    except OSError:
        return 1
    return status.st_nlink if stat.S_ISREG(status.st_mode) else 1
