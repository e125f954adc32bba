"""Plain text as parts of limited size, so that a long text is laid out only where it is seen."""

from __future__ import annotations

from widgets.conversation.part import Part, TextPart

PIECE = 4096
"""Characters that are laid out at once."""


class PlainText:
    """Plain text, which may grow at its end; its parts are the same for any split of the text.

    Args:
        text: Safe text.
        role: Of all of it.
        gap: Blank rows above the first part.
    """

    def __init__(self, text: str, role: str, gap: int = 0) -> None:
        self.parts: list[Part] = []
        self._role, self._gap = role, gap
        self._last = ""
        self._joint: str | None = None
        self.append(text)

    def append(self, text: str) -> None:
        """Add safe text."""
        del self.parts[-1:]
        self._last += text
        start = 0
        while len(self._last) - start > PIECE:
            newline = self._last.rfind("\n", start, start + PIECE)
            if newline >= 0:
                self._add(self._last[start:newline])
                start, self._joint = newline + 1, None
                continue
            blank = self._last.rfind(" ", start + PIECE // 2, start + PIECE)
            piece = self._last[start : blank + 1 if blank >= 0 else start + PIECE]
            words = piece.rstrip(" ")
            self._add(words)
            start, self._joint = start + len(piece), piece[len(words) :]
        self._last = self._last[start:]
        self._add(self._last)

    def _add(self, text: str) -> None:
        gap = 0 if self.parts else self._gap
        self.parts.append(TextPart(text, self._role, gap=gap, joint=self._joint))
