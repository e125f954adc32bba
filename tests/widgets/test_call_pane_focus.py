from __future__ import annotations

from collections.abc import Callable

from textual.widgets import Input

from app.execution.spool import SpoolFile
from tests.widgets.call_desk import Desk
from tests.widgets.terminal import burst, press, settle, until
from widgets.call_pane import CallPane
from widgets.output_pane import OutputPane
from widgets.status import CallStatus
from widgets.text_view import TextView, plain
from widgets.verbs import Offers


async def test_the_focus_stays_when_output_takes_the_place_of_text(
    output: Callable[[str], SpoolFile],
) -> None:
    app = Desk()
    async with app.run_test(size=(80, 30)) as pilot:
        other = CallPane("call-0", 1, "bash", "ls", plain("$ ls"), app.clock)
        await app.mount(other, before=app.widget)
        await app.focus_pane(pilot)
        focused = []
        app.watch(app.screen, "focused", lambda: focused.append(app.focused), init=False)
        app.widget.run(output("out\n"))
        assert app.widget.has_focus_within
        await settle(pilot)
        assert app.widget.body.has_focus
        assert isinstance(app.widget.body, OutputPane)
        assert len(app.widget.query(TextView)) == 0
        assert focused == [app.widget.body]


async def test_the_focus_stays_when_the_reason_for_a_no_is_no_longer_wanted() -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        app.widget.ask([], "commands ask", Offers())
        await app.focus_pane(pilot)
        await until(pilot, app.opens)
        await press(pilot, "d")
        await burst(pilot, *"not")
        app.widget.finish(CallStatus.DENIED, 0, "interrupted", [])
        await settle(pilot)
        assert app.widget.body.has_focus
        await burst(pilot, *"now")
        assert app.messages == []


async def test_the_focus_elsewhere_stays_there(output: Callable[[str], SpoolFile]) -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        field = app.query_one(Input)
        field.focus()
        await settle(pilot)
        app.widget.ask([], "commands ask", Offers())
        await settle(pilot)
        app.widget.run(output("out\n"))
        await settle(pilot)
        app.widget.finish(CallStatus.DONE, 1, "", [])
        await burst(pilot, *"yes")
        assert field.has_focus
        assert field.value == "yes"
