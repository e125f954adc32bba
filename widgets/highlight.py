"""Parts of a row that stand out: what is selected, what was searched for."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Span = tuple[int, int, Style]
"""A first character, the one after the last, and the style on top of their own."""


def highlighted(strip: Strip, spans: Iterable[Span]) -> Strip:
    """The row with some of its characters highlighted.

    Args:
        strip: The row.
        spans: In ascending order; they do not overlap, but may reach beyond the row.
    """
    spans = list(spans)
    segments: list[Segment] = []
    first = 0
    for text, base, _ in strip:
        last, done = first + len(text), first
        for start, end, style in spans:
            left, right = max(start, done), min(end, last)
            if left < right:
                segments += [
                    Segment(text[done - first : left - first], base),
                    Segment(text[left - first : right - first], (base or Style.null()) + style),
                ]
                done = right
        segments.append(Segment(text[done - first :], base))
        first = last
    return Strip([segment for segment in segments if segment.text], strip.cell_length)
