from __future__ import annotations

from dataclasses import replace

from tests.widgets.terminal import Stage, settle
from widgets.question_list import QuestionLine, QuestionList

A = QuestionLine("a", "bash", "make [/red]", "3 s · commands ask")
B = QuestionLine("b", "edit", "no\u202etes.txt\x1b[2J", "1 s · edits ask")


class Desk(Stage[QuestionList]):
    """The list, and which questions were pointed at."""

    def __init__(self) -> None:
        super().__init__(QuestionList())
        self.chosen: list[str] = []

    def on_question_list_chosen(self, event: QuestionList.Chosen) -> None:
        self.chosen.append(event.call)


async def test_each_question_has_its_tool_title_and_note_and_one_is_looked_at() -> None:
    app = Desk()
    async with app.run_test(size=(40, 8)) as pilot:
        app.widget.show([A, replace(B, marked=True)], "a")
        await settle(pilot)
        assert app.rows[:4] == [
            " ›? bash  make [/red]",
            "    3 s · commands ask",
            "◆ ? edit  no\\u202etes.txt\\x1b[2J",
            "    1 s · edits ask",
        ]
        assert app.widget.highlighted == 0


async def test_what_moves_is_drawn_anew_and_the_rest_stays_in_its_place() -> None:
    app = Desk()
    lines = [replace(A, call=str(number), title=f"make {number}") for number in range(20)]
    async with app.run_test(size=(40, 8)) as pilot:
        app.widget.show(lines, "15")
        await settle(pilot)
        place = app.widget.scroll_y
        assert place > 0
        app.widget.show([replace(line, note="4 s") for line in lines], "15")
        await settle(pilot)
        assert app.widget.scroll_y == place
        assert "    4 s" in app.rows
        assert "    3 s · commands ask" not in app.rows


async def test_a_question_that_goes_leaves_the_others() -> None:
    app = Desk()
    async with app.run_test(size=(40, 8)) as pilot:
        app.widget.show([A, B], "a")
        app.widget.show([B], "b")
        await settle(pilot)
        assert app.rows[0].startswith(" ›? edit")
        assert app.rows[2] == ""
        app.widget.show([], "")
        await settle(pilot)
        assert app.widget.highlighted is None
        assert not any(app.rows)


async def test_a_click_points_and_no_key_is_taken() -> None:
    app = Desk()
    async with app.run_test(size=(40, 8)) as pilot:
        app.widget.show([A, B], "a")
        await settle(pilot)
        await pilot.click(QuestionList, offset=(5, 2))
        await settle(pilot)
        assert app.chosen == ["b"]
        assert not app.widget.focusable
