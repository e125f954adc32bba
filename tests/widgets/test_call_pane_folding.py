from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.widgets import Input

from app.execution.spool import SpoolFile
from tests.widgets.call_desk import Desk
from tests.widgets.terminal import press, settle, until
from widgets.status import CallStatus
from widgets.text_view import plain
from widgets.verbs import Offers


async def test_enter_folds_and_unfolds_and_the_focus_stays(output: Callable[[str], SpoolFile]) -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        await app.focus_pane(pilot)
        await press(pilot, "enter")
        assert app.shown == ["3 … bash make test"]
        await press(pilot, "enter")
        assert app.shown == ["3 … bash make test", "$ make test"]
        app.widget.run(output("no newline at the end"))
        await press(pilot, "enter")
        assert app.widget.is_folded
        assert app.shown == ["3 ● bash make test 0 ms"]
        app.widget.focus_body()
        await until(pilot, lambda: app.shown[1:] == ["no newline at the end"])


async def test_a_folded_pane_unfolds_to_ask_and_is_not_folded_while_it_does() -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        await app.focus_pane(pilot)
        await press(pilot, "enter")
        app.widget.ask(plain("$ make test"), "commands ask", Offers())
        await settle(pilot)
        await press(pilot, "enter")
        assert not app.widget.is_folded
        assert app.shown[1] == "$ make test"
        assert app.shown[-1] == "asks because: commands ask"


@pytest.mark.parametrize(
    ("status", "folds"),
    [
        (CallStatus.DONE, True),
        (CallStatus.DENIED, True),
        (CallStatus.FAILED, False),
        (CallStatus.RUNNING, False),
        (CallStatus.ASKS, False),
        (CallStatus.WAITS, False),
    ],
)
async def test_only_what_is_over_and_did_not_fail_folds_by_itself(status: CallStatus, folds: bool) -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        await settle(pilot)
        app.query_one(Input).focus()
        app.widget.finish(status, 1, "", [])
        await settle(pilot)
        app.widget.fold()
        assert app.widget.is_folded is folds


async def test_what_is_looked_at_does_not_fold_by_itself() -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        await app.focus_pane(pilot)
        app.widget.finish(CallStatus.DONE, 1, "", [])
        app.widget.fold()
        assert not app.widget.is_folded
