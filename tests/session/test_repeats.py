"""A model that goes round in circles is brought to a person."""

from __future__ import annotations

from pathlib import Path

from app.session.answer import Answer
from app.session.repeats import Repeats
from app.settings.schema import ApprovalSettings, Settings
from app.trajectory.events import ApprovalAsked, ApprovalDecided, TaskEnded, ToolFinished, ToolStarted
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open
from tests.session.test_approvals import asked

TWICE = Settings(approval=ApprovalSettings(repeats=2))


def bash(command: str) -> Call:
    return Call("bash", {"command": command})


def called(repeats: Repeats, *calls: str, edits: bool = False) -> list[bool]:
    """Whether each of some calls asks."""
    asks = []
    for call in calls:
        repeats.count(call, edits=edits)
        asks.append(bool(repeats.asks(call)))
    return asks


def test_the_nth_equal_call_asks_and_so_does_each_after_it() -> None:
    assert called(Repeats(3), "a", "b", "a", "a", "b", "a") == [False, False, False, True, False, True]


def test_the_reason_says_how_often() -> None:
    repeats = Repeats(1)
    said = []
    for _ in range(23):
        repeats.count("a", edits=False)
        said.append(repeats.asks("a").split()[5])
    assert [said[number - 1] for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd")
    ]


def test_zero_turns_it_off() -> None:
    assert not any(called(Repeats(0), *"aaaaaaaaaa"))


def test_a_yes_starts_counting_anew() -> None:
    repeats = Repeats(2)
    assert called(repeats, "a", "a") == [False, True]
    repeats.forget("a")
    assert called(repeats, "a", "a") == [False, True]


def test_a_new_task_starts_counting_anew() -> None:
    repeats = Repeats(2)
    called(repeats, "a")
    called(repeats, "e", edits=True)
    repeats.begin_task()
    assert called(repeats, "a", "e") == [False, False]


def test_what_only_looks_is_new_after_an_edit_and_edits_are_not() -> None:
    repeats = Repeats(2)
    called(repeats, "tests")
    called(repeats, "insert", edits=True)
    repeats.edited()
    assert called(repeats, "tests") == [False]
    assert called(repeats, "insert", edits=True) == [True]


def test_the_guard_asks_in_every_mode_and_a_no_reaches_the_model(open_session: Open, workspace: Path) -> None:
    turns = [Turn(calls=[bash("echo ran >>log")]) for _ in range(4)]
    with ModelServer([*turns, Turn(text="x")]) as server:
        run = open_session(server, mode="yolo", settings=TWICE)
        run.session.submit("go")
        question = asked(run)
        assert question.reason == "the same call for the 2nd time in this task"
        assert (question.rules, question.grant) == ((), ""), "no wider yes turns the guard off"
        run.session.decide(question.call, Answer(True))
        run.session.decide(asked(run, 2).call, Answer(False))
        run.until(lambda event: isinstance(event, TaskEnded))
    assert [event.by for event in run.of(ApprovalDecided)] == ["mode", "person", "mode", "person"]
    assert [event.status for event in run.of(ToolFinished)] == ["done", "done", "done", "denied"]
    assert (workspace / "log").read_text() == "ran\n" * 3


def test_the_next_task_may_do_the_same_again(open_session: Open) -> None:
    turns = [Turn(calls=[bash("true >log")]), Turn(text="x")] * 2
    with ModelServer(turns) as server:
        run = open_session(server, settings=TWICE)
        run.task()
        run.task()
    assert len(run.of(ToolStarted)) == 2
    assert not run.of(ApprovalAsked)


def test_tests_after_each_edit_are_no_circle(open_session: Open, workspace: Path) -> None:
    (workspace / "f").write_text("0\n")

    def edit(old: int) -> Call:
        arguments = {"command": "str_replace", "path": "f", "old_str": f"{old}\n", "new_str": f"{old + 1}\n"}
        return Call("str_replace_based_edit_tool", arguments)

    turns = [Turn(calls=[call]) for old in range(3) for call in (edit(old), bash("cat f >seen"))]
    with ModelServer([*turns, Turn(text="x")]) as server:
        run = open_session(server, settings=TWICE)
        assert run.task().outcome == "done"
    assert not run.of(ApprovalAsked)


def test_without_a_person_the_circle_is_broken(open_session: Open) -> None:
    turns = [Turn(calls=[bash("true >log")]) for _ in range(2)]
    with ModelServer([*turns, Turn(text="x")]) as server:
        run = open_session(server, settings=TWICE, attended=False)
        assert run.task().outcome == "done"
    denied = run.of(ToolFinished)[-1]
    assert denied.status == "denied"
    assert "the same call for the 2nd time" in denied.content


def test_one_yes_answers_equal_calls_that_ask_at_the_same_time(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("true >log")] * 4), Turn(text="x")]) as server:
        run = open_session(server, settings=Settings(approval=ApprovalSettings(repeats=3)))
        run.session.submit("go")
        first, _ = asked(run, 1), asked(run, 2)
        run.session.decide(first.call, Answer(True))
        run.until(lambda event: isinstance(event, TaskEnded))
    assert {event.status for event in run.of(ToolFinished)} == {"done"}
    assert sorted(event.by for event in run.of(ApprovalDecided)) == ["mode", "mode", "mode", "person"]
