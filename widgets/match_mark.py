"""The matches of a search in the rows of a view."""

from __future__ import annotations

from typing import NamedTuple

from rich.style import Style
from textual.strip import Strip

from widgets.highlight import Span, highlighted
from widgets.output_window import Spot, ViewRow


class Mark(NamedTuple):
    """A text that stands out wherever it is in view, and one place of it that does so more."""

    text: str
    byte: int
    spot: Spot

    def draw(self, view_row: ViewRow, style: Style, current: Style) -> Strip:
        """A row with every match in it.

        Args:
            view_row: The row.
            style: Of a match.
            current: Of the one place.
        """
        number, line, (start, end, strip) = view_row
        spans: list[Span] = []
        place = line.text.find(self.text)
        while 0 <= place < end:
            is_current = (number, place) == (self.spot.number, self.spot.character)
            spans.append((place - start, place - start + len(self.text), current if is_current else style))
            place = line.text.find(self.text, place + len(self.text))
        return highlighted(strip, spans) if spans else strip
