from __future__ import annotations

from tests.widgets.terminal import Stage, burst, paste, press, settle
from widgets.call_editor import CallEditor


class Desk(Stage[CallEditor]):
    """An editor that has the focus, and what came of it."""

    def __init__(self, text: str = "make test") -> None:
        super().__init__(CallEditor())
        self.text = text
        self.run_as: list[str] = []
        self.left = 0

    def on_mount(self) -> None:
        self.widget.begin("the command [/red]", self.text)
        self.widget.focus()

    def on_call_editor_run(self, event: CallEditor.Run) -> None:
        self.run_as.append(event.text)

    def on_call_editor_left(self) -> None:
        self.left += 1


async def test_it_begins_at_the_end_of_what_there_is_and_ctrl_s_runs_all_that_was_typed_before() -> None:
    app = Desk()
    async with app.run_test(size=(60, 8)) as pilot:
        await settle(pilot)
        assert "the command [/red]" in app.rows[0]
        assert "ctrl+s runs it" in app.rows[-1]
        await burst(pilot, *"-all", "enter", *"ls", "ctrl+s")
        assert app.run_as == ["make test-all\nls"]


async def test_escape_goes_back_and_keeps_the_text() -> None:
    app = Desk()
    async with app.run_test(size=(60, 8)) as pilot:
        await settle(pilot)
        await burst(pilot, *"x", "escape")
        assert (app.left, app.run_as) == (1, [])
        assert app.widget.text == "make testx"
        assert app.widget.has_focus


async def test_what_is_wrong_is_said_until_something_is_typed() -> None:
    app = Desk()
    async with app.run_test(size=(60, 8)) as pilot:
        await settle(pilot)
        app.widget.refuse("line 1, column 2: [/red] a comma is missing")
        await settle(pilot)
        assert "line 1, column 2: [/red] a comma is missing" in app.rows[-1]
        assert app.widget.text == "make test"
        await press(pilot, "x")
        assert "ctrl+s runs it" in app.rows[-1]


async def test_a_paste_is_plain_text_and_runs_nothing() -> None:
    app = Desk("")
    async with app.run_test(size=(60, 8)) as pilot:
        await settle(pilot)
        await paste(pilot, "one\r\ntwo\x1b]0;title\x07\x13\r")
        assert app.run_as == []
        await press(pilot, "ctrl+s")
        assert app.run_as == ["one\ntwo\n"]


async def test_a_long_command_goes_on_in_the_next_row() -> None:
    app = Desk("echo " + "word " * 20 + "end")
    async with app.run_test(size=(60, 8)) as pilot:
        await settle(pilot)
        assert any("end" in row for row in app.rows)
        assert any("echo" in row for row in app.rows)
