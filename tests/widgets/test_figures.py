"""Figures stand in columns, and move nothing when they move."""

from __future__ import annotations

from tests.widgets.terminal import Stage, settle
from widgets.figures import Figures

FOUR = [("events", "212"), ("pending", "0"), ("file", "3.1 MB"), ("error", "none")]


async def test_they_stand_below_and_beside_each_other_as_there_is_room() -> None:
    app = Stage(Figures())
    async with app.run_test(size=(76, 6)) as pilot:
        app.widget.show(FOUR)
        await settle(pilot)
        assert [row.split() for row in app.rows[:2]] == [
            ["events", "212", "file", "3.1", "MB"],
            ["pending", "0", "error", "none"],
        ]
        assert app.widget.size.height == 2
        await pilot.resize_terminal(40, 6)
        await settle(pilot)
        assert [row.split()[0] for row in app.rows[:4]] == ["events", "pending", "file", "error"]


async def test_a_figure_that_is_too_long_is_cut_and_what_is_invisible_written_out() -> None:
    app = Stage(Figures())
    async with app.run_test(size=(40, 3)) as pilot:
        app.widget.show([("error", "\x1b[2J" + "x" * 99)])
        await settle(pilot)
        assert app.rows[0].strip().startswith("error")
        assert "\\x1b[2Jxxx" in app.rows[0]
        assert app.rows[0].endswith("…")
