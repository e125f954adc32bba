"""A text that is searched for in the lines of a diff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.style import Style

from widgets.diff.hunk_lines import HunkLines
from widgets.highlight import Span


class Place(NamedTuple):
    """Where the text begins."""

    hunk: int
    line: int
    character: int


class DiffSearch:
    """Finds every line that holds a text, and goes from one to the next.

    Args:
        text: What to search for.
        hunks: Where.
        start: The hunk from which on the first match is shown.
    """

    def __init__(self, text: str, hunks: Sequence[HunkLines], start: int) -> None:
        self.text = text
        self._places = [
            Place(number, line, shown.find(text))
            for number, hunk in enumerate(hunks)
            for line, (_, shown, _, _) in enumerate(hunk.hunk.lines)
            if text in shown
        ]
        self._current = next((at for at, place in enumerate(self._places) if place.hunk >= start), 0)

    @property
    def place(self) -> Place | None:
        """Where we are, if the text is anywhere."""
        return self._places[self._current] if self._places else None

    @property
    def summary(self) -> str:
        """Where that is among all of them."""
        if not self._places:
            return "not found"
        count = len(self._places)
        return f"{self._current + 1:,} of {count:,} {'line' if count == 1 else 'lines'}"

    def step(self, step: int) -> None:
        """Go to another match; after the last comes the first."""
        if self._places:
            self._current = (self._current + step) % len(self._places)

    def spans(self, text: str, style: Style) -> list[Span]:
        """Where the text is in a line."""
        spans: list[Span] = []
        place = text.find(self.text)
        while place >= 0:
            spans.append((place, place + len(self.text), style))
            place = text.find(self.text, place + len(self.text))
        return spans
