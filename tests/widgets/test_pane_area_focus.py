from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.widgets.area_desk import Desk
from tests.widgets.terminal import press, settle, until


async def test_keys_1_to_9_go_to_the_pane_with_that_number() -> None:
    app = Desk()
    async with app.run_test(size=(50, 80)) as pilot:
        panes = await app.with_panes(pilot, *"abcdefghi")
        panes[0].focus_body()
        await settle(pilot)
        for number in (9, 2, 5):
            await press(pilot, str(number))
            assert panes[number - 1].body.has_focus
        app.finish(panes[6])
        app.widget.clear_finished()
        await press(pilot, "7")
        assert panes[4].body.has_focus


async def test_key_0_goes_to_the_tenth_pane() -> None:
    app = Desk()
    async with app.run_test(size=(90, 80)) as pilot:
        panes = await app.with_panes(pilot, *"abcdefghijk")
        panes[10].focus_body()
        await press(pilot, "0")
        assert panes[9].body.has_focus


@pytest.mark.parametrize("keys", [("ctrl+down", "ctrl+right", "ctrl+up", "ctrl+left"), tuple("jlkh")])
async def test_keys_go_to_the_pane_beside(keys: tuple[str, ...]) -> None:
    app = Desk()
    down, right, up, left = keys
    async with app.run_test(size=(90, 28)) as pilot:
        panes = await app.with_panes(pilot, *"abcdef")  # three in each of two columns
        panes[0].focus_body()
        await settle(pilot)
        steps = (
            (down, 1),
            (right, 4),
            (down, 5),
            (down, 5),
            (right, 5),
            (left, 2),
            (up, 1),
            (up, 0),
            (up, 0),
        )
        for key, place in steps:
            await press(pilot, key)
            assert panes[place].body.has_focus


async def test_passing_a_folded_pane_does_not_unfold_it() -> None:
    app = Desk()
    async with app.run_test(size=(50, 40)) as pilot:
        a, b, c = await app.with_panes(pilot, "a", "b", "c")
        app.finish(b)
        b.fold()
        a.focus_body()
        await settle(pilot)
        await press(pilot, "ctrl+down")
        assert b.has_focus_within
        assert b.is_folded
        await press(pilot, "ctrl+down")
        assert c.has_focus_within
        await press(pilot, "z", "ctrl+up")
        assert b.is_alone
        assert not b.is_folded


async def test_digits_in_the_reason_for_a_no_are_text() -> None:
    app = Desk()
    async with app.run_test(size=(50, 30)) as pilot:
        a, _ = await app.with_panes(pilot, "a", "b")
        app.ask(a)
        app.widget.focus_pane()
        await until(pilot, lambda: a.has_focus_within)
        await until(pilot, lambda: app.opens(a))
        await press(pilot, "d", "2", "z", "y")
        assert a.has_focus_within
        assert not a.is_alone
        assert isinstance(app.focused, Input)
        assert app.focused.value == "2zy"


async def test_what_asks_gets_the_focus_first_then_what_waits_for_input_then_what_runs() -> None:
    app = Desk()
    async with app.run_test(size=(50, 60)) as pilot:
        assert not app.widget.focus_pane()
        a, b, c = await app.with_panes(pilot, "a", "b", "c")
        assert app.widget.focus_pane()
        await settle(pilot)
        assert c.body.has_focus
        b.run(None)
        assert app.widget.focus_pane()
        await settle(pilot)
        assert b.body.has_focus
        a.await_input(True)
        assert app.widget.focus_pane()
        await settle(pilot)
        assert a.body.has_focus
        app.ask(b)
        app.ask(a)
        assert app.widget.asking() == [a, b]
        app.widget.focus_pane()
        await settle(pilot)
        assert a.body.has_focus


async def test_a_folded_pane_gets_the_focus_only_if_there_is_no_other() -> None:
    app = Desk()
    async with app.run_test(size=(50, 60)) as pilot:
        a, b = await app.with_panes(pilot, "a", "b")
        app.finish(b)
        b.fold()
        app.widget.focus_pane()
        await settle(pilot)
        assert a.body.has_focus
        app.query_one(Input).focus()
        await settle(pilot)
        app.finish(a)
        a.fold()
        app.widget.focus_pane()
        await settle(pilot)
        assert b.body.has_focus
        assert not b.is_folded
