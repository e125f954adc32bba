"""Colours of the code in hunks: asked for when a hunk comes into view, there when they are found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import NamedTuple

from widgets.conversation.highlight import CodeLine, Highlighter
from widgets.diff.hunk_lines import HunkLines, Side

_MOST = 2000  # lines of a hunk; one that is longer stays plain

# Where the end of a name is not what Pygments calls the language.
_LANGUAGES = {
    "bzl": "python",
    "cc": "cpp",
    "cjs": "js",
    "cs": "csharp",
    "dockerfile": "docker",
    "ex": "elixir",
    "exs": "elixir",
    "h": "c",
    "hpp": "cpp",
    "hs": "haskell",
    "htm": "html",
    "kt": "kotlin",
    "kts": "kotlin",
    "mjs": "js",
    "mk": "make",
    "ml": "ocaml",
    "pyi": "python",
    "tcss": "css",
    "tf": "terraform",
    "yml": "yaml",
    "zsh": "sh",
}


def language_of(name: str) -> str:
    """The language that a file's name speaks of, as Pygments may know it."""
    path = PurePosixPath(name.lower())
    end = path.suffix[1:] or path.name
    return _LANGUAGES.get(end, end)


class _Key(NamedTuple):
    hunk: HunkLines
    side: Side


class HunkColours:
    """The colours that are there, and a thread that finds more.

    Args:
        wake: Called from the thread when there is something to take.
    """

    def __init__(self, wake: Callable[[], object]) -> None:
        self._highlighter = Highlighter(wake)
        self._asked: set[_Key] = set()
        self._lines: dict[_Key, list[CodeLine]] = {}

    def line(self, hunk: HunkLines, side: Side, line: int) -> CodeLine | None:
        """The pieces of a line in their roles, or None as long as none are known."""
        key = _Key(hunk, side)
        if (lines := self._lines.get(key)) is None:
            self._ask(key)
            return None
        place = hunk.place(line, side)
        return lines[place] if place < len(lines) else None

    def take(self) -> None:
        """Take what was found since the last call."""
        for key, lines in self._highlighter.take():
            if isinstance(key, _Key) and key in self._asked:
                self._lines[key] = lines

    def forget(self) -> None:
        """Other hunks are shown."""
        self._asked.clear()
        self._lines.clear()

    def close(self) -> None:
        """Let the thread end."""
        self._highlighter.close()

    def _ask(self, key: _Key) -> None:
        hunk, side = key
        lines = hunk.hunk.lines
        if key in self._asked or not hunk.language or len(lines) > _MOST:
            return
        self._asked.add(key)
        other = "added" if side == "old" else "removed"
        numbers = [number for number, line in enumerate(lines) if line.kind != other]
        if sum(len(lines[number].text) for number in numbers) > Highlighter.MAX_CODE:
            return
        late = self._highlighter.submit(key, "\n".join(map(hunk.text, numbers)), hunk.language)
        if isinstance(late, _Key):
            self._asked.discard(late)
