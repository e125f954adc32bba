"""The pane of a call that changes files."""

from __future__ import annotations

import pytest

from tests.widgets.call_desk import Desk
from tests.widgets.diff.texts import TWO_HUNKS, one_long_hunk, unified
from tests.widgets.terminal import press, settle, until
from widgets.copied import Copied
from widgets.diff.pane import DiffPane
from widgets.status import CallStatus
from widgets.text_view import TextView, plain
from widgets.verbs import Offers

DIFF = unified(["one\n", "two\n"], ["one\n", "2\n"])
OTHER = unified(["one\n", "two\n"], ["one\n", "2\n", "3\n"])


def edit() -> Desk:
    """The pane of an edit."""
    return Desk("app/cart.py", "edit")


async def test_an_edit_asks_with_its_diff_and_its_title_says_how_much_it_changes() -> None:
    app = edit()
    async with app.run_test(size=(60, 16)) as pilot:
        app.widget.ask(plain("in ~/shop", "dim"), "edits ask", Offers(hunks=True), diff=DIFF)
        await settle(pilot)
        assert app.shown[:7] == [
            "3 ? edit app/cart.py +1 -1 asks",
            "file.txt +1 -1",
            "line 1",
            "1 one",
            "2 - two",
            "2 + 2",
            "in ~/shop",
        ]
        assert app.style_of("- ").bgcolor != app.style_of("+ ").bgcolor


async def test_what_was_asked_about_before_it_is_mounted_is_shown_once_it_is() -> None:
    app = edit()
    app.widget.ask([], "edits ask", Offers(), diff=DIFF)
    async with app.run_test(size=(60, 16)) as pilot:
        await settle(pilot)
        assert app.shown[0] == "3 ? edit app/cart.py +1 -1 asks"
        assert "2 - two" in app.shown


async def test_a_call_that_asks_again_shows_the_new_diff() -> None:
    app = edit()
    async with app.run_test(size=(60, 16)) as pilot:
        app.widget.ask([], "edits ask", Offers(), diff=DIFF)
        await settle(pilot)
        app.widget.ask([], "the file has changed since", Offers(), diff=OTHER)
        await settle(pilot)
        assert app.shown[0] == "3 ? edit app/cart.py +2 -1 asks"
        assert "3 + 3" in app.shown
        assert len(app.widget.query(DiffPane)) == 1


async def test_a_call_that_is_allowed_goes_on_showing_its_diff_where_the_person_left_it() -> None:
    app = edit()
    async with app.run_test(size=(60, 12)) as pilot:
        app.widget.ask([], "edits ask", Offers(), diff=TWO_HUNKS)
        await app.focus_pane(pilot)
        await press(pilot, "end")
        app.widget.run(None)
        await settle(pilot)
        assert app.shown[0] == "3 ● edit app/cart.py +2 -1 0 ms"
        app.widget.finish(CallStatus.DONE, 0.02, "", plain("edited"), TWO_HUNKS)
        await settle(pilot)
        assert app.shown[0] == "3 ✓ edit app/cart.py +2 -1 20 ms"
        assert "line 42" in app.shown[-1]
        assert "edited" not in app.shown
        assert app.widget.body.has_focus


@pytest.mark.parametrize("asked", [True, False])
async def test_a_finished_call_shows_what_it_has_changed(asked: bool) -> None:
    app = edit()
    async with app.run_test(size=(60, 16)) as pilot:
        await app.focus_pane(pilot)
        if asked:
            app.widget.ask([], "edits ask", Offers(), diff=DIFF)
        app.widget.run(None)
        app.widget.finish(CallStatus.DONE, 0.02, "", plain("edited"), OTHER)
        await settle(pilot)
        assert app.shown[0] == "3 ✓ edit app/cart.py +2 -1 20 ms"
        assert "3 + 3" in app.shown
        assert app.widget.body.has_focus
        assert app.widget.part == "panes"


async def test_a_call_that_changed_nothing_shows_what_it_said() -> None:
    app = edit()
    async with app.run_test(size=(60, 16)) as pilot:
        app.widget.ask([], "edits ask", Offers(), diff=DIFF)
        await app.focus_pane(pilot)
        app.widget.finish(CallStatus.DENIED, 0, "denied", plain("The call was denied."))
        await settle(pilot)
        assert app.shown[1:] == ["The call was denied."]
        assert isinstance(app.widget.body, TextView)
        assert app.widget.body.has_focus
        assert len(app.widget.query(DiffPane)) == 0


async def test_the_key_that_copies_answers_while_the_call_asks() -> None:
    app = edit()
    async with app.run_test(size=(60, 16)) as pilot:
        app.widget.ask([], "edits ask", Offers(), diff=DIFF)
        await app.focus_pane(pilot)
        assert app.opens()
        await press(pilot, "y")
        assert [type(message).__name__ for message in app.messages] == ["Answered"]
        app.widget.finish(CallStatus.DONE, 0.02, "", [], DIFF)
        await press(pilot, "y")
        copied = app.messages[-1]
        assert isinstance(copied, Copied)
        assert copied.text.endswith("-two\n+2")


async def test_a_long_diff_is_shown_a_moment_later_and_never_another_one() -> None:
    app = edit()
    async with app.run_test(size=(60, 16)) as pilot:
        app.widget.ask([], "edits ask", Offers(), diff=DIFF)
        await settle(pilot)
        app.widget.ask([], "the file has changed since", Offers(), diff=one_long_hunk(50_000))
        pilot.app.screen._on_timer_update()
        assert not any("two" in row for row in app.rows)
        await until(pilot, lambda: "+16,666 -16,667" in app.shown[0])
        assert "1 value 0" in app.shown
