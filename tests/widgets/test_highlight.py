from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from widgets.highlight import highlighted

RED, BOLD, REVERSE = Style(color="red"), Style(bold=True), Style(reverse=True)


def test_some_characters_get_a_style_on_top_of_their_own() -> None:
    strip = Strip([Segment("abc", RED), Segment("漢字"), Segment("x", RED)])
    result = highlighted(strip, [(1, 4, BOLD), (4, 5, REVERSE)])
    assert list(result) == [
        Segment("a", RED),
        Segment("bc", RED + BOLD),
        Segment("漢", BOLD),
        Segment("字", REVERSE),
        Segment("x", RED),
    ]
    assert result.cell_length == strip.cell_length == 8


def test_what_reaches_beyond_the_row_ends_with_it() -> None:
    strip = Strip([Segment("abc")])
    assert list(highlighted(strip, [(-5, 1, BOLD), (2, 99, BOLD)])) == [
        Segment("a", BOLD),
        Segment("b"),
        Segment("c", BOLD),
    ]
    assert list(highlighted(strip, [(-5, -1, BOLD), (7, 9, BOLD), (2, 2, BOLD)])) == list(strip)
