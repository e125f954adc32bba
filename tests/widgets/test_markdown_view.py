from __future__ import annotations

from tests.widgets.terminal import Stage, press, settle
from widgets.copied import Copied
from widgets.markdown_view import MarkdownView

LONG = "# Plan\n\n" + "\n\n".join(f"step {number}" for number in range(60))


class Desk(Stage[MarkdownView]):
    """A text, and what was copied from it."""

    def __init__(self, text: str) -> None:
        super().__init__(MarkdownView(text))
        self.copied: list[Copied] = []

    def on_copied(self, event: Copied) -> None:
        self.copied.append(event)


async def test_it_begins_with_the_first_row_and_scrolls() -> None:
    app = Desk(LONG)
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        assert app.rows[1].strip() == "Plan"
        assert not any("more" in row for row in app.rows)
        app.widget.focus()
        await press(pilot, "end")
        assert any("step 59" in row for row in app.rows)
        await press(pilot, "home", "pagedown")
        assert not any("Plan" in row for row in app.rows)


async def test_another_text_begins_with_its_first_row() -> None:
    app = Desk(LONG)
    async with app.run_test(size=(40, 10)) as pilot:
        app.widget.focus()
        await press(pilot, "end")
        app.widget.show(LONG.replace("Plan", "Other"))
        await settle(pilot)
        assert app.rows[1].strip() == "Other"
        app.widget.show("")
        await settle(pilot)
        assert not any(app.rows)


async def test_it_takes_no_key_that_answers() -> None:
    app = Desk(LONG)
    async with app.run_test(size=(40, 10)) as pilot:
        app.widget.focus()
        await press(pilot, *"yn jk", "enter", "space")
        assert app.copied == []
        assert app.widget.cursor is None


async def test_hostile_text_is_plain() -> None:
    app = Desk("[/red] \x1b[2J **bold** [@click=app.exit]x[/]")
    async with app.run_test(size=(60, 5)) as pilot:
        await settle(pilot)
        assert any("[/red]" in row and "bold" in row for row in app.rows)
        assert not any("\x1b" in row for row in app.rows)
