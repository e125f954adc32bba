"""Untrusted text that arrives in pieces."""

from __future__ import annotations

from app.terminal.grammar import LEADING_MARKS, SUSPECT, UNSAFE
from app.terminal.text import safe_text


class Incoming:
    """Makes text safe piece by piece, with the result that the whole text would have in one piece."""

    MAX_HELD = 65_536
    """Characters that may wait for the end of a sequence; beyond that no one means to end it."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """Take the next piece; returns the text that no later piece can change."""
        text = self._held + piece
        end = _settled(text)
        if len(text) - end > self.MAX_HELD:
            end = len(text)
        self._held = text[end:]
        return safe_text(text[:end])

    def finish(self) -> str:
        """The rest: no more pieces will come."""
        text, self._held = self._held, ""
        return safe_text(text)


def _settled(text: str) -> int:
    """The end of the last character that is judged by itself: neither taken out nor a mark on another one."""
    if not text or (SUSPECT.search(text) is None and not _is_mark(text[-1])):
        return len(text)
    stop = len(text)
    for match in reversed(list(UNSAFE.finditer(text))):
        if (end := _without_marks(text, match.end(), stop)) > match.end():
            return end
        stop = match.start()
    return _without_marks(text, 0, stop)


def _without_marks(text: str, start: int, stop: int) -> int:
    while stop > start and _is_mark(text[stop - 1]):
        stop -= 1
    return stop


def _is_mark(character: str) -> bool:
    return LEADING_MARKS.match(character) is not None
