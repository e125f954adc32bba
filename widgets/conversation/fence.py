"""What the parts of one fence have in common: their language, and the colours of the whole code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.conversation.highlight import CodeLine

if TYPE_CHECKING:
    from widgets.conversation.markdown_part import MarkdownPart


class Fence:
    """Code that may be spread over several parts. It is coloured as a whole, once it is complete."""

    __slots__ = ("_asked", "_complete", "_parts", "colours", "language", "version")

    def __init__(self) -> None:
        self.language = ""
        self.colours: list[CodeLine] | None = None
        self.version = 0
        """Another one whenever its parts look different, or may ask for their colours."""
        self._parts: list[MarkdownPart] = []
        self._complete = self._asked = False

    def add(self, part: MarkdownPart, language: str) -> None:
        """Take a part in the place of all that began at its line or later.

        Args:
            part: The part.
            language: As written at the fence, if the part begins with that.
        """
        self.language = language or self.language
        while self._parts and self._parts[-1].start.code_line >= part.start.code_line:
            self._parts.pop()
        self._parts.append(part)

    def complete(self) -> None:
        """There is no more code."""
        if not self._complete:
            self._complete = True
            self.version += 1

    def colour(self, colours: list[CodeLine] | None) -> None:
        """Show the code in these colours; None makes it plain until someone asks again."""
        self.colours, self._asked = colours, colours is not None
        self.version += 1

    @property
    def size(self) -> int:
        """Characters, more or less."""
        return sum(len(part.source) for part in self._parts)

    @property
    def code(self) -> str:
        """The whole code."""
        return "\n".join(part.code() for part in self._parts)

    def ask(self) -> bool:
        """Whether its colours are to be found now: once it is complete, and only once."""
        asked, self._asked = self._asked, self._complete
        return self._complete and not asked
