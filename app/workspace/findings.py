"""What a search found, as a model reads it."""

from __future__ import annotations

import base64
from typing import Any, Literal  # a record is JSON of another program

import orjson

from app.workspace.globs import Glob
from app.workspace.names import printable

Output = Literal["content", "files", "count"]

_LONGEST_LINE = 400
_BEFORE_MATCH = 100


class Findings:
    """Takes the JSON lines of a search until there is enough.

    Args:
        prefix: What the paths are relative to, as it is shown; empty for the workspace.
        output: Matching lines, names of files, or counts of matching lines.
        include: Take only files that this fits; None takes all.
        separate: Put `--` between lines that do not follow on from each other.
        most: Most matching lines, or most files.
        limit: Most characters.
    """

    def __init__(
        self, prefix: str, output: Output, *, include: Glob | None, separate: bool, most: int, limit: int
    ) -> None:
        self.found = 0
        self.more = False
        self._prefix = prefix
        self._output = output
        self._include = include
        self._separate = separate
        self._most = most
        self._room = limit
        self._done: list[str] = []
        self._file: list[str] = []
        self._found_in_file = 0
        self._last_line = 0

    def take(self, record: bytes) -> bool:
        """Take a record; False if no more is wanted."""
        if self._output != "content":
            # One record tells of a whole file: the others need not even be parsed.
            return not record.startswith(b'{"type":"end"') or self._take_file(orjson.loads(record)["data"])
        event = orjson.loads(record)
        if not self._included(event["data"]):
            return True
        match event["type"]:
            case "match" | "context" as kind:
                return self._take_line(event["data"], matching=kind == "match")
            case "end":
                self._end_file(keep=event["data"]["binary_offset"] is None)
        return True

    @property
    def text(self) -> str:
        """All that was taken."""
        return "".join(self._done + self._file)

    def _take_file(self, data: dict[str, Any]) -> bool:
        if data["binary_offset"] is not None or not self._included(data):
            return True
        name = self._name(data)
        line = f"{name}:{data['stats']['matched_lines']}\n" if self._output == "count" else f"{name}\n"
        if self.found == self._most or len(line) > self._room:
            self.more = True
            return False
        self._done.append(line)
        self._room -= len(line)
        self.found += 1
        return True

    def _take_line(self, data: dict[str, Any], *, matching: bool) -> bool:
        if matching and self.found == self._most:
            self.more = True
            return False
        number = data["line_number"]
        mark = ":" if matching else "-"
        line = f"{self._name(data)}{mark}{number}{mark}{_line(data)}\n"
        follows = number == self._last_line + 1 if self._file else not self._done
        if self._separate and not follows:
            line = f"--\n{line}"
        if len(line) > self._room:
            self.more = True
            return False
        self._file.append(line)
        self._last_line = number
        self._room -= len(line)
        self.found += matching
        self._found_in_file += matching
        return True

    def _end_file(self, *, keep: bool) -> None:
        if keep:
            self._done += self._file
        else:
            self.found -= self._found_in_file
        self._file = []
        self._found_in_file = 0

    def _included(self, data: dict[str, Any]) -> bool:
        # The summary at the end has no path.
        return self._include is None or "path" not in data or self._include.fits(_path(data))

    def _name(self, data: dict[str, Any]) -> str:
        return shown_path(self._prefix, _path(data))


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


def _line(data: dict[str, Any]) -> str:
    """A line without its end; of a long one, what lies around its first match."""
    raw = _bytes(data["lines"]).removesuffix(b"\n").removesuffix(b"\r")
    if len(raw) <= _LONGEST_LINE:
        return _decoded(raw)
    places = data["submatches"]
    start = max((places[0]["start"] if places else 0) - _BEFORE_MATCH, 0)
    end = start + _LONGEST_LINE
    return f"{'…' * (start > 0)}{_decoded(raw[start:end])}{'…' * (end < len(raw))}"


def _path(data: dict[str, Any]) -> str:
    return relative_path(_bytes(data["path"]))


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").replace("\0", "␀")


def _bytes(data: dict[str, str]) -> bytes:
    return data["text"].encode() if "text" in data else base64.b64decode(data["bytes"])
