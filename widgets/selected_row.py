"""What is selected of a widget, as its rows show it."""

from __future__ import annotations

from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from widgets.highlight import highlighted


def selection_in(widget: Widget) -> Selection | None:
    """What is selected in a widget, if anything.

    One that was removed has no screen to ask, and yet a last paint may come to it.
    """
    return widget.text_selection if widget.is_attached else None


def with_selection(
    widget: Widget, strip: Strip, selection: Selection | None, line: int, *, first: int = 0, last: int = -1
) -> Strip:
    """A row, what is selected of it on another background.

    Args:
        widget: Whose row it is.
        strip: The row.
        selection: Lines and characters.
        line: The number of the line it is, or is a part of.
        first: The character of the line at its beginning.
        last: The character of the line after its end; negative for as many as it has.
    """
    if selection is None or (span := selection.get_span(line)) is None:
        return strip
    start, end = span
    last = first + len(strip.text) if last < 0 else last
    end = last if end < 0 else min(end, last)
    background = widget.screen.get_component_rich_style("screen--selection").bgcolor
    return highlighted(strip, [(start - first, end - first, Style(bgcolor=background))])
