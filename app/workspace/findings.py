"""What a search found, as a model reads it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal  # a record is JSON of another program

import orjson

from app.workspace.names import printable

Output = Literal["content", "files", "count"]

_LONGEST_LINE = 400
_BEFORE_MATCH = 100
_TOO_LONG = "[a line too long to be shown]"
_LINES = (b'{"type":"match"', b'{"type":"context"')
_END = b'{"type":"end"'
_START = re.compile(rb'\},"start":(\d+)')


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that a program has found.

    Args:
        path: The file.
        number: From 1; 0 if the line is too long for its number to be known.
        text: Without its end; of a long one, what lies around its first match.
        matching: It matches; else it stands near one that does.
    """

    path: str
    number: int
    text: str
    matching: bool


class Findings:
    """Takes the JSON lines of a search until there is enough.

    Args:
        prefix: What the paths are relative to, as it is shown; empty for the workspace.
        output: Matching lines, names of files, or counts of matching lines.
        wanted: Whether a file, by its relative path, is to be taken.
        separate: Put `--` between lines that do not follow on from each other.
        most: Most matching lines, or most files.
        limit: Most characters.
    """

    def __init__(
        self,
        prefix: str,
        output: Output,
        *,
        wanted: Callable[[str], bool],
        separate: bool,
        most: int,
        limit: int,
    ) -> None:
        self.found = 0
        self.more = False
        self.given_up = False
        """A file was not searched to its end: that would have taken too long."""
        self._prefix = prefix
        self._output = output
        self._wanted = wanted
        self._separate = separate
        self._most = most
        self._room = limit
        self._done: list[str] = []
        self._file: list[str] = []
        self._found_in_file = 0
        self._last_line = 0

    @property
    def text(self) -> str:
        """All that was taken."""
        return "".join(self._done + self._file)

    def take(self, records: list[bytes]) -> bool:
        """Take some records; False if no more is wanted."""
        if self._output != "content":
            # The one at the end of a file tells enough, and there may be millions of others.
            records = [record for record in records if record.startswith(_END)]
        return all(map(self._take, records))

    def _take(self, record: bytes) -> bool:
        if record.startswith(_END):
            return self._end_file(orjson.loads(record)["data"])
        if record.startswith(_LINES):
            line = _parsed(record)
            return not self._wanted(line.path) or self._take_line(line)
        return True

    def _take_line(self, line: _Line) -> bool:
        if line.matching and self.found == self._most:
            self.more = True
            return False
        mark = ":" if line.matching else "-"
        number = f"{line.number}{mark}" if line.number else ""
        shown = f"{shown_path(self._prefix, line.path)}{mark}{number}{line.text}\n"
        follows = line.number in (0, self._last_line + 1) if self._file else not self._done
        if self._separate and not follows:
            shown = f"--\n{shown}"
        if len(shown) > self._room:
            self.more = True
            return False
        self._file.append(shown)
        self._last_line = line.number
        self._room -= len(shown)
        self.found += line.matching
        self._found_in_file += line.matching
        return True

    def _end_file(self, data: dict[str, Any]) -> bool:
        self.given_up |= data.get("given_up", False)
        count, binary = data["stats"]["matched_lines"], data["binary_offset"] is not None
        if self._output != "content":
            return binary or not count or not self._wanted(_path(data)) or self._take_file(_path(data), count)
        if binary:
            self.found -= self._found_in_file
            self._room += sum(map(len, self._file))
        else:
            self._done += self._file
        self._file = []
        self._found_in_file = 0
        return True

    def _take_file(self, path: str, count: int) -> bool:
        name = shown_path(self._prefix, path)
        line = f"{name}:{count}\n" if self._output == "count" else f"{name}\n"
        if self.found == self._most or len(line) > self._room:
            self.more = True
            return False
        self._done.append(line)
        self._room -= len(line)
        self.found += 1
        return True


def relative_path(path: bytes) -> str:
    """A path that a search program wrote, without the `./` before it."""
    return path.removeprefix(b"./").decode("utf-8", "surrogateescape")


def shown_path(prefix: str, path: str) -> str:
    """A path as it is shown.

    Args:
        prefix: What it is relative to, as that is shown; empty for the workspace.
        path: The relative path.
    """
    name = printable(path)
    return f"{prefix.rstrip('/')}/{name}" if prefix else name


def _parsed(record: bytes) -> _Line:
    """A record of a line. Of its matches, which may be millions, only the first is looked at."""
    # Within a text, the quotes would have a backslash before them.
    head, whole, places = record.partition(b',"submatches":[')
    if not whole:  # the record was cut
        head = head.partition(b',"lines":')[0]
    event = orjson.loads(head + b"}}")
    data = event["data"]
    start = _START.search(places)
    return _Line(
        path=_path(data),
        number=data["line_number"] if whole else 0,
        text=_excerpt(_bytes(data["lines"]), int(start[1]) if start else 0) if whole else _TOO_LONG,
        matching=event["type"] == "match",
    )


def _excerpt(line: bytes, match: int) -> str:
    """A line without its end; of a long one, what lies around its first match."""
    line = line.removesuffix(b"\n").removesuffix(b"\r")
    if len(line) <= _LONGEST_LINE:
        return _decoded(line)
    start = max(match - _BEFORE_MATCH, 0)
    end = start + _LONGEST_LINE
    return f"{'…' * (start > 0)}{_decoded(line[start:end])}{'…' * (end < len(line))}"


def _path(data: dict[str, Any]) -> str:
    return relative_path(_bytes(data["path"]))


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").replace("\0", "␀")


def _bytes(data: dict[str, str]) -> bytes:
    return data["text"].encode() if "text" in data else base64.b64decode(data["bytes"])
