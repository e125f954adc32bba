"""Bytes of a child process, arriving in pieces, to plain text."""

from __future__ import annotations

import codecs
import re

from app.terminal.grammar import UNSAFE
from app.terminal.text import safe_text

_HELD = 1 << 16
_SUPERSEDED = re.compile(r"^[^\n]*\r(?=[^\r\n])", re.MULTILINE)


class Sanitiser:
    """Turns untrusted output into plain text, wherever the pieces are cut.

    UTF-8 is decoded with replacement, and what steers a terminal is taken out. A progress line that rewrites
    itself after a carriage return is told once, in its newest state; for that an unfinished line is held back
    until it ends, or until it is longer than 65,536 characters.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._line = ""

    def feed(self, data: bytes) -> str:
        """The text of the lines that ended in this piece.

        Args:
            data: The next bytes.
        """
        lines, newline, self._line = (self._line + self._decoder.decode(data)).rpartition("\n")
        text = _plain(lines + newline)
        if len(self._line) > _HELD:
            text += self._release()
        return text

    def finish(self) -> str:
        """The text of a last line without an end."""
        line, self._line = self._line + self._decoder.decode(b"", final=True), ""
        return _plain(line.rstrip("\r"))

    def _release(self) -> str:
        """Let go of a long line, but not of a sequence that may go on in the next piece."""
        line, self._line = _SUPERSEDED.sub("", self._line), ""
        if len(line) <= _HELD:
            self._line = line
            return ""
        for match in UNSAFE.finditer(line):
            if match.end() == len(line) and match.lastgroup in (None, "ending"):
                line = line[: match.start()]
                # Two characters say what it is; the rest is dropped anyway, however long it gets.
                self._line = match[0][:2]
        return _plain(line)


def plain_text(data: bytes) -> str:
    """The plain text of output that is there as a whole.

    Args:
        data: Untrusted bytes.
    """
    sanitiser = Sanitiser()
    return sanitiser.feed(data) + sanitiser.finish()


def _plain(text: str) -> str:
    return safe_text(_SUPERSEDED.sub("", text) if "\r" in text else text)
