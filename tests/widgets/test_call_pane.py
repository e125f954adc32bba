from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from tests.widgets.terminal import Clock, Stage, burst, press, settle, until
from widgets.call_pane import CallPane
from widgets.copied import Copied
from widgets.output_pane import OutputPane
from widgets.question import Question
from widgets.status import CallStatus
from widgets.text_view import TextView, plain

HOSTILE = "[/red] [@click=app.bell]x[/] \x1b]52;c;aGk=\x07\x1b[2J\u202egnp"
SHOWN = "[/red] [@click=app.bell]x[/] \\x1b]52;c;aGk=\\x07\\x1b[2J\\u202egnp"
PLAIN = "[/red] [@click=app.bell]x[/] gnp"


class Desk(Stage[CallPane]):
    """A pane above an input, and what came from it. The clock is set by hand."""

    def __init__(self, title: str = "make test", tool: str = "bash") -> None:
        self.clock = Clock()
        super().__init__(CallPane("call-1", 3, tool, title, plain(f"$ {title}"), self.clock))
        self.messages: list[object] = []

    def compose(self) -> ComposeResult:
        yield self.widget
        yield Input()

    def on_question_answered(self, event: Question.Answered) -> None:
        self.messages.append(event)

    def on_copied(self, event: Copied) -> None:
        self.messages.append(event)

    def on_call_pane_cancelled(self, event: CallPane.Cancelled) -> None:
        self.messages.append(event.call)

    def on_call_pane_zoomed(self, event: CallPane.Zoomed) -> None:
        self.messages.append(event.pane)

    @property
    def shown(self) -> list[str]:
        """The rows of the pane that are not blank, without its left border."""
        rows = [row.removeprefix("▌").strip() for row in self.rows[: self.widget.size.height]]
        return [" ".join(row.split()) for row in rows if row]

    def opens(self) -> bool:
        """Let time pass. True if a key would answer now."""
        self.clock.now += 1
        return self.widget.question is not None and self.widget.question.is_open

    async def focus_pane(self, pilot: Pilot[None]) -> None:
        """Give the pane the focus."""
        self.widget.focus_body()
        await settle(pilot)


@pytest.fixture
def output(tmp_path: Path) -> Callable[[str], SpoolFile]:
    """Makes the output of a call."""

    def write(text: str) -> SpoolFile:
        (tmp_path / "call.out").write_text(text, newline="")
        return SpoolFile(tmp_path / "call.out", Indexer())

    return write


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

        pane.ask(plain("$ make test\nin ~/shop"), "commands ask", "bash: make test")
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
    app.widget.ask(plain("$ make"), "commands ask", "")
    async with app.run_test(size=(80, 14)) as pilot:
        await settle(pilot)
        assert app.shown[:2] == ["3 ? bash make test asks", "$ make"]
        assert "asks because: commands ask" in app.shown
        assert app.widget.question is not None

    app = Desk()
    app.widget.wait("waits for 1")
    app.widget.ask([], "commands ask", "")
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
        pane.ask(plain("$ ls -l"), "commands ask", "")
        await settle(pilot)
        pane.run(output("out\n"))
        pane.finish(CallStatus.DONE, 1.0, "", [])
        await settle(pilot)
        assert isinstance(pane.body, OutputPane)
        assert any("4 ✓ bash  ls" in row for row in app.rows)


async def test_a_call_that_asks_again_puts_the_new_question() -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        app.widget.ask([], "the first reason", "")
        await settle(pilot)
        app.widget.ask([], "the second reason", "")
        await settle(pilot)
        assert app.shown[-1] == "asks because: the second reason"
        assert len(app.widget.query(Question)) == 1


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
        app.widget.ask([], "commands ask", "")
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
        app.widget.ask([], "commands ask", "")
        await settle(pilot)
        app.widget.run(output("out\n"))
        await settle(pilot)
        app.widget.finish(CallStatus.DONE, 1, "", [])
        await burst(pilot, *"yes")
        assert field.has_focus
        assert field.value == "yes"


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
        app.widget.ask(plain("$ make clean"), "commands ask", "")
        await until(pilot, app.opens)
        await press(pilot, "y")
        app.widget.run(output("out\n"))
        await until(pilot, lambda: app.shown[-1] == "out")
        await press(pilot, "y")
        assert app.messages == [
            Copied("$ make test", "copied 11 characters"),
            Question.Answered("call-1", True, "once", ""),
            Copied("out\n", "copied 4 characters"),
        ]


async def test_a_rebound_key_copies_and_the_answers_keep_theirs(output: Callable[[str], SpoolFile]) -> None:
    app = Desk()
    async with app.run_test(size=(80, 14)) as pilot:
        app.set_keymap({"call.copy": "v"})
        app.widget.ask(plain("$ make clean"), "commands ask", "")
        await app.focus_pane(pilot)
        await until(pilot, app.opens)
        await press(pilot, "v", "y")
        app.widget.run(output("out\n"))
        await until(pilot, lambda: app.shown[-1] == "out")
        await press(pilot, "y", "v")
        assert app.messages == [
            Question.Answered("call-1", True, "once", ""),
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
        app.widget.ask([], "commands ask", "")
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
        app.widget.ask(plain("$ make test"), "commands ask", "")
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


async def test_hostile_text_is_shown_as_it_is_everywhere() -> None:
    app = Desk(HOSTILE, HOSTILE)
    async with app.run_test(size=(220, 20)) as pilot:
        app.widget.wait(f"waits for {HOSTILE}")
        await settle(pilot)
        assert app.shown == [f"3 … {SHOWN} {SHOWN} waits for {SHOWN}", f"$ {PLAIN}"]
        app.widget.ask(plain(HOSTILE), HOSTILE, HOSTILE)
        await settle(pilot)
        assert app.shown == [
            f"3 ? {SHOWN} {SHOWN} asks",
            PLAIN,
            "y yes t yes, this turn s yes, this session n no d no, with a reason",
            f"asks because: {SHOWN}",
            f"this turn, this session: {SHOWN}",
        ]


async def test_a_title_of_many_lines_is_one_line_and_a_long_one_is_cut() -> None:
    app = Desk("cd /tmp\nrm -rf\t." + "x" * 100_000)
    async with app.run_test(size=(40, 14)) as pilot:
        await settle(pilot)
        assert app.shown[0] == "3 … bash cd /tmp rm -rf .xxxxxxxxxx…"
