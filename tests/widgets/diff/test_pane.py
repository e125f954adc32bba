from __future__ import annotations

from tests.widgets.diff.texts import HOSTILE, TWO_HUNKS, one_long_hunk, unified
from tests.widgets.terminal import Stage, press, settle, until
from widgets.copied import Copied
from widgets.diff.canvas import AT_ONCE
from widgets.diff.pane import DiffPane
from widgets.diff.reading import Changes
from widgets.text_view import plain

CODE = unified(["import a\n", "x = call(1)\n"], ["import a\n", "x = call(2)\n", "y = 3\n"], "code.py")


class Pane(Stage[DiffPane]):
    """Shows a diff in a pane, and keeps what comes of it."""

    def __init__(self, diff: str, below: str = "") -> None:
        super().__init__(DiffPane(diff, plain(below)))
        self.changes: list[Changes] = []
        self.copied: list[Copied] = []

    def on_diff_canvas_shown(self, event: DiffPane.Shown) -> None:
        self.changes.append(event.changes)

    def on_copied(self, event: Copied) -> None:
        self.copied.append(event)


async def test_a_line_has_one_number_a_hunk_a_short_heading_and_nothing_marks_it() -> None:
    app = Pane(CODE)
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        assert app.rows[:6] == [
            " code.py                          +2 -1",
            " line 1",
            " 1   import a",
            " 2 - x = call(1)",
            " 2 + x = call(2)",
            " 3 + y = 3",
        ]


async def test_a_heading_names_the_function_and_the_line_of_a_file_that_goes() -> None:
    app = Pane("--- a/x\n+++ /dev/null\n@@ -5,1 +0,0 @@ def f():\n-pass\n")
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        assert app.rows[:4] == [
            " x                                +0 -1",
            " deleted",
            " line 5  def f():",
            " 5 - pass",
        ]


async def test_changes_words_and_code_have_colours() -> None:
    app = Pane(CODE)
    async with app.run_test(size=(40, 10)) as pilot:
        keyword = app.widget.get_component_rich_style("diff-view--keyword").color
        await until(pilot, lambda: app.style_of("import").color == keyword)
        context, removed, added, new = (
            {s.style.bgcolor for s in app.widget.render_line(y) if s.style} for y in (2, 3, 4, 5)
        )
        assert [len(colours) for colours in (context, removed, added, new)] == [1, 3, 3, 2]
        assert removed & added == context
        assert new < added


async def test_where_little_is_in_view_it_begins_with_what_changes() -> None:
    app = Pane(TWO_HUNKS)
    async with app.run_test(size=(40, 4)) as pilot:
        await settle(pilot)
        assert [row.rstrip("▅▇▁▂▃▄▆█ ") for row in app.rows] == [
            "  9   line 9",
            " 10 - line 10",
            " 10 + LINE 10",
            " 11   line 11",
        ]
        await pilot.resize_terminal(40, 20)
        await settle(pilot)
        assert app.rows[0].startswith(" file.txt")
        await pilot.resize_terminal(40, 4)
        await settle(pilot)
        assert app.rows[1].startswith(" 10 - line 10")


async def test_of_a_change_that_is_taller_than_the_view_it_shows_the_beginning() -> None:
    app = Pane(unified([], [f"line {number}\n" for number in range(100)]))
    async with app.run_test(size=(40, 5)) as pilot:
        await settle(pilot)
        assert app.rows[0].startswith(" line 1")
        assert app.rows[1].startswith("   1 + line 0")


async def test_where_a_person_has_scrolled_to_it_stays() -> None:
    app = Pane(TWO_HUNKS)
    async with app.run_test(size=(40, 4)) as pilot:
        app.widget.focus()
        await press(pilot, "end", "up")
        top = app.rows[0][:20]
        await pilot.resize_terminal(40, 5)
        await settle(pilot)
        assert app.rows[0][:20] == top
        app.widget.show_diff(TWO_HUNKS)
        await settle(pilot)
        assert app.rows[0][:20] == top
        app.widget.show_diff(CODE)
        await settle(pilot)
        assert app.rows[-1].startswith(" 3 + y = 3")


async def test_how_much_changes_is_told_whenever_another_diff_is_shown() -> None:
    app = Pane(TWO_HUNKS)
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        assert app.changes[-1] == Changes(2, 1)
        app.widget.show_diff(CODE)
        await settle(pilot)
        assert app.changes[-1] == Changes(2, 1)
        app.widget.show_diff("no diff at all")
        await settle(pilot)
        assert app.changes[-1] == Changes(0, 0)


async def test_what_is_said_below_is_no_part_of_what_is_copied() -> None:
    app = Pane(CODE, "in ~/shop")
    async with app.run_test(size=(40, 10)) as pilot:
        app.widget.focus()
        await settle(pilot)
        assert " in ~/shop" in app.rows
        await press(pilot, "y")
        assert app.copied[0].text.endswith("+x = call(2)\n+y = 3")
        app.widget.copies = False
        await press(pilot, "y")
        assert len(app.copied) == 1


async def test_a_long_diff_is_drawn_by_the_row() -> None:
    diff = one_long_hunk(50_000)
    assert len(diff) > AT_ONCE
    app = Pane(diff, "in ~/shop")
    async with app.run_test(size=(40, 10)) as pilot:
        await until(pilot, lambda: bool(app.widget.lines))
        await settle(pilot)
        assert app.changes[-1] == Changes(16_666, 16_667)
        assert app.rows[2].startswith("     1   value 0")
        app.widget.focus()
        await press(pilot, "end")
        assert app.rows[-1].startswith(" in ~/shop")


async def test_what_is_untrusted_is_written_out() -> None:
    app = Pane(HOSTILE)
    async with app.run_test(size=(80, 12)) as pilot:
        await settle(pilot)
        screen = "".join(app.rows)
        assert "\\u202egnp.exe\\x9b31m" in screen
        assert "[/red] [@click=app.bell]x[/]" in screen
        assert screen.isprintable()
