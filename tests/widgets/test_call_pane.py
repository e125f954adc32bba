from __future__ import annotations

from collections.abc import Callable

from app.execution.spool import SpoolFile
from tests.widgets.call_desk import Desk
from tests.widgets.terminal import settle, until
from widgets.call_pane import CallPane
from widgets.output_pane import OutputPane
from widgets.question import Question
from widgets.status import CallStatus
from widgets.text_view import plain
from widgets.verbs import Offers

HOSTILE = "[/red] [@click=app.bell]x[/] \x1b]52;c;aGk=\x07\x1b[2J\u202egnp"


SHOWN = "[/red] [@click=app.bell]x[/] \\x1b]52;c;aGk=\\x07\\x1b[2J\\u202egnp"


PLAIN = "[/red] [@click=app.bell]x[/] gnp"


async def test_it_says_what_the_call_is_and_below_what_it_will_do() -> None:
    app = Desk()
    async with app.run_test(size=(50, 14)) as pilot:
        await settle(pilot)
        assert app.shown == ["3 … bash make test", "$ make test"]


async def test_a_call_waits_asks_runs_and_ends(output: Callable[[str], SpoolFile]) -> None:
    app = Desk()
    pane = app.widget
    async with app.run_test(size=(80, 14)) as pilot:
        pane.wait("waits for 2")
        await settle(pilot)
        assert app.shown == ["3 … bash make test waits for 2", "$ make test"]

        pane.ask(plain("$ make test\nin ~/shop"), "commands ask", Offers(wider=("bash: make test",)))
        await settle(pilot)
        assert app.shown[:3] == ["3 ? bash make test asks", "$ make test", "in ~/shop"]
        assert app.shown[3].startswith("y yes")

        pane.run(output("collected 3\n"))
        await until(pilot, lambda: app.shown[1:] == ["collected 3"])
        app.clock.now += 65.2
        pane.refresh_line()
        await settle(pilot)
        assert app.shown == ["3 ● bash make test 1:05 12 B", "collected 3"]
        assert pane.question is None

        pane.finish(CallStatus.FAILED, 66.0, "timeout", plain("not shown"))
        app.clock.now += 10
        pane.refresh_line()
        await settle(pilot)
        assert app.shown == ["3 ✗ bash make test timeout 1:06 12 B", "collected 3"]


async def test_a_call_without_output_shows_what_came_of_it() -> None:
    app = Desk("app/cart.py", "edit")
    async with app.run_test(size=(50, 14)) as pilot:
        app.widget.run(None)
        await settle(pilot)
        assert app.shown == ["3 ● edit app/cart.py 0 ms", "$ app/cart.py"]
        app.widget.finish(CallStatus.DONE, 0.02, "", plain("edited\nthe file"))
        await settle(pilot)
        assert app.shown == ["3 ✓ edit app/cart.py 20 ms", "edited", "the file"]


async def test_a_call_that_says_nothing_goes_on_showing_what_it_did() -> None:
    app = Desk()
    async with app.run_test(size=(50, 14)) as pilot:
        app.widget.finish(CallStatus.DENIED, 0, "denied", plain(""))
        await settle(pilot)
        assert app.shown == ["3 ⊘ bash make test denied", "$ make test"]


async def test_what_came_before_it_is_mounted_is_shown_once_it_is(output: Callable[[str], SpoolFile]) -> None:
    app = Desk()
    app.widget.ask(plain("$ make"), "commands ask", Offers())
    async with app.run_test(size=(80, 14)) as pilot:
        await settle(pilot)
        assert app.shown[:2] == ["3 ? bash make test asks", "$ make"]
        assert "asks because: commands ask" in app.shown
        assert app.widget.question is not None

    app = Desk()
    app.widget.wait("waits for 1")
    app.widget.ask([], "commands ask", Offers())
    app.widget.run(output("out\n"))
    async with app.run_test(size=(50, 14)) as pilot:
        await until(pilot, lambda: app.shown == ["3 ● bash make test 0 ms", "out"])
        assert len(app.widget.query(Question)) == 0

    app = Desk()
    app.widget.run(output("out\n"))
    app.widget.finish(CallStatus.DONE, 1.0, "", plain("not shown"))
    async with app.run_test(size=(50, 14)) as pilot:
        await settle(pilot)
        assert app.shown == ["3 ✓ bash make test 1.0 s 4 B", "out"]


async def test_it_can_be_mounted_and_change_in_the_same_moment(output: Callable[[str], SpoolFile]) -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        pane = CallPane("call-2", 4, "bash", "ls", plain("$ ls"), app.clock)
        app.mount(pane)
        pane.ask(plain("$ ls -l"), "commands ask", Offers())
        await settle(pilot)
        pane.run(output("out\n"))
        pane.finish(CallStatus.DONE, 1.0, "", [])
        await settle(pilot)
        assert isinstance(pane.body, OutputPane)
        assert any("4 ✓ bash  ls" in row for row in app.rows)


async def test_a_call_that_asks_again_puts_the_new_question() -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        app.widget.ask([], "the first reason", Offers())
        await settle(pilot)
        app.widget.ask([], "the second reason", Offers())
        await settle(pilot)
        assert app.shown[-1] == "asks because: the second reason"
        assert len(app.widget.query(Question)) == 1


async def test_hostile_text_is_shown_as_it_is_everywhere() -> None:
    app = Desk(HOSTILE, HOSTILE)
    async with app.run_test(size=(220, 20)) as pilot:
        app.widget.wait(f"waits for {HOSTILE}")
        await settle(pilot)
        assert app.shown == [f"3 … {SHOWN} {SHOWN} waits for {SHOWN}", f"$ {PLAIN}"]
        app.widget.ask(plain(HOSTILE), HOSTILE, Offers(wider=(HOSTILE,)))
        await settle(pilot)
        assert app.shown == [
            f"3 ? {SHOWN} {SHOWN} asks",
            PLAIN,
            "y yes t turn s session n no d no, because e edit v whole",
            f"asks because: {SHOWN}",
            f"for longer: {SHOWN}",
        ]


async def test_a_title_of_many_lines_is_one_line_and_a_long_one_is_cut() -> None:
    app = Desk("cd /tmp\nrm -rf\t." + "x" * 100_000)
    async with app.run_test(size=(40, 14)) as pilot:
        await settle(pilot)
        assert app.shown[0] == "3 … bash cd /tmp rm -rf .xxxxxxxxxx…"
