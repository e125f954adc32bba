from __future__ import annotations

from tests.widgets.diff.texts import unified
from tests.widgets.terminal import Stage, settle, until
from widgets.question_detail import QuestionDetail
from widgets.text_view import plain

DIFF = unified(["one\n", "two\n"], ["one\n", "2\n"])
FACTS = [("why", "commands ask"), ("in", "/home")]


async def test_what_is_known_stands_above_what_would_run() -> None:
    app = Stage(QuestionDetail())
    async with app.run_test(size=(60, 10)) as pilot:
        app.widget.tell(FACTS)
        app.widget.show(plain("make\ntest", "strong"))
        await settle(pilot)
        assert app.rows[:2] == [" why  commands ask", " in   /home"]
        assert app.rows[3:5] == [" make", " test"]


async def test_a_diff_and_a_plan_are_drawn_as_what_they_are() -> None:
    app = Stage(QuestionDetail())
    async with app.run_test(size=(60, 12)) as pilot:
        app.widget.show(plain("nothing"), diff=DIFF)
        await until(pilot, lambda: any("- two" in row.replace("  ", " ") for row in app.rows))
        assert not any("nothing" in row for row in app.rows)
        app.widget.show(plain("nothing"), plan="# Plan\n\n1. **one**")
        await until(pilot, lambda: any("1. one" in row for row in app.rows))
        assert not any("two" in row for row in app.rows)
        app.widget.show(plain("make"))
        await until(pilot, lambda: " make" in app.rows)
        assert not any("Plan" in row for row in app.rows)


async def test_it_is_read_as_one_text_from_the_facts_on() -> None:
    app = Stage(QuestionDetail())
    async with app.run_test(size=(40, 10)) as pilot:
        app.widget.tell([("writes" if not number else "", f"/file/{number}") for number in range(9)])
        app.widget.show(plain("\n".join(f"row {number}" for number in range(30))))
        await settle(pilot)
        assert app.rows[0] == " writes  /file/0"
        assert not any("/file/8" in row for row in app.rows)
        for _ in range(4):
            app.widget.scroll_rows(1)
        await settle(pilot)
        assert any("/file/8" in row for row in app.rows)
        assert " row 0" in app.rows
        for _ in range(30):
            app.widget.scroll_pages(1)
        await settle(pilot)
        assert " row 29" in app.rows
        for _ in range(30):
            app.widget.scroll_pages(-1)
        await settle(pilot)
        assert app.rows[0] == " writes  /file/0"


async def test_another_question_begins_at_its_beginning() -> None:
    app = Stage(QuestionDetail())
    async with app.run_test(size=(40, 10)) as pilot:
        app.widget.show(plain("\n".join(f"row {number}" for number in range(30))))
        await settle(pilot)
        app.widget.scroll_pages(2)
        app.widget.show(plain("\n".join(f"other {number}" for number in range(30))))
        await settle(pilot)
        assert " other 0" in app.rows


async def test_long_rows_can_be_read_to_their_end() -> None:
    app = Stage(QuestionDetail())
    async with app.run_test(size=(40, 10)) as pilot:
        many = "\n".join("x" * 60 + f" end {number}" for number in range(1100))  # so many are not wrapped
        app.widget.show(plain(many))
        await settle(pilot)
        assert not any("end" in row for row in app.rows)
        for _ in range(4):
            app.widget.scroll_columns(8)
        await settle(pilot)
        assert any("end 0" in row for row in app.rows)


async def test_in_brief_only_what_is_known_is_left() -> None:
    app = Stage(QuestionDetail())
    async with app.run_test(size=(40, 10)) as pilot:
        app.widget.tell(FACTS)
        app.widget.show(plain("make"))
        app.widget.be_brief(True)
        await settle(pilot)
        assert [row for row in app.rows if row] == [" why  commands ask", " in   /home"]
        app.widget.be_brief(False)
        await settle(pilot)
        assert " make" in app.rows
