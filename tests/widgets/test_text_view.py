from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.geometry import Offset
from textual.selection import Selection
from textual.strip import Strip

from tests.widgets.terminal import Stage, press, settle
from widgets.copied import Copied
from widgets.text_view import LONGEST, Row, TextView, plain


class CountingView(TextView):
    """Remembers how many rows it has drawn."""

    drawn = 0

    def render_line(self, y: int) -> Strip:
        self.drawn += 1
        return super().render_line(y)


class CopyingStage(Stage[CountingView]):
    """Keeps what is copied."""

    def __init__(self, widget: CountingView) -> None:
        super().__init__(widget)
        self.copied: list[Copied] = []

    def on_copied(self, event: Copied) -> None:
        self.copied.append(event)

    @property
    def selected(self) -> list[str]:
        """The selected part of each row."""
        background = self.screen.get_component_rich_style("screen--selection").bgcolor
        rows = (self.widget.render_line(y) for y in range(self.size.height))
        return ["".join(s.text for s in row if s.style and s.style.bgcolor == background) for row in rows]


def reader(lines: Sequence[Row]) -> Stage[CountingView]:
    """An app that shows some rows."""
    return Stage(CountingView(lines))


async def test_rows_are_shown_from_the_first_on() -> None:
    app = reader(plain("one\ntwo\n\nfour\n"))
    async with app.run_test(size=(20, 6)):
        assert app.rows == ["one", "two", "", "four", "", ""]


async def test_a_million_rows_open_at_once_and_only_those_in_view_are_drawn() -> None:
    lines: list[Row] = [(f"line {number}", "plain") for number in range(1, 1_000_001)]
    app = reader(lines)
    async with app.run_test(size=(20, 10)) as pilot:
        assert app.rows[0] == "line 1"
        assert app.widget.drawn < 100
        app.widget.focus()
        await press(pilot, "end")
        assert app.rows[-1].split() == ["line", "1000000"]
        await press(pilot, "pageup", "up")
        assert app.widget.scroll_offset.y == 999_979
        assert app.rows[0] == "line 999980"
        app.widget.scroll_to(y=654_320, animate=False)
        await settle(pilot)
        assert app.rows[0] == "line 654321"
        assert app.widget.drawn < 1000
        assert app.widget.virtual_size.height == 1_000_000


async def test_only_rows_that_were_in_view_are_measured() -> None:
    lines = plain("short\n" * 100 + "漢" * 50 + "\n" + "short\n" * 100)
    app = reader(lines)
    async with app.run_test(size=(20, 10)) as pilot:
        assert app.widget.virtual_size.width == 5
        app.widget.scroll_to(y=95, animate=False)
        await settle(pilot)
        assert app.widget.virtual_size.width == 100
        app.widget.scroll_to(y=0, animate=False)
        await settle(pilot)
        assert app.widget.virtual_size.width == 100


async def test_scrolling_past_wider_rows_lays_out_nothing_but_the_view() -> None:
    app = reader(plain("".join("x" * number + "\n" for number in range(200))))
    async with app.run_test(size=(20, 10)) as pilot:
        await settle(pilot)
        layouts: list[object] = []
        app.screen.screen_layout_refresh_signal.subscribe(app.widget, layouts.append, immediate=True)
        app.widget.focus()
        await press(pilot, *["pagedown"] * 5)
        assert app.widget.virtual_size.width > 50
        assert layouts == []


async def test_a_row_that_goes_on_says_so_and_can_be_scrolled_to_its_end() -> None:
    app = reader(plain("0123456789abcdef\nfits in 10"))
    async with app.run_test(size=(10, 4)) as pilot:
        app.widget.focus()
        await settle(pilot)
        assert app.rows[:2] == ["012345678›", "fits in 10"]
        await press(pilot, "right", "right")
        assert app.rows[:2] == ["23456789a›", "ts in 10"]
        await press(pilot, *["right"] * 9)
        assert app.rows[:2] == ["6789abcdef", "n 10"]
        assert app.style_of("n 10").bgcolor == app.widget.rich_style.bgcolor


async def test_wide_characters_are_measured_by_cells() -> None:
    app = reader(plain("漢字漢字漢字\nabcdefghij"))
    async with app.run_test(size=(10, 3)) as pilot:
        app.widget.focus()
        await settle(pilot)
        assert app.widget.virtual_size.width == 12
        assert app.rows[:2] == ["漢字漢字 ›", "abcdefghij"]
        await press(pilot, "right")
        assert app.rows[:2] == [" 字漢字漢›", "bcdefghij"]
        await press(pilot, "right", "right")
        assert app.rows[:2] == ["字漢字漢字", "cdefghij"]


async def test_a_row_beside_the_scroll_bar_is_not_hidden_by_it() -> None:
    app = reader(plain("0123456789\n" * 20))
    async with app.run_test(size=(10, 4)) as pilot:
        app.widget.focus()
        await settle(pilot)
        assert app.widget.render_line(0).text == "01234567›"
        await press(pilot, "right")
        assert app.widget.render_line(0).text == "123456789"


async def test_other_rows_are_shown_from_the_first_on_and_measured_anew() -> None:
    app = reader(plain("a row that is long\n" * 100))
    async with app.run_test(size=(12, 4)) as pilot:
        app.widget.focus()
        await press(pilot, "end", "right", "right")
        app.widget.show(plain("one\ntwo"))
        await settle(pilot)
        assert app.rows == ["one", "two", "", ""]
        assert app.widget.virtual_size == (3, 2)
        app.widget.show([])
        await settle(pilot)
        assert app.rows == [""] * 4


async def test_the_same_rows_stay_where_they_are() -> None:
    lines = plain("".join(f"line {number}\n" for number in range(100)))
    app = reader(lines)
    async with app.run_test(size=(20, 4)) as pilot:
        app.widget.focus()
        await press(pilot, "pagedown")
        before, drawn = app.rows, app.widget.drawn
        app.widget.show(lines)
        await settle(pilot)
        assert app.rows == before
        assert app.widget.drawn == drawn


async def test_a_narrower_view_shows_where_rows_go_on() -> None:
    app = reader(plain("0123456789"))
    async with app.run_test(size=(10, 3)) as pilot:
        assert app.rows[0] == "0123456789"
        await pilot.resize_terminal(6, 3)
        await settle(pilot)
        assert app.rows[0] == "01234›"
        await pilot.resize_terminal(1, 3)
        await settle(pilot)
        assert app.rows[0] == "›"


async def test_each_role_looks_different_and_all_have_one_background() -> None:
    app = reader([*plain("plain"), *plain("dim", "dim"), *plain("strong", "strong")])
    async with app.run_test(size=(40, 20)):
        styles = [app.style_of(text) for text in ("plain", "dim", "strong")]
        assert len({(style.color, style.bold) for style in styles}) == 3
        assert {style.bgcolor for style in styles} == {app.widget.rich_style.bgcolor}


def test_text_has_no_control_characters_and_is_no_markup() -> None:
    hostile = "\x1b]0;title\x07[/red] \x1b[31m[@click=app.bell]x[/]\x1b[0m\u202e [b\ttab\r\nnext"
    assert plain(hostile, "dim") == [
        ("[/red] [@click=app.bell]x[/] [b".ljust(32) + "tab", "dim"),
        ("next", "dim"),
    ]


async def test_markup_is_shown_as_it_is() -> None:
    app = reader(plain("[/red] [@click=app.bell]x[/] [b"))
    async with app.run_test(size=(40, 3)):
        assert app.rows[0] == "[/red] [@click=app.bell]x[/] [b"


def test_a_long_line_goes_on_in_further_rows_and_nothing_of_it_is_lost() -> None:
    line = "+" + "0123456789" * 1000
    cut = plain(line)
    assert [len(text) for text, _ in cut] == [LONGEST, LONGEST, 10_001 - 2 * LONGEST]
    assert "".join(text for text, _ in cut) == line


def test_an_empty_text_has_no_rows() -> None:
    assert plain("") == plain("\n\n") == plain("\x1b[0m") == []


def test_rows_are_never_wider_than_two_cells_for_each_character() -> None:
    assert max(cell_len(text) for text, _ in plain("漢" * 10_000)) == 2 * LONGEST


async def test_the_mouse_selects_rows_and_a_key_copies_them() -> None:
    app = CopyingStage(CountingView(plain("one\n漢字 two\nthree\nfour"), copies=True))
    async with app.run_test(size=(20, 6)) as pilot:
        app.widget.focus()
        await pilot.mouse_down(app.widget, offset=(2, 1))
        await pilot.hover(app.widget, offset=(1, 2))
        await pilot.mouse_up(app.widget, offset=(1, 2))
        assert app.screen.get_selected_text() == "字 two\nth"
        assert app.selected == ["", "字 two", "th", "", "", ""]
        await press(pilot, "y")
        assert app.copied == [Copied("字 two\nth", "copied 8 characters")]


async def test_wrapped_rows_are_copied_as_one_line() -> None:
    app = CopyingStage(CountingView(plain("0123456789" * 3 + "\nnext"), wrap=True, copies=True))
    async with app.run_test(size=(12, 6)) as pilot:
        assert app.rows[:4] == ["012345678901", "234567890123", "456789", "next"]
        await pilot.mouse_down(app.widget, offset=(10, 0))
        await pilot.hover(app.widget, offset=(1, 2))
        await pilot.mouse_up(app.widget, offset=(1, 2))
        assert app.screen.get_selected_text() == "0123456789012345"
        assert app.selected[:4] == ["01", "234567890123", "45", ""]


async def test_a_selection_holds_what_is_pointed_at_though_it_is_scrolled_sideways() -> None:
    app = CopyingStage(CountingView(plain("漢字" * 20), copies=True))
    async with app.run_test(size=(12, 6)) as pilot:
        app.widget.scroll_to(x=5, animate=False)
        await settle(pilot)
        await pilot.mouse_down(app.widget, offset=(1, 0))
        await pilot.hover(app.widget, offset=(3, 0))
        await pilot.mouse_up(app.widget, offset=(3, 0))
        assert app.screen.get_selected_text() == "字漢"


async def test_without_a_selection_all_is_copied_or_the_end_of_much() -> None:
    app = CopyingStage(CountingView(plain("one\ntwo"), copies=True))
    async with app.run_test(size=(12, 6)) as pilot:
        app.widget.focus()
        await press(pilot, "y")
        app.widget.show(plain("0123456789\n" * 20_000))
        await press(pilot, "y")
        assert app.copied[0] == Copied("one\ntwo", "copied 7 characters")
        assert app.copied[1].text == ("\n0123456789" * 20_000)[-100_000:]
        assert app.copied[1].note == "copied the last 100,000 of 219,999 characters"


async def test_other_rows_are_not_selected() -> None:
    app = CopyingStage(CountingView(plain("one\ntwo"), copies=True))
    async with app.run_test(size=(12, 6)) as pilot:
        app.screen.selections = {app.widget: Selection(Offset(0, 0), Offset(2, 1))}
        app.widget.show(plain("three\nfour"))
        await settle(pilot)
        assert app.screen.get_selected_text() is None


async def test_the_key_copies_only_where_it_may() -> None:
    app = CopyingStage(CountingView(plain("one")))
    async with app.run_test(size=(12, 6)) as pilot:
        app.widget.focus()
        await press(pilot, "y")
        assert app.copied == []


async def test_wrapped_rows_leave_room_for_the_scroll_bar_that_they_bring() -> None:
    view = TextView(wrap=True)
    app = Stage(view)
    async with app.run_test(size=(40, 8)) as pilot:
        for rows, width in ((500, 39), (90, 40), (500, 39)):
            view.show([("x" * rows, "plain")])
            await settle(pilot)
            assert [row[:width] for row in app.rows[:2]] == ["x" * width] * 2
            assert TextView.MORE not in "".join(app.rows)
