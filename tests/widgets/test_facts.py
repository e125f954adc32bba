from __future__ import annotations

from tests.widgets.terminal import Stage, settle
from widgets.facts import WARNING, Facts


async def test_a_long_fact_goes_on_below_its_own_beginning() -> None:
    app = Stage(Facts())
    async with app.run_test(size=(32, 8)) as pilot:
        app.widget.show([("why", "mode ask: commands ask here"), ("rule", "none"), ("", "two")])
        await settle(pilot)
        assert app.rows[:4] == [" why   mode ask: commands ask", "       here", " rule  none", "       two"]
        await pilot.resize_terminal(60, 8)
        await settle(pilot)
        assert app.rows[0] == " why   mode ask: commands ask here"


async def test_it_is_as_high_as_its_facts() -> None:
    app = Stage(Facts())
    async with app.run_test(size=(40, 8)) as pilot:
        app.widget.show([("a", "one"), ("b", "two"), ("c", "three")])
        await settle(pilot)
        assert app.widget.size.height == 3
        app.widget.show([("a", "one")])
        await settle(pilot)
        assert app.widget.size.height == 1


async def test_text_is_shown_as_it_is_with_what_is_invisible_written_out() -> None:
    app = Stage(Facts())
    async with app.run_test(size=(60, 4)) as pilot:
        app.widget.show([("why", "[/red] \x1b[2J\u202e\nnow")])
        await settle(pilot)
        assert app.rows[0] == " why  [/red] \\x1b[2J\\u202e now"


async def test_what_nobody_should_miss_stands_out() -> None:
    app = Stage(Facts())
    async with app.run_test(size=(60, 4)) as pilot:
        app.widget.show([("sandbox", "none"), (WARNING + "stopped", "by it")])
        await settle(pilot)
        assert app.rows[1] == " stopped  by it"
        assert app.style_of("by it") != app.style_of("none")
