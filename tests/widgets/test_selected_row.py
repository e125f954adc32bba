from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset
from textual.selection import SELECT_ALL, Selection
from textual.strip import Strip
from textual.widget import Widget

from tests.widgets.terminal import Stage, selected
from widgets.selected_row import selection_in, with_selection

BOLD = Style(bold=True)
ROW = Strip([Segment("one ", BOLD), Segment("two three")])
LINE = 5


def between(start: tuple[int, int], end: tuple[int, int]) -> Selection:
    """From one character, of some line, up to another."""
    return Selection(Offset(*start), Offset(*end))


@pytest.mark.parametrize(
    ("selection", "text"),
    [
        (between((2, LINE), (6, LINE)), "e tw"),
        (between((4, LINE), (1, LINE + 1)), "two three"),
        (between((9, LINE - 1), (3, LINE)), "one"),
        (between((9, LINE - 1), (0, LINE + 1)), "one two three"),
        (between((4, LINE), (99, LINE)), "two three"),
        (SELECT_ALL, "one two three"),
        (between((0, LINE - 2), (9, LINE - 1)), ""),
        (between((0, LINE + 1), (9, LINE + 1)), ""),
        (None, ""),
    ],
)
async def test_a_row_shows_what_is_selected_of_its_line(selection: Selection | None, text: str) -> None:
    app = Stage(Widget())
    async with app.run_test():
        row = with_selection(app.widget, ROW, selection, LINE)
        assert selected(app.widget, row) == text
        assert row.text == ROW.text


async def test_what_is_selected_keeps_its_own_style() -> None:
    app = Stage(Widget())
    async with app.run_test():
        row = with_selection(app.widget, ROW, between((2, LINE), (6, LINE)), LINE)
        bold = [segment.text for segment in row if segment.style and segment.style.bold]
        assert bold == ["on", "e "]


@pytest.mark.parametrize(
    ("selection", "texts"),
    [
        (between((2, LINE), (6, LINE)), ["cd", "ef", ""]),
        (between((6, LINE), (0, LINE + 1)), ["", "gh", "ij"]),
        (between((0, LINE - 1), (9, LINE)), ["abcd", "efgh", "i"]),
        (between((4, LINE), (8, LINE)), ["", "efgh", ""]),
    ],
)
async def test_a_line_of_several_rows_is_selected_across_them(selection: Selection, texts: list[str]) -> None:
    app = Stage(Widget())
    async with app.run_test():
        rows = [
            with_selection(app.widget, Strip([Segment(text)]), selection, LINE, first=first, last=last)
            for text, first, last in (("abcd", 0, 4), ("efgh", 4, 8), ("ij  ", 8, 10))
        ]
        assert [selected(app.widget, row) for row in rows] == texts


async def test_the_last_row_of_a_line_may_be_without_its_end() -> None:
    app = Stage(Widget())
    async with app.run_test():
        row = with_selection(
            app.widget, Strip([Segment("ij")]), between((9, LINE), (0, LINE + 1)), LINE, first=8
        )
        assert selected(app.widget, row) == "j"


async def test_a_widget_selects_what_the_screen_says_until_it_is_removed() -> None:
    app = Stage(Widget())
    async with app.run_test():
        assert selection_in(app.widget) is None
        app.screen.selections = {app.widget: SELECT_ALL}
        assert selection_in(app.widget) == SELECT_ALL
        await app.widget.remove()
        assert selection_in(app.widget) is None
