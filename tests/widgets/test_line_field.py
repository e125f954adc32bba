"""A field for one line: its keys, and what is pasted into it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from tests.widgets.terminal import Stage, burst, paste
from widgets.line_field import LineField


class Form(Vertical):
    """Two fields, and what was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def compose(self) -> ComposeResult:
        yield LineField("one", compact=True)
        yield LineField(placeholder="why?")

    @property
    def fields(self) -> list[LineField]:
        return list(self.query(LineField))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.sent.append(event.value)


async def test_keys_that_come_at_once_act_in_the_order_they_were_typed() -> None:
    app = Stage(Form())
    async with app.run_test(size=(40, 8)) as pilot:
        app.widget.fields[0].focus()
        await burst(pilot, "end", "backspace", "backspace", *"ld", "enter", *"er", "home", "x")
        assert app.widget.sent == ["old"]
        assert app.widget.fields[0].value == "xolder"


async def test_keys_behind_one_that_moves_the_focus_are_for_where_it_has_moved() -> None:
    app = Stage(Form())
    async with app.run_test(size=(40, 8)) as pilot:
        app.widget.fields[0].focus()
        await burst(pilot, "end", "s", "tab", *"two", "backspace", "o")
        assert [field.value for field in app.widget.fields] == ["ones", "two"]


async def test_a_paste_is_one_plain_line_and_sends_nothing() -> None:
    app = Stage(Form())
    async with app.run_test(size=(40, 8)) as pilot:
        app.widget.fields[1].focus()
        await paste(pilot, "a\x1b[31m\nb\u202e\r\n")
        assert app.widget.fields[1].value == "a b "
        assert app.widget.sent == []


async def test_what_is_not_compact_has_a_border_whether_or_not_it_has_the_focus() -> None:
    app = Stage(Form())
    async with app.run_test(size=(40, 8)) as pilot:
        for field in app.widget.fields:
            field.focus()
            await burst(pilot)
            assert [row[:1] for row in app.rows[1:4]] == ["╭", "│", "╰"]
