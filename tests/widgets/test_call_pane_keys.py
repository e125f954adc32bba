from __future__ import annotations

from collections.abc import Callable

from app.execution.spool import SpoolFile
from tests.widgets.call_desk import Desk
from tests.widgets.terminal import burst, press, until
from widgets.copied import Copied
from widgets.question import Question
from widgets.status import CallStatus
from widgets.text_view import plain
from widgets.verbs import Offers


async def test_letters_answer_nothing_when_it_does_not_ask(output: Callable[[str], SpoolFile]) -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        await app.focus_pane(pilot)
        await burst(pilot, *"ytsnd", "escape")
        app.widget.run(output("out\n"))
        await burst(pilot, *"ytsnd")
        app.widget.finish(CallStatus.DONE, 1, "", [])
        await burst(pilot, *"ytsndc")
        assert {type(message) for message in app.messages} == {Copied}
        assert app.widget.body.has_focus


async def test_y_answers_while_the_call_asks_and_copies_otherwise(output: Callable[[str], SpoolFile]) -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        await app.focus_pane(pilot)
        await press(pilot, "y")
        app.widget.ask(plain("$ make clean"), "commands ask", Offers())
        await until(pilot, app.opens)
        await press(pilot, "y")
        app.widget.run(output("out\n"))
        await until(pilot, lambda: app.shown[-1] == "out")
        await press(pilot, "y")
        assert app.messages == [
            Copied("$ make test", "copied 11 characters"),
            Question.Answered("call-1", 0, True),
            Copied("out\n", "copied 4 characters"),
        ]


async def test_a_rebound_key_copies_and_the_answers_keep_theirs(output: Callable[[str], SpoolFile]) -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        app.set_keymap({"call.copy": "v"})
        app.widget.ask(plain("$ make clean"), "commands ask", Offers())
        await app.focus_pane(pilot)
        await until(pilot, app.opens)
        await press(pilot, "v", "y")
        app.widget.run(output("out\n"))
        await until(pilot, lambda: app.shown[-1] == "out")
        await press(pilot, "y", "v")
        assert app.messages == [
            Question.Answered("call-1", 0, True),
            Copied("out\n", "copied 4 characters"),
        ]


async def test_a_search_has_its_line_below_the_output_and_enter_no_longer_folds(
    output: Callable[[str], SpoolFile],
) -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        app.widget.run(output("one\ntwo\nthree\n"))
        await until(pilot, lambda: app.shown[-1] == "three")
        await app.focus_pane(pilot)
        await press(pilot, "slash")
        await burst(pilot, *"t", "enter")
        await until(pilot, lambda: app.shown[1:] == ["one", "two", "three", "/ t 1 of 2"])
        await press(pilot, "n", "enter")
        assert app.shown[1:] == ["one", "two", "three", "/ t 2 of 2"]
        await press(pilot, "escape", "enter")
        assert app.widget.is_folded
        assert app.messages == []


async def test_c_cancels_a_call_until_it_is_over() -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        await app.focus_pane(pilot)
        await press(pilot, "c")
        app.widget.ask([], "commands ask", Offers())
        await press(pilot, "c")
        app.widget.run(None)
        await press(pilot, "c")
        app.widget.finish(CallStatus.DENIED, 1, "interrupted", [])
        await press(pilot, "c")
        assert app.messages == ["call-1"] * 3


async def test_f_follows_the_end_of_the_output(output: Callable[[str], SpoolFile]) -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        app.widget.run(output("".join(f"line {number}\n" for number in range(100))))
        await until(pilot, lambda: app.shown[-1] == "line 99")
        await app.focus_pane(pilot)
        await press(pilot, "home")
        assert app.shown[1] == "line 0"
        await press(pilot, "f")
        assert app.shown[-1] == "line 99"


async def test_z_asks_for_this_pane_alone() -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        await app.focus_pane(pilot)
        await press(pilot, "z")
        assert app.messages == [app.widget]
