from __future__ import annotations

from dataclasses import astuple

import pytest
from textual.pilot import Pilot

from tests.widgets.terminal import Clock, Stage, burst, paste, press, settle, until
from widgets.call_pane import CallPane
from widgets.question import Question
from widgets.text_view import plain

GRANT = "bash: pytest -q"


class Desk(Stage[CallPane]):
    """A pane whose call asks, and the answers it gave. Its clock stands still."""

    def __init__(self, reason: str = "mode ask: commands ask", grant: str = GRANT) -> None:
        self.clock = Clock()
        super().__init__(CallPane("call-1", 1, "bash", "pytest -q", plain("pytest -q"), self.clock))
        self.widget.ask(plain("pytest -q", "strong"), reason, grant)
        self.answers: list[Question.Answered] = []

    @property
    def question(self) -> Question:
        """The open question."""
        question = self.widget.question
        assert question is not None
        return question

    def on_question_answered(self, event: Question.Answered) -> None:
        self.answers.append(event)

    async def open(self, pilot: Pilot[None]) -> None:
        """Give the pane the focus, and let the guard pass."""
        self.widget.focus_body()
        await until(pilot, lambda: self.widget.has_focus_within)
        await until(pilot, self._opens)

    def _opens(self) -> bool:
        self.clock.now += 1
        return self.question.is_open

    @property
    def answered(self) -> list[tuple[object, ...]]:
        """Call, yes or no, scope and reason of each answer."""
        return [astuple(answer) for answer in self.answers]


@pytest.mark.parametrize(
    ("key", "allowed", "scope"),
    [("y", True, "once"), ("t", True, "turn"), ("s", True, "session"), ("n", False, "once")],
)
async def test_each_key_answers_once_with_its_scope(key: str, allowed: bool, scope: str) -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await press(pilot, key)
        assert app.answered == [("call-1", allowed, scope, "")]


async def test_it_says_what_answers_why_it_asks_and_what_a_wider_yes_covers() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await settle(pilot)
        assert [row.removeprefix("▌").strip() for row in app.rows[-3:]] == [
            "y yes   t yes, this turn   s yes, this session   n no   d no, with a reason",
            "asks because: mode ask: commands ask",
            "this turn, this session: bash: pytest -q",
        ]


@pytest.mark.parametrize("keys", [("y", "y"), ("n", "y"), ("y", "n"), ("y", "d"), ("t", "s")])
async def test_a_second_key_answers_nothing(keys: tuple[str, ...]) -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await burst(pilot, *keys)
        assert len(app.answers) == 1
        assert not app.question.explaining


async def test_a_key_within_300_ms_of_its_appearance_does_not_count() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        app.widget.focus_body()
        await settle(pilot)
        for key in "ytsnd":
            await press(pilot, key)
        app.clock.now += 0.299
        await press(pilot, "y")
        assert app.answers == []
        assert not app.question.explaining
        app.clock.now += 0.002
        await press(pilot, "y")
        assert len(app.answers) == 1


async def test_the_time_counts_from_when_it_can_be_seen() -> None:
    app = Desk()
    app.clock.now += 60
    async with app.run_test(size=(80, 12)) as pilot:
        question = Question("call-2", "why", "", app.clock)
        app.clock.now += 60
        question.answer(True)
        app.screen.mount(question)
        app.clock.now += 60
        question.guard()
        question.answer(True)
        await settle(pilot)
        question.answer(True)
        await settle(pilot)
        assert app.answers == []
        app.clock.now += Question.GUARD
        question.answer(True)
        await settle(pilot)
        assert len(app.answers) == 1


async def test_a_key_within_300_ms_after_the_pane_gained_the_focus_does_not_count() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        app.screen.set_focus(None)
        await settle(pilot)
        app.widget.focus_body()
        await press(pilot, "y", "n")
        assert app.answers == []
        app.clock.now += Question.GUARD
        await press(pilot, "n")
        assert len(app.answers) == 1


@pytest.mark.parametrize("text", ["y", "y\r", "n\n", "yes\ryes\r"])
async def test_a_paste_never_answers(text: str) -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await paste(pilot, text)
        assert app.answers == []


@pytest.mark.parametrize("grant", ["", "bash: " + "x" * Question.LONGEST], ids=["none", "too long"])
async def test_a_wider_yes_that_there_is_not_or_that_cannot_be_read_is_not_offered(grant: str) -> None:
    app = Desk(grant=grant)
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        assert not app.question.offers_grant
        assert not any("this turn" in row for row in app.rows)
        await press(pilot, "t", "s")
        app.question.answer(True, "turn")
        await settle(pilot)
        assert app.answers == []
        await press(pilot, "y")
        assert app.answered == [("call-1", True, "once", "")]


async def test_d_asks_for_a_reason_and_enter_sends_it() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await press(pilot, "d")
        assert any("why not?" in row for row in app.rows)
        await burst(pilot, *"yes no 1?", "enter")
        assert app.answered == [("call-1", False, "once", "yes no 1?")]


async def test_d_and_enter_say_no_without_a_reason() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await press(pilot, "d")
        await burst(pilot, "space", "enter", "enter")
        assert app.answered == [("call-1", False, "once", "")]


async def test_escape_gives_no_reason_and_answers_nothing() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await press(pilot, "d", "x", "escape")
        assert app.answers == []
        assert app.widget.body.has_focus
        assert not app.question.explaining
        assert any("y yes" in row for row in app.rows)
        await press(pilot, "y")
        assert app.answers == []
        app.clock.now += Question.GUARD
        await press(pilot, "d", "escape")
        app.clock.now += Question.GUARD
        await press(pilot, "y")
        assert app.answered == [("call-1", True, "once", "")]


async def test_keys_of_the_pane_do_nothing_while_a_reason_is_written() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await press(pilot, "d")
        for action in ("answer('once')", "deny", "explain", "cancel", "zoom", "fold"):
            assert not await app.run_action(action, app.widget)
        assert app.question.explaining


async def test_a_pasted_reason_keeps_all_its_lines_and_sends_nothing() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await press(pilot, "d")
        await paste(pilot, "use uv\r\nnot \x1b[31mpip\x1b[0m\r")
        assert app.answers == []
        await press(pilot, "enter")
        assert app.answered == [("call-1", False, "once", "use uv not pip")]


async def test_reason_and_grant_are_shown_as_they_are_with_what_is_invisible_written_out() -> None:
    app = Desk("[/red] \x1b[2Jwhy\u202e\nnow", "bash: [@click=app.bell]x[/] \u202egnp\tend [b")
    async with app.run_test(size=(100, 14)) as pilot:
        await settle(pilot)
        text = "\n".join(app.rows)
        assert "asks because: [/red] \\x1b[2Jwhy\\u202e now" in text
        assert "this turn, this session: bash: [@click=app.bell]x[/] \\u202egnp end [b" in text


async def test_however_long_the_reason_what_it_is_about_and_the_keys_stay_in_view() -> None:
    app = Desk()
    async with app.run_test(size=(60, 8)) as pilot:
        app.widget.ask(plain("one\ntwo\nthree"), "because " * 5000, "bash: " + "x " * 450)
        await settle(pilot)
        assert [row.removeprefix("▌").strip() for row in app.rows[1:4]] == ["one", "two", "three"]
        assert "y yes" in app.rows[4]
        assert "no, with a reason" in app.rows[5]
