"""Reads patches: unified diffs as `diff -u` and `git diff` write them, and as models write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.workspace.errors import EditError
from app.workspace.patch_names import NOTHING, git_name, read_name

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_UNSUPPORTED = {
    "rename from ": "a file is renamed; move it with a command first, and patch its content",
    "copy from ": "a file is copied; copy it with a command first, and patch its content",
    "old mode ": "a file's mode is changed; change it with chmod, and leave that line out",
    "Binary files ": "a binary file is changed, which a patch of text cannot do",
    "GIT binary patch": "a binary file is changed, which a patch of text cannot do",
}
_SIGNATURE = "-- "  # what git puts below a patch for mail
_MARKS = (" ", "-", "+")

Mark = Literal[" ", "-", "+"]


@dataclass(frozen=True, slots=True)
class PatchLine:
    """A line of a hunk.

    Args:
        mark: What becomes of it.
        text: With its end; only a file's last line may have none.
    """

    mark: Mark
    text: bytes


@dataclass(frozen=True, slots=True)
class PatchHunk:
    """Lines that change, and some around them.

    Args:
        number: From 1, within its file.
        first: Number of its first line in the old file; of the line before it, if it has no old lines.
        lines: In the order of the patch.
    """

    number: int
    first: int
    lines: tuple[PatchLine, ...]

    @property
    def old(self) -> list[bytes]:
        """The lines it must find."""
        return [line.text for line in self.lines if line.mark != "+"]

    @property
    def new(self) -> list[bytes]:
        """The lines it leaves."""
        return [line.text for line in self.lines if line.mark != "-"]


@dataclass(frozen=True, slots=True)
class FilePatch:
    """What a patch does to one file.

    Args:
        path: The file.
        creates: There must be no such file.
        removes: The file goes.
        hunks: From the top of the file.
    """

    path: str
    creates: bool
    removes: bool
    hunks: tuple[PatchHunk, ...]


def parse_patch(patch: str) -> list[FilePatch]:
    """Read a patch. Text before the first file is passed over.

    Raises:
        EditError: It is no patch, or asks for what cannot be done; the line is named.
    """
    try:
        patch.encode()
    except UnicodeEncodeError as error:
        raise EditError(f"the patch holds half a character at position {error.start}; leave it out") from None
    lines = patch.removesuffix("\n").split("\n")
    if all(line.endswith("\r") for line in lines):
        lines = [line[:-1] for line in lines]  # the patch itself came with such ends, not the file
    files = list(_Reader(lines).files())
    if not files:
        raise EditError("no patch: no file is named; begin each with the lines --- a/path and +++ b/path")
    return files


class _Reader:
    """Goes through the lines once."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0

    def files(self) -> Iterator[FilePatch]:
        """Every file."""
        git: FilePatch | None = None  # named by git, and perhaps by nothing else: it is empty
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if self._names_file():
                git = None
                yield self._file()
                continue
            for beginning, reason in _UNSUPPORTED.items():
                if line.startswith(beginning):
                    raise self._error(reason)
            if _HUNK.match(line):
                raise self._error("a hunk belongs to no file; name it before with --- a/path and +++ b/path")
            if line.startswith("diff --git "):
                if git is not None and (git.creates or git.removes):
                    yield git
                name = git_name(line)
                git = FilePatch(name, False, False, ()) if name else None
            elif git is not None and line.startswith(("new file mode", "deleted file mode")):
                creates = line.startswith("new")
                git = FilePatch(git.path, creates, not creates, ())
            self._at += 1
        if git is not None and (git.creates or git.removes):
            yield git

    def _names_file(self) -> bool:
        here = self._lines[self._at : self._at + 2]
        return len(here) == 2 and here[0].startswith("--- ") and here[1].startswith("+++ ")

    def _file(self) -> FilePatch:
        old, new = (read_name(line[4:]) for line in self._lines[self._at : self._at + 2])
        if old == new == NOTHING:
            raise self._error("no file is named")
        if NOTHING in (old, new) or (old[:2], new[:2]) == ("a/", "b/"):
            old, new = old.removeprefix("a/"), new.removeprefix("b/")
        self._at += 2
        hunks: list[PatchHunk] = []
        while self._at < len(self._lines) and not self._names_file():
            line = self._lines[self._at]
            match = _HUNK.match(line)
            if match is not None:
                hunks.append(self._hunk(match, len(hunks) + 1))
            elif line.startswith("@@"):
                raise self._error("a hunk begins without line numbers; write @@ -3,7 +3,8 @@")
            elif line[:1] in _MARKS and line and line != _SIGNATURE:
                raise self._error("a line belongs to no hunk; each begins with @@ -line,count +line,count @@")
            elif line.startswith(("diff ", *_UNSUPPORTED)):
                break
            else:
                self._at += 1
        if not hunks and NOTHING not in (old, new):
            raise self._error(f"nothing is said of {new}; give the hunks that change it")
        path = old if new == NOTHING else new
        return FilePatch(path, old == NOTHING, new == NOTHING, tuple(hunks))

    def _hunk(self, header: re.Match[str], number: int) -> PatchHunk:
        self._at += 1
        start = self._at
        old, new = (1 if count is None else int(count) for count in header.group(2, 4))
        lines = self._counted(old, new)
        if lines is None:
            self._at = start
            lines = self._marked()
        if not lines:
            raise self._error(f"hunk {number} holds no lines")
        for side in ("-", "+"):
            if any(
                not line.text.endswith(b"\n") for line in [line for line in lines if line.mark != side][:-1]
            ):
                raise self._error(f"hunk {number}: only the last line of a file has no newline at its end")
        return PatchHunk(number, int(header[1]), tuple(lines))

    def _counted(self, old: int, new: int) -> list[PatchLine] | None:
        """The lines of a hunk if there are as many as its header says; else None."""
        lines: list[PatchLine] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            mark = line[:1] or " "  # editors take the blank of an empty line away
            if mark == "\\" and lines:
                lines[-1] = _without_end(lines[-1])
            elif mark not in _MARKS or old == new == 0:
                break
            else:
                old -= mark != "+"
                new -= mark != "-"
                lines.append(_patch_line(line))
            self._at += 1
        return lines if old == new == 0 and self._hunk_ends() else None

    def _marked(self) -> list[PatchLine]:
        """The lines of a hunk by their signs alone: models count badly."""
        lines: list[PatchLine] = []
        end = 0
        while self._at < len(self._lines) and not self._hunk_ends(blank=False):
            line = self._lines[self._at]
            self._at += 1
            if line.startswith("\\"):
                lines[-1:] = [_without_end(last) for last in lines[-1:]]
            else:
                lines.append(_patch_line(line))
            end = len(lines) if line else end
        return lines[:end]  # blank lines below belong to no hunk

    def _hunk_ends(self, *, blank: bool = True) -> bool:
        if self._at == len(self._lines):
            return True
        line = self._lines[self._at]
        if line == "":
            return blank
        return line == _SIGNATURE or line[0] not in (*_MARKS, "\\") or self._names_file()

    def _error(self, reason: str) -> EditError:
        return EditError(f"line {self._at + 1} of the patch: {reason}")


def _patch_line(line: str) -> PatchLine:
    mark: Mark = "-" if line.startswith("-") else "+" if line.startswith("+") else " "
    return PatchLine(mark, f"{line[1:]}\n".encode())


def _without_end(line: PatchLine) -> PatchLine:
    return PatchLine(line.mark, line.text.removesuffix(b"\n"))
