"""The list of settings: sections, columns, and keys that act in the order they are typed."""

from __future__ import annotations

from dataclasses import replace

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Input

from tests.widgets.terminal import Stage, settle, until
from widgets.line_field import LineField
from widgets.setting_list import Section, SettingLine, SettingList

SIZE = SettingLine("recorder.size", "size", "5", "default", "How many [/red].", True)
MODE = SettingLine("approval.mode", "mode", "a\x1b[2J", "user file", "What runs.", False)
BOTH = [Section("recorder", (SIZE,)), Section("approval", (MODE,))]


async def test_every_setting_is_a_row_of_columns_below_its_section() -> None:
    app = Stage(SettingList())
    async with app.run_test(size=(90, 8)) as pilot:
        app.widget.show(BOTH)
        await settle(pilot)
        assert [row.split() for row in app.rows[:4]] == [
            ["recorder"],
            ["size", "5", "default", "How", "many", "[/red]."],
            ["approval"],
            ["mode", "a\\x1b[2J", "user", "file", "What", "runs."],
        ]
        assert app.widget.looked_at == "recorder.size", "a heading is no setting"


async def test_a_column_that_is_too_narrow_is_cut() -> None:
    app = Stage(SettingList())
    async with app.run_test(size=(90, 8)) as pilot:
        app.widget.show([Section("recorder", (replace(SIZE, label="l" * 99, value="v" * 99),))])
        await settle(pilot)
        label, value, origin = app.rows[1].split()[:3]
        assert (len(label), len(value), origin) == (SettingList.LABEL - 1, SettingList.VALUE - 1, "default")


async def test_what_is_looked_at_stays_when_others_come_and_go() -> None:
    app = Stage(SettingList())
    async with app.run_test(size=(90, 8)) as pilot:
        app.widget.show(BOTH)
        app.widget.focus()
        await pilot.press("down")
        assert app.widget.looked_at == "approval.mode"
        app.widget.show([BOTH[1]])
        assert app.widget.looked_at == "approval.mode"
        app.widget.show([Section("approval", (replace(MODE, value="other"),))])
        await settle(pilot)
        assert "other" in app.rows[1]
        app.widget.show([])
        assert app.widget.looked_at == ""


class Typed(App[None]):
    """A list from which one key leads to a line."""

    BINDINGS = [("slash", "go", "Go"), ("r", "reset", "Reset")]  # noqa: RUF012  # as Textual has it

    def compose(self) -> ComposeResult:
        self.resets = 0
        yield SettingList()
        yield LineField(compact=True)

    def action_go(self) -> None:
        self.screen.set_focus(self.query_one(Input))

    def action_reset(self) -> None:
        self.resets += 1


async def test_letters_that_come_with_the_key_of_a_field_are_for_the_field() -> None:
    app = Typed()
    async with app.run_test() as pilot:
        app.screen.set_focus(app.query_one(SettingList))
        await pilot.pause()
        for key, character in (("slash", "/"), ("r", "r"), ("ctrl+u", None), ("x", "x"), ("r", "r")):
            app.post_message(events.Key(key, character))  # all at once, as a slow line brings them
        await until(pilot, lambda: app.query_one(Input).value == "xr")
        assert app.resets == 0
