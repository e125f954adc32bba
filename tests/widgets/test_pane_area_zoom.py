from __future__ import annotations

from textual.widgets import Input

from tests.widgets.area_desk import Desk
from tests.widgets.terminal import burst, press, settle, until


async def test_z_shows_one_pane_alone_and_all_again() -> None:
    app = Desk()
    async with app.run_test(size=(50, 30)) as pilot:
        panes = await app.with_panes(pilot, "a", "b", "c")
        panes[1].focus_body()
        await press(pilot, "z")
        assert app.titles == ["2 … bash  b"]
        assert panes[1].size.height == 30 - 3 - 1
        assert panes[1].body.has_focus
        await press(pilot, "enter")
        assert not panes[1].is_folded
        await press(pilot, "z")
        assert app.titles == ["1 … bash  a", "2 … bash  b", "3 … bash  c"]
        assert panes[1].body.has_focus


async def test_zoom_goes_through_the_grid_and_leaves_it_as_it_was() -> None:
    app = Desk()
    async with app.run_test(size=(90, 28)) as pilot:
        panes = await app.with_panes(pilot, *"abcdef")
        for folded in (panes[1], panes[2], panes[4]):  # now one column would do
            app.finish(folded)
            folded.fold()
        await settle(pilot)
        before = app.places
        assert {x for x, _ in before.values()} == {0, 45}
        panes[0].focus_body()
        await press(pilot, "z")
        assert app.places == {"a": (0, 1)}
        await press(pilot, "ctrl+right")
        assert app.places == {"d": (0, 1)}
        assert panes[3].size.width > 80
        await press(pilot, "z")
        assert app.places == before


async def test_the_pane_that_is_alone_is_the_one_that_takes_the_keys() -> None:
    app = Desk()
    async with app.run_test(size=(80, 30)) as pilot:
        a, b, c = await app.with_panes(pilot, "a", "b", "c")
        c.focus_body()
        await press(pilot, "z")
        app.ask(a)
        await until(pilot, lambda: app.opens(a))
        assert app.titles == ["3 … bash  c"]
        assert app.widget.focus_pane()
        await burst(pilot, "y")
        assert app.titles == ["1 ? bash  a"]
        assert any("y yes" in row for row in app.rows)
        assert app.answered == []
        await until(pilot, lambda: app.opens(a))
        await press(pilot, "y")
        assert app.answered == ["a"]
        await press(pilot, "2")
        assert app.titles == ["2 … bash  b"]
        assert b.body.has_focus


async def test_all_are_shown_again_when_the_pane_that_is_alone_leaves() -> None:
    app = Desk()
    async with app.run_test(size=(50, 30)) as pilot:
        a, _ = await app.with_panes(pilot, "a", "b")
        a.focus_body()
        await press(pilot, "z")
        app.query_one(Input).focus()
        await settle(pilot)
        app.finish(a)
        a.fold()
        assert not a.is_folded
        app.widget.clear_finished()
        await settle(pilot)
        assert app.titles == ["2 … bash  b"]
        await app.with_panes(pilot, "c")
        assert app.titles == ["2 … bash  b", "1 … bash  c"]
