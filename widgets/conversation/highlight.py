"""Colours of closed code fences, found in one background thread within a time limit."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

CodeLine = list[tuple[str, str]]
"""One line of code: text and role of the palette, in pieces; an empty role is plain."""

_ROLES = {
    "Keyword": "keyword",
    "Operator": "keyword",
    "Literal.String": "string",
    "Literal.Number": "number",
    "Comment": "comment",
    "Name.Function": "name",
    "Name.Class": "name",
    "Name.Builtin": "builtin",
    "Generic.Inserted": "added",
    "Generic.Deleted": "removed",
    "Generic.Subheading": "marker",
}


def highlight(code: str, language: str, seconds: float = 0.25) -> list[CodeLine] | None:
    """Colour code.

    Args:
        code: The code.
        language: Its name, as written at the fence.
        seconds: After that the rest stays plain.

    Returns:
        Its lines, or None where the language is unknown.
    """
    from pygments.lexers import LEXERS, get_lexer_by_name

    if not any(language in aliases for _, _, aliases, _, _ in LEXERS.values()):
        return None  # asking Pygments would scan the entry points of every installed package
    deadline = time.monotonic() + seconds
    lines: list[CodeLine] = [[]]
    done = 0
    tokens = get_lexer_by_name(language, stripnl=False, ensurenl=False).get_tokens(code)
    for count, (kind, text) in enumerate(tokens):
        name = str(kind).removeprefix("Token.")
        _extend(lines, text, next((_ROLES[start] for start in _ROLES if name.startswith(start)), ""))
        done += len(text)
        if count % 64 == 63:
            time.sleep(0.0002)  # the screen wants to draw: hand it the interpreter
            if time.monotonic() > deadline:
                _extend(lines, code[done:], "")
                break
    return lines


def _extend(lines: list[CodeLine], text: str, role: str) -> None:
    head, *rest = text.split("\n")
    lines[-1].append((head, role))
    lines += [[(piece, role)] for piece in rest]


class Highlighter:
    """Runs `highlight` in a daemon thread of its own, which starts with the first job; the last one is next.

    Args:
        wake: Called from the thread when there is something to take.
    """

    MAX_CODE = 100_000
    """Characters; longer code stays plain."""
    MAX_LINE = 1000
    """Characters; a pattern that is slow on a long line would hold up the whole program."""
    MAX_JOBS = 32
    """That may wait: who pages on has no use for the colours of long ago."""

    def __init__(self, wake: Callable[[], object]) -> None:
        self._done: deque[tuple[object, list[CodeLine]]] = deque()
        self._jobs: deque[tuple[object, str, str]] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._wake = wake
        self._thread: threading.Thread | None = None

    def submit(self, key: object, code: str, language: str) -> object | None:
        """Ask for colours. `take` gives them later with the key, unless there are none to be had.

        Returns:
            The key of a job that had to give way, if one had to.
        """
        if not language or len(code) > self.MAX_CODE or max(map(len, code.split("\n"))) > self.MAX_LINE:
            return None
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._run, name="highlighter", daemon=True)
            self._thread.start()
        with self._changed:
            self._jobs.append((key, code, language))
            self._changed.notify()
            return self._jobs.popleft()[0] if len(self._jobs) > self.MAX_JOBS else None

    def take(self) -> list[tuple[object, list[CodeLine]]]:
        """What is done since the last call."""
        return [self._done.popleft() for _ in range(len(self._done))]

    def close(self) -> None:
        """End the thread after the job it is at."""
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._changed.notify()

    def _next(self) -> tuple[object, str, str] | None:
        """The next job, or None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._closed)
            return None if self._closed else self._jobs.pop()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            key, code, language = job
            try:
                lines = highlight(code, language)
            except Exception:
                lines = None  # a lexer that fails leaves the code plain
            if lines is not None:
                self._done.append((key, lines))
                self._wake()
