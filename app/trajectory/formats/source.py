"""The file that a trajectory is read from: its shape, its parts, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Literal

from app.trajectory.formats.archive import Archive
from app.trajectory.formats.file_bytes import FileBytes, Follow, SourceError
from app.trajectory.formats.json_value import parsed, parsed_beginning
from app.trajectory.formats.limits import LIMITS, Limits

Shape = Literal["document", "lines", "text", "folder", "archive", "binary", "empty"]
_SAMPLE = 20  # lines that are looked at to tell the format
_MOST_PROBLEMS = 100
_BLANK = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True, slots=True)
class Pause:
    """There are no more lines for now: a reader gives out what it holds back."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line that is not blank.

    Args:
        place: Where it stands, as `Source.raw` takes it.
        value: What it is as JSON; None if it is no JSON.
        data: The line, without its line ending.
    """

    place: str
    value: object
    data: bytes


class Source:
    """One file or folder, opened.

    Args:
        path: What to read.
        follow: Waits at the end of a file that grows; left out, the end is the end.
        limits: How much of it is read.

    Attributes:
        problems: What is wrong with it, a line each.
    """

    def __init__(self, path: Path, follow: Follow | None = None, limits: Limits = LIMITS) -> None:
        self.path = path
        self.problems: list[str] = []
        self._limits = limits
        self._bytes = FileBytes(path, follow, self.problem, limits)

    def problem(self, what: str) -> None:
        """Something is wrong with the file. One line; the same one counts once."""
        if what not in self.problems and len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(what)

    @cached_property
    def shape(self) -> Shape:
        """What the file is made of: one document of JSON, a document on each line, ...

        A single line is a document, and can be read as lines, too.

        Raises:
            SourceError: It cannot be read.
        """
        if self.path.is_dir():
            return "folder"
        head = self._bytes.head
        if head.startswith(b"PK\x03\x04"):
            return "archive"
        begins = head.lstrip(_BLANK)[:1]
        if not begins:
            return "empty"
        if begins not in (b"{", b"["):
            return "binary" if b"\0" in head else "text"
        if self._is_line_by_line():
            return "lines"
        return "document" if self._document is not None else "lines"

    @property
    def document(self) -> object:
        """All of it as one value of JSON; None if it is none."""
        return self._document if self.shape == "document" else None

    @cached_property
    def is_one_line(self) -> bool:
        """Whether a document stands on one line, so that lines may follow it."""
        first = next((line for line in self._bytes.lines() if line.data.strip()), None)
        return first is not None and parsed(first.data)[0] is not None

    @cached_property
    def sample(self) -> tuple[object, ...]:
        """The values of its first lines that are JSON; of a document, that."""
        if self.shape == "document":
            return (self._document,)
        if self.shape != "lines":
            return ()
        values = (parsed(line.data)[0] for line in islice(self._bytes.lines(), 4 * _SAMPLE))
        return tuple(islice((value for value in values if value is not None), _SAMPLE))

    @property
    def first_text(self) -> str:
        """The first 64 kB as text."""
        return self._bytes.head.decode("utf-8", "replace").removeprefix("\ufeff")

    def lines(self) -> Iterator[SourceLine | Pause]:
        """Each line that is not blank; of a file that is followed, a `Pause` wherever more are waited for.

        A line that is no JSON has no value, and is told as a problem.
        """
        for line in self._bytes.growing_lines():
            if line is None:
                yield Pause()
            elif line.data.strip():
                value, why = parsed(line.data)
                if value is None:
                    torn = "" if line.ends else ", and is the last one: it was cut off"
                    self.problem(f"line {line.number:,} is no JSON ({why}){torn}")
                yield SourceLine(f"@{line.offset}+{len(line.data)}", value, line.data)

    def text(self) -> Iterator[tuple[str, str]]:
        """Each line with its place, blank ones too."""
        for line in self._bytes.lines():
            yield f"@{line.offset}+{len(line.data)}", line.data.decode("utf-8", "replace")

    @cached_property
    def archive(self) -> Archive:
        """The members of an archive, or the files of a folder."""
        return Archive(self.path, self.problem, self._limits)

    def raw(self, place: str) -> str:
        """The record that stands in a place, as it was written, or as JSON with indentation.

        Args:
            place: Of an entry: `@OFFSET+LENGTH` in bytes, a JSON pointer (RFC 6901) into the document, or
                `MEMBER#POINTER` into a part of an archive or folder, `@OFFSET+LENGTH#POINTER` into a line.

        Raises:
            SourceError: It cannot be read, or there is no such place.
        """
        if place.startswith("/"):
            return _shown(_at(self.document, place))
        member, mark, pointer = place.rpartition("#")
        if not place.startswith("@"):
            return _shown(_at(self.archive.json(member) if mark else self.document, pointer))
        line = self._part(member if mark else place)
        return _shown(_at(parsed(line)[0], pointer)) if mark else line.decode("utf-8", "replace")

    def forget(self) -> None:
        """Let go of what was parsed; it is parsed again when it is needed."""
        self.__dict__.pop("_document", None)
        self.__dict__.pop("sample", None)

    def _part(self, place: str) -> bytes:
        offset, _, length = place[1:].partition("+")
        if offset.isdecimal() and length.isdecimal():
            part = self._bytes.part(int(offset), int(length))
            if len(part) == int(length):
                return part
        raise SourceError("the record is not there any more")

    @cached_property
    def _document(self) -> object:
        if self._bytes.size > self._limits.document:
            self.problem(f"{self._bytes.size / 2**20:,.0f} MB are too many for one document of JSON")
            return None
        data = self._bytes.whole()
        value, why = parsed(data)
        if value is None and len(data) < self._limits.mended and not self._has_lines:
            value = parsed_beginning(data)
            if value is not None:
                self.problem(f"the document is damaged ({why}): what comes before the damage is shown")
        return value

    def _is_line_by_line(self) -> bool:
        """Whether the first line is a value of its own, and not the only one."""
        first = list(islice((line for line in self._bytes.lines() if line.data.strip()), 2))
        return len(first) > 1 and parsed(first[0].data)[0] is not None

    @property
    def _has_lines(self) -> bool:
        """Whether most of the first lines are objects of their own."""
        lines = [line for line in islice(self._bytes.lines(), 4 * _SAMPLE) if line.data.strip()]
        objects = sum(isinstance(parsed(line.data)[0], dict) for line in lines)
        return 2 * objects >= len(lines) > 1


def _at(value: object, pointer: str) -> object:
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        match value:
            case dict() if name in value:
                value = value[name]
            case list() if name.isascii() and name.isdecimal() and int(name) < len(value):
                value = value[int(name)]
            case _:
                raise SourceError("the record is not there any more")
    return value


def _shown(value: object) -> str:
    try:
        return json.dumps(value, indent=1, ensure_ascii=False)
    except RecursionError:
        raise SourceError("the record is nested too deep to be shown") from None
