from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.widgets.terminal import Clock, Stage, burst, paste, press, settle, until
from widgets.call_pane import CallPane
from widgets.guard import Guard
from widgets.question import Question
from widgets.text_view import plain
from widgets.verbs import Offers

RULES = Offers(wider=("allow bash pytest",), saves=True, network=True)
ALL = "y yes  t turn  s session  p project  n no  d no, because  e edit  v whole"


class Desk(Stage[CallPane]):
    """A pane whose call asks, and the answers it gave. Its clock stands still."""

    def __init__(self, reason: str = "mode ask: commands ask", offers: Offers = RULES) -> None:
        self.clock = Clock()
        super().__init__(CallPane("call-1", 1, "bash", "pytest -q", plain("pytest -q"), self.clock))
        self.widget.ask(plain("pytest -q", "strong"), reason, offers, version=7)
        self.answers: list[Question.Answered] = []
        self.wanted: list[Question.Wanted] = []

    @property
    def question(self) -> Question:
        """The open question."""
        question = self.widget.question
        assert question is not None
        return question

    def on_question_answered(self, event: Question.Answered) -> None:
        self.answers.append(event)

    def on_question_wanted(self, event: Question.Wanted) -> None:
        self.wanted.append(event)

    async def open(self, pilot: Pilot[None]) -> None:
        """Give the pane the focus, and let the guard pass."""
        self.widget.focus_body()
        await until(pilot, lambda: self.widget.has_focus_within)
        await until(pilot, self._opens)

    def _opens(self) -> bool:
        self.clock.now += 1
        return self.question.is_open

    @property
    def shown(self) -> list[str]:
        """The rows, without the border of the pane."""
        return [row.removeprefix("▌").strip() for row in self.rows]


def answered(allowed: bool, *more: object, **named: object) -> list[Question.Answered]:
    return [Question.Answered("call-1", 7, allowed, *more, **named)]  # type: ignore[arg-type]  # as its fields


@pytest.mark.parametrize(
    ("key", "answers"),
    [
        ("y", answered(True)),
        ("t", answered(True, "turn")),
        ("s", answered(True, "session")),
        ("w", answered(True, network=True)),
        ("n", answered(False)),
    ],
)
async def test_each_key_answers_once_with_its_scope(key: str, answers: list[Question.Answered]) -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await press(pilot, key)
        assert app.answers == answers


@pytest.mark.parametrize(
    ("key", "place"), [("p", "project"), ("T", "turn"), ("S", "session"), ("e", "edit"), ("v", "whole")]
)
async def test_what_needs_more_room_is_asked_for_and_answers_nothing(key: str, place: str) -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        app.widget.focus_body()
        await press(pilot, key)
        assert app.wanted == [], "too soon"
        await app.open(pilot)
        await press(pilot, key)
        assert app.wanted == [Question.Wanted("call-1", 7, place)]  # type: ignore[arg-type]  # one of them
        assert app.answers == []


async def test_it_says_what_answers_why_it_asks_and_what_a_wider_yes_covers() -> None:
    app = Desk()
    async with app.run_test(size=(130, 12)) as pilot:
        await settle(pilot)
        assert app.shown[-3:] == [
            f"{ALL}  w network",
            "asks because: mode ask: commands ask",
            "for longer: allow bash pytest",
        ]


@pytest.mark.parametrize(
    ("width", "keys"),
    [
        (80, "y yes  t turn  s session  n no  d no, because  e edit  v whole  f2 more"),
        (56, "y yes  n no  d no, because  e edit  v whole  f2 more"),
        (30, "y yes  n no  f2 more"),
    ],
)
async def test_where_there_is_little_room_the_most_important_keys_are_named(width: int, keys: str) -> None:
    app = Desk()
    async with app.run_test(size=(width, 12)) as pilot:
        await settle(pilot)
        assert keys in app.shown
        await app.open(pilot)
        await press(pilot, "s")
        assert app.answers == answered(True, "session"), "the others count as well"


async def test_a_resize_names_as_many_keys_as_there_is_room_for_now() -> None:
    app = Desk()
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        await pilot.resize_terminal(130, 12)
        await until(pilot, lambda: f"{ALL}  w network" in app.shown)


async def test_a_yes_says_what_it_does_where_that_is_more_than_to_run_it() -> None:
    app = Desk(offers=Offers("yes, outside the sandbox", hunks=True))
    async with app.run_test(size=(130, 12)) as pilot:
        await settle(pilot)
        assert "y yes, outside the sandbox  n no  d no, because  e edit  v hunk by hunk" in app.shown


@pytest.mark.parametrize("keys", [("y", "y"), ("n", "y"), ("y", "n"), ("y", "d"), ("t", "s"), ("y", "e")])
async def test_a_second_key_answers_nothing(keys: tuple[str, ...]) -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await burst(pilot, *keys)
        assert len(app.answers) == 1
        assert app.wanted == []
        assert not app.question.explaining


async def test_a_key_within_300_ms_of_its_appearance_does_not_count() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        app.widget.focus_body()
        await settle(pilot)
        for key in "ytsndwpe":
            await press(pilot, key)
        app.clock.now += 0.299
        await press(pilot, "y")
        assert app.answers == []
        assert not app.question.explaining
        app.clock.now += Guard.HELD
        await press(pilot, "y")
        assert len(app.answers) == 1


async def test_the_time_counts_from_when_it_can_be_seen() -> None:
    app = Desk()
    app.clock.now += 60
    async with app.run_test(size=(80, 12)) as pilot:
        question = Question("call-2", "why", Offers(), app.clock)
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
        app.clock.now += Guard.SECONDS
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
        app.clock.now += Guard.SECONDS
        await press(pilot, "n")
        assert len(app.answers) == 1


@pytest.mark.parametrize("text", ["y", "y\r", "n\n", "yes\ryes\r"])
async def test_a_paste_never_answers(text: str) -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await paste(pilot, text)
        assert app.answers == []


async def test_what_is_not_offered_cannot_be_answered() -> None:
    app = Desk(offers=Offers())
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        assert "y yes  n no  d no, because  e edit  v whole" in app.shown
        await press(pilot, *"tspTSw")
        app.question.answer(True, "turn")
        app.question.answer(True, network=True)
        await settle(pilot)
        assert (app.answers, app.wanted) == ([], [])
        await press(pilot, "y")
        assert app.answers == answered(True)


async def test_a_yes_for_longer_that_cannot_be_read_here_needs_more_room() -> None:
    app = Desk(offers=Offers(wider=("allow bash " + "x" * Question.LONGEST,), saves=True))
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await press(pilot, "t", "s")
        assert app.answers == []
        assert not any("for longer" in row for row in app.shown)
        await press(pilot, "S")
        assert app.wanted == [Question.Wanted("call-1", 7, "session")]


async def test_d_asks_for_a_reason_and_enter_sends_it() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await press(pilot, "d")
        assert any("why not?" in row for row in app.rows)
        await burst(pilot, *"yes no 1?", "enter")
        assert app.answers == answered(False, feedback="yes no 1?")


async def test_d_and_enter_say_no_without_a_reason() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await press(pilot, "d")
        await burst(pilot, "space", "enter", "enter")
        assert app.answers == answered(False)


async def test_escape_gives_no_reason_and_answers_nothing() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await press(pilot, "d", "x", "escape")
        assert app.answers == []
        assert app.widget.body.has_focus
        assert not app.question.explaining
        assert any("y yes" in row for row in app.shown)
        await press(pilot, "y")
        assert app.answers == []
        app.clock.now += Guard.SECONDS
        await press(pilot, "d", "escape")
        app.clock.now += Guard.SECONDS
        await press(pilot, "y")
        assert app.answers == answered(True)


async def test_keys_of_the_pane_do_nothing_while_a_reason_is_written() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        await app.open(pilot)
        await press(pilot, "d")
        for action in ("answer('once')", "deny", "explain", "place('edit')", "cancel", "zoom", "fold"):
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
        assert app.answers == answered(False, feedback="use uv not pip")


async def test_reason_and_grant_are_shown_as_they_are_with_what_is_invisible_written_out() -> None:
    app = Desk(
        "[/red] \x1b[2Jwhy\u202e\nnow", Offers(wider=("bash: [@click=app.bell]x[/] \u202egnp\tend [b",))
    )
    async with app.run_test(size=(100, 14)) as pilot:
        await settle(pilot)
        text = "\n".join(app.rows)
        assert "asks because: [/red] \\x1b[2Jwhy\\u202e now" in text
        assert "for longer: bash: [@click=app.bell]x[/] \\u202egnp end [b" in text


async def test_however_long_the_reason_what_it_is_about_and_the_keys_stay_in_view() -> None:
    app = Desk()
    async with app.run_test(size=(60, 8)) as pilot:
        app.widget.ask(plain("one\ntwo\nthree"), "because " * 5000, Offers(wider=("bash: " + "x " * 450,)))
        await settle(pilot)
        assert app.shown[1:4] == ["one", "two", "three"]
        assert app.shown[4].startswith("y yes  n no")
