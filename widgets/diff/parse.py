"""Unified diffs, read: files, hunks, lines. The text may come from anywhere and be anything."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from app.terminal.reveal import reveal
from widgets.text_view import revealed

Kind = Literal["context", "added", "removed"]

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@ ?(.*)")
_KINDS: dict[str, Kind] = {" ": "context", "": "context", "+": "added", "-": "removed"}
_SIGNS: dict[Kind, str] = {"context": " ", "added": "+", "removed": "-"}
_GIT = re.compile(r"a/(.+) b/\1$")
_SILENT = ("index ", "similarity index ", "dissimilarity index ")
_TARGETS = ("rename to ", "copy to ")
_NOTES = {"new file mode ": "new file", "deleted file mode ": "deleted", "GIT binary patch": "binary"}
_ORIGINS = {"rename from ": "renamed from ", "copy from ": "copied from "}
_NOWHERE = "/dev/null"


class DiffLine(NamedTuple):
    """One line, safe to show. A tuple: of these there are very many.

    Args:
        kind: What becomes of it.
        text: Without its sign and its end. Tabs are kept, anything invisible is written out.
        exact: Nothing had to be written out: the text is that of the file.
        newline: A newline ends it. Only the last line of a file may have none.
    """

    kind: Kind
    text: str
    exact: bool = True
    newline: bool = True


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that change, and some around them.

    Args:
        old_start: Number of its first line in the old file; of the line before it, if it has none there.
        new_start: The same in the new file.
        heading: What the diff says of the place: the function it is in.
        lines: In the order of the diff.
        whole: It has no lines, and stands for all that becomes of its file; the heading says what.
        signs: Those of its lines, a character each: a long hunk is counted and searched by these.
        longest: Characters of its longest line.
    """

    old_start: int
    new_start: int
    heading: str
    lines: tuple[DiffLine, ...]
    whole: bool = False
    signs: str = field(init=False, repr=False, compare=False)
    longest: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look at the lines once, wherever they are read: that may be beside the loop that draws them."""
        object.__setattr__(self, "signs", "".join([_SIGNS[line.kind] for line in self.lines]))
        object.__setattr__(self, "longest", max([len(line.text) for line in self.lines], default=0))

    @classmethod
    def of_file(cls, heading: str) -> Hunk:
        """What becomes of a file of which no lines are shown.

        Args:
            heading: What that is.
        """
        return cls(0, 0, heading, (), whole=True)


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What becomes of one file.

    Args:
        name: Of the new file, or of the deleted one. Empty where text stands between diffs or is none.
        hunks: In the order of the diff; none of a file that is binary or only has another name.
        note: Whatever else there is to say; a line each.
    """

    name: str
    hunks: tuple[Hunk, ...] = ()
    note: str = ""


def parse_diff(text: str) -> list[FileDiff]:
    """Read a diff. What is no diff becomes a note, where it stands. Never raises.

    Args:
        text: Untrusted text, in full.
    """
    parser = _Parser(text.removesuffix("\n").split("\n") if text else [])
    return [file.finished() for file in parser.files() if file.says_something]


class _File:
    """A file that is being read."""

    def __init__(self, head: str = "") -> None:
        match = _GIT.match(head)
        self._head = head.strip('"')
        self.old = self.new = match[1] if match else self._head
        self.is_named = False
        self.hunks: list[Hunk] = []
        self.notes: list[str] = []

    @property
    def says_something(self) -> bool:
        """Whether there is anything to show of it."""
        return bool(self.new or self.hunks or any(self.notes))

    def is_headed_by(self, old: str, new: str) -> bool:
        """Whether the line that it began with speaks of these names."""
        return bool(self._head) and (self._head.startswith(old) or self._head.endswith(new))

    def name(self, old: str, new: str) -> None:
        """Take the names of the lines that a diff begins with."""
        prefixed = old.startswith(("a/", _NOWHERE)) and new.startswith(("b/", _NOWHERE))
        self.old = old.removeprefix("a/") if prefixed else old
        self.new = new.removeprefix("b/") if prefixed else new
        self.is_named = True

    def note(self, line: str) -> None:
        """Keep what a line outside of the hunks says."""
        if not self.new:
            self.notes.append(_shown(line))
        elif line.startswith("Binary files ") and line.endswith(" differ"):
            self.notes.append("binary")
        elif said := next((said for start, said in _NOTES.items() if line.startswith(start)), ""):
            self.notes.append(said)
        elif start := next((start for start in _ORIGINS if line.startswith(start)), ""):
            self.notes.append(_ORIGINS[start] + _shown(line.removeprefix(start)))
        elif start := next((start for start in _TARGETS if line.startswith(start)), ""):
            self.old = self.new = line.removeprefix(start)
        elif line and not line.startswith(_SILENT):
            self.notes.append(_shown(line))

    def finished(self) -> FileDiff:
        """The file as it was read."""
        name, notes = self.new, self.notes
        if self.old == _NOWHERE:
            notes = ["new file", *notes]
        elif self.new == _NOWHERE:
            name, notes = self.old, ["deleted", *notes]
        elif self.old != self.new and f"copied from {_shown(self.old)}" not in notes:
            notes = [f"renamed from {_shown(self.old)}", *notes]
        if name:
            notes = list(dict.fromkeys(notes))
        return FileDiff(_shown(name), tuple(self.hunks), "\n".join(notes).strip("\n"))


class _Parser:
    """Goes through the lines once."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._next = 0
        self._files = [_File()]

    def files(self) -> list[_File]:
        """Every file, and every text that is none."""
        while self._next < len(self._lines):
            line = self._lines[self._next].rstrip("\r")
            self._next += 1
            file = self._files[-1]
            if line.startswith("diff --git "):
                self._files.append(_File(line.removeprefix("diff --git ")))
            elif line.startswith("--- ") and (after := self._line_after()).startswith("+++ "):
                old, new = _name(line), _name(after)
                if file.is_named or file.hunks or not file.is_headed_by(old, new):
                    self._files.append(file := _File())
                file.name(old, new)
                self._next += 1
            elif match := _HUNK.match(line):
                file.hunks.append(self._hunk(match))
            elif not file.hunks:
                file.note(line)
            elif line:
                self._files.append(file := _File())
                file.note(line)
        return self._files

    def _line_after(self) -> str:
        return self._lines[self._next].rstrip("\r") if self._next < len(self._lines) else ""

    def _hunk(self, match: re.Match[str]) -> Hunk:
        """Read as many lines as the hunk says it has, or as there are."""
        old, new = (int(count or 1) for count in (match[2], match[4]))
        kinds: list[Kind] = []
        texts: list[str] = []
        unended: set[int] = set()
        position, end = self._next, len(self._lines)
        while position < end:
            line = self._lines[position]
            sign = line[:1]
            if sign == "\\":
                unended.add(len(texts) - 1)
            elif (old <= 0 and new <= 0) or (kind := _KINDS.get(sign)) is None:
                break
            else:
                kinds.append(kind)
                texts.append(line[1:])
                old -= kind != "added"
                new -= kind != "removed"
            position += 1
        self._next = position
        if all(text.endswith("\r") for number, text in enumerate(texts) if number not in unended):
            texts = [text.removesuffix("\r") for text in texts]
        lines = list(map(_line, kinds, texts))
        for number in unended & set(range(len(lines))):
            lines[number] = lines[number]._replace(newline=False)
        return Hunk(int(match[1]), int(match[3]), _shown(match[5].strip()), tuple(lines))


def _line(kind: Kind, text: str) -> DiffLine:
    if text.isascii() and text.replace("\t", " ").isprintable():
        return DiffLine(kind, text)
    shown = reveal(text)
    return DiffLine(kind, shown, exact=shown == text)


def _name(line: str) -> str:
    """The name in a line that begins with `---` or `+++`: some programs put the time behind it."""
    return line[4:].partition("\t")[0].rstrip().strip('"')


def _shown(text: str) -> str:
    return revealed(text).expandtabs(8) if text else ""
