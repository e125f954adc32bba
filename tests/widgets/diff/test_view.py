from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.geometry import Offset
from textual.strip import Strip

from tests.widgets.diff.texts import HOSTILE, NEW, OLD, TWO_HUNKS, one_long_hunk, unified
from tests.widgets.terminal import Stage, press, settle, until
from widgets.copied import Copied
from widgets.diff.parse import parse_diff
from widgets.diff.view import DiffView


class CountingView(DiffView):
    """Remembers how many rows it has drawn."""

    drawn = 0

    def render_line(self, y: int) -> Strip:
        self.drawn += 1
        return super().render_line(y)


class Reader(Stage[CountingView]):
    """Shows a diff, and keeps what is copied and said."""

    def __init__(self, diff: str) -> None:
        super().__init__(CountingView(diff))
        self.copied: list[Copied] = []

    def on_copied(self, event: Copied) -> None:
        self.copied.append(event)

    def row(self, text: str) -> str:
        """The row of the terminal that holds a text."""
        return next(row for row in self.rows if text in row)

    @property
    def said(self) -> list[str]:
        """What it has notified of."""
        return [notification.message for notification in self._notifications]


async def test_a_diff_is_shown_with_names_numbers_and_signs() -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.rows[:8] == [
            " file.txt                                                                 +2 -1",
            "▌@@ -7,7 +7,7 @@",
            "▌  7   7   line 7",
            "▌  8   8   line 8",
            "▌  9   9   line 9",
            "▌ 10     - line 10",
            "▌     10 + LINE 10",
            "▌ 11  11   line 11",
        ]


async def test_side_by_side_both_files_have_half_of_the_view() -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(160, 24)) as pilot:
        app.widget.focus()
        await press(pilot, "s")
        assert app.widget.is_split
        left, _, right = app.row("LINE 10").partition("│")
        assert (left.strip("▌ "), right.strip()) == ("10 - line 10", "10 + LINE 10")
        left, _, right = app.row("and a half").partition("│")
        assert (left.strip("▌ "), right.strip()) == ("", "40 + line 40 and a half")
        await press(pilot, "s")
        assert not app.widget.is_split


async def test_side_by_side_needs_room_and_comes_back_with_it() -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 24)) as pilot:
        app.widget.focus()
        await press(pilot, "s")
        assert not app.widget.split
        assert app.said == ["Side by side needs 100 columns; here are 80."]
        await pilot.resize_terminal(120, 24)
        await press(pilot, "s")
        split = [app.widget.is_split]
        for width in (99, 120):
            await pilot.resize_terminal(width, 24)
            await settle(pilot)
            split.append(app.widget.is_split)
        assert split == [True, False, True]


async def test_fifty_thousand_lines_open_at_once_and_only_rows_in_view_are_drawn() -> None:
    app = Reader(one_long_hunk(50_000))
    async with app.run_test(size=(160, 20)) as pilot:
        await settle(pilot)
        assert app.rows[2].split() == ["▌", "1", "1", "value", "0"]
        assert app.widget.drawn <= 100
        app.widget.focus()
        await settle(pilot)
        for key in ("end", "pageup", "up", "s", "home"):
            app.widget.drawn = 0
            await press(pilot, key)
            assert 0 < app.widget.drawn <= 60
        assert app.widget.virtual_size.height == 2 + 33_334


async def test_an_arrow_at_the_end_goes_on_by_hunks() -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 40)) as pilot:
        app.widget.focus()
        await press(pilot, "down")
        assert app.widget.current_hunk == 1
        assert app.row("-37,6").startswith("▌")
        assert not app.row("-7,7").startswith("▌")
        await press(pilot, "up")
        assert app.widget.current_hunk == 0


async def test_keys_go_to_hunks_and_the_current_one_is_always_in_view() -> None:
    app = Reader(TWO_HUNKS * 3)
    async with app.run_test(size=(80, 8)) as pilot:
        app.widget.focus()
        for number in range(1, 6):
            await press(pilot, "right_square_bracket")
            assert app.widget.current_hunk == number
            assert any(row.startswith("▌@@") for row in app.rows)
        await press(pilot, "right_square_bracket")
        assert app.widget.current_hunk == 5
        await press(pilot, "left_square_bracket", "k")
        assert app.widget.current_hunk == 3
        await press(pilot, "home")
        assert app.widget.current_hunk == 0
        await press(pilot, "end")
        assert app.widget.current_hunk == 5


async def test_a_click_chooses_a_hunk() -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(app.widget, offset=(20, 14))
        assert app.widget.current_hunk == 1


async def test_the_row_at_the_top_stays_when_the_layout_changes() -> None:
    app = Reader(one_long_hunk(3000))
    async with app.run_test(size=(160, 10)) as pilot:
        app.widget.focus()
        app.widget.scroll_to(y=1502, animate=False)
        await settle(pilot)
        assert app.rows[0].split()[-1] == "1500"
        await press(pilot, "s")
        assert "1500" in app.rows[0]
        await press(pilot, "s")
        assert app.rows[0].split()[-1] == "1500"


async def test_words_that_change_stand_out_on_their_line() -> None:
    app = Reader(unified(["a = call(one)\n"], ["a = call(two)\n"]))
    async with app.run_test(size=(80, 10)) as pilot:
        await settle(pilot)
        one, two, rest = app.style_of("one"), app.style_of("two"), app.style_of("a = call(")
        assert len({one.bgcolor, two.bgcolor, rest.bgcolor, app.widget.rich_style.bgcolor}) == 4


async def test_a_line_of_a_megabyte_is_shown_in_pieces_and_compared_with_none() -> None:
    app = Reader(unified(["x y " * 250_000 + "\n"], ["x z " * 250_000 + "\n"]))
    async with app.run_test(size=(80, 10)) as pilot:
        await settle(pilot)
        assert app.rows[2].startswith("▌  1     - x y x y")
        assert app.rows[2].rstrip("▆▄ ").endswith("›")
        assert app.widget.virtual_size.height == 2 + 2 * 245


async def test_code_is_coloured_when_the_colours_are_found() -> None:
    app = Reader(unified(["x = 1\n", "def f():\n"], ["x = 1\n", "def g():\n"], "code.py"))
    async with app.run_test(size=(80, 10)) as pilot:
        await until(pilot, lambda: app.style_of("def").color == palette_colour(app, "keyword"))
        assert app.style_of("x").color == app.widget.rich_style.color


def palette_colour(app: Reader, role: str) -> object:
    """The colour of a role in the theme."""
    return app.widget.get_component_rich_style(f"diff-view--{role}").color


async def test_a_file_of_no_known_language_stays_plain() -> None:
    app = Reader(unified(["def f():\n"], ["def g():\n"], "code.unknown"))
    async with app.run_test(size=(80, 10)) as pilot:
        await settle(pilot)
        assert app.style_of("def").color == app.widget.rich_style.color


async def test_what_is_untrusted_is_written_out_and_is_no_markup() -> None:
    app = Reader(HOSTILE)
    async with app.run_test(size=(80, 12)) as pilot:
        await settle(pilot)
        screen = "\n".join(app.rows)
        assert "\\x1b[2Jcleared" in screen
        assert "[/red] [@click=app.bell]x[/]" in screen
        assert "\\u202egnp.exe\\x9b31m" in screen
        assert screen.replace("\n", "").isprintable()
        assert app.style_of("\\u202e").bold


async def test_a_missing_newline_is_said() -> None:
    app = Reader(unified(["a\n"], ["a"]))
    async with app.run_test(size=(80, 10)) as pilot:
        await settle(pilot)
        assert app.row("+ a").endswith("+ a  no newline at the end")
        assert app.row("- a").endswith("- a")


async def test_what_goes_on_to_the_right_can_be_scrolled_to() -> None:
    app = Reader(unified(["x\n"], ["0123456789" * 10 + "\n"]))
    async with app.run_test(size=(60, 10)) as pilot:
        app.widget.focus()
        await settle(pilot)
        assert app.row("012").endswith("›")
        await press(pilot, *["right"] * 60)
        row = app.row("789")
        assert row.startswith("▌      1 + ")
        assert row.endswith("0123456789")


async def test_a_selection_holds_text_without_numbers_and_signs() -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 24)) as pilot:
        app.widget.focus()
        await pilot.mouse_down(app.widget, offset=(16, 5))
        await pilot.hover(app.widget, offset=(14, 7))
        await pilot.mouse_up(app.widget, offset=(14, 7))
        assert app.screen.get_selected_text() == "10\nLINE 10\nline"
        await press(pilot, "y")
        assert app.copied == [Copied("10\nLINE 10\nline", "copied 15 characters")]


async def test_a_selection_side_by_side_is_of_the_side_where_it_begins() -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(120, 24)) as pilot:
        app.widget.focus()
        await press(pilot, "s")
        column = app.rows[4].index("│") + 7
        await pilot.mouse_down(app.widget, offset=(column, 4))
        await pilot.hover(app.widget, offset=(column + 3, 6))
        await pilot.mouse_up(app.widget, offset=(column + 3, 6))
        assert app.screen.get_selected_text() == "line 9\nLINE 10\nline"


async def test_without_a_selection_the_whole_diff_is_copied() -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 24)) as pilot:
        app.widget.focus()
        await press(pilot, "y")
        assert parse_diff(app.copied[0].text) == parse_diff(TWO_HUNKS)


def found(app: Reader) -> list[Segment]:
    """What is marked as searched for."""
    rows = [app.widget.render_line(y) for y in range(app.widget.size.height)]
    return [segment for row in rows for segment in row if segment.style and segment.text == "4"]


async def test_a_search_goes_from_line_to_line_and_ends() -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 8)) as pilot:
        app.widget.focus()
        await press(pilot, "slash", "4", "enter")
        assert app.rows[-1].endswith("1 of 4 lines")
        assert app.widget.current_hunk == 1
        await press(pilot, "n", "n")
        assert app.rows[-1].endswith("3 of 4 lines")
        await press(pilot, "N", "N", "N")
        assert app.rows[-1].endswith("4 of 4 lines")
        assert [segment.text for segment in found(app)] == ["4"] * 4
        assert [segment.style.reverse for segment in found(app) if segment.style] == [None, None, None, True]
        await press(pilot, "escape")
        assert found(app) == []
        assert app.widget.has_focus


async def test_a_search_in_another_diff_ends() -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 12)) as pilot:
        app.widget.focus()
        await press(pilot, "slash", *"line", "enter")
        app.widget.show(parse_diff(unified(OLD[:3], NEW[3:5])))
        await settle(pilot)
        assert "lines" not in app.rows[-1]
        assert app.widget.current_hunk == 0
        app.widget.show(())
        await settle(pilot)
        assert app.widget.current_hunk == -1
        assert not any(app.rows)
        await press(pilot, "s", "j", "slash", "n", "y", "down")
        assert app.copied == []


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "nord", "solarized-light", "ansi-dark"])
async def test_another_theme_colours_it_anew(theme: str) -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = "gruvbox"
        await settle(pilot)
        before = app.style_of("LINE")
        app.theme = theme
        await settle(pilot)
        style = app.style_of("LINE")
        assert style != before
        assert style.color != style.bgcolor


async def test_a_last_paint_of_a_view_that_is_gone_is_blank() -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.widget.notify_style_update()
        app.widget.on_resize()
        await app.widget.remove()
        assert app.widget.render_line(0).text.strip() == ""


async def test_offsets_of_the_mouse_are_those_of_the_text() -> None:
    app = Reader(TWO_HUNKS)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        _, at_sign = app.screen.get_widget_and_offset_at(9, 2)
        _, at_text = app.screen.get_widget_and_offset_at(12, 2)
        assert at_sign is not None
        assert at_text is not None
        assert at_text == Offset(65, 2)
        assert at_sign.x < 64
