"""What happens to the commands of a session, as it is recorded, and what of it an approval is for."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TypeVar

import pytest

from app.session.answer import Answer
from app.trajectory.events import (
    ApprovalAsked,
    ApprovalDecided,
    Event,
    InputAwaited,
    JobEnded,
    JobKept,
    JobStarted,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
)
from app.trajectory.reader import read
from tests.execution.observing import wait_until
from tests.servers.model_server import Call, ModelServer, Turn
from tests.session.conftest import Open, Run

E = TypeVar("E", bound=Event)


def bash(command: str, **arguments: object) -> Call:
    return Call("bash", {"command": command, **arguments})


def follow(run: Run, kind: type[E], number: int = 1) -> E:
    """Wait for the event of a kind, from 1."""
    run.until(lambda _: len(run.of(kind)) >= number)
    return run.of(kind)[number - 1]


def said(output: str) -> str:
    """What a command has printed so far."""
    return Path(output).read_text() if Path(output).exists() else ""


def recorded(run: Run) -> list[Event]:
    """What the file holds once the session is closed."""
    run.session.close()
    return [record.event for record in read(run.session.trajectory)]


def test_the_effects_of_a_turn_carry_where_it_starts(open_session: Open, workspace: Path) -> None:
    turns = [
        Turn(calls=[bash("mkdir sub; cd sub; export NAME=secret-value"), bash("pwd")]),
        Turn(calls=[bash("pwd; echo $NAME"), Call("glob", {"pattern": "*"})]),
        Turn(calls=[bash("export NAME=other")]),
        Turn(calls=[bash("true")]),
        Turn(text="done"),
    ]
    with ModelServer(turns) as server:
        run = open_session(server)
        run.task()
    effects = [event.effects for event in run.of(ToolRequested)]
    sub = f"{workspace}/sub"
    assert [each.cwd for each in effects] == [str(workspace), str(workspace), sub, "", sub, sub]
    assert [each.variables for each in effects] == [(), (), ("NAME",), (), ("NAME",), ("NAME",)]
    environments = [each.environment for each in effects if each.cwd]
    assert environments[:2] == ["", ""]
    assert environments[2] == environments[3] != environments[4]
    requested = [str(event) for event in recorded(run) if isinstance(event, ToolRequested)]
    assert sum("secret-value" in each for each in requested) == 1  # where the model itself wrote it


@pytest.mark.parametrize(
    ("between", "asks"),
    [
        (": >made", False),
        ("mkdir sub; cd sub", True),
        ("export NAME=1", True),
        ("unset HOME", True),
        ("NAME=1; (cd /; export OTHER=1)", False),
    ],
)
def test_a_yes_for_the_session_does_not_hold_elsewhere(open_session: Open, between: str, asks: bool) -> None:
    turns = [Turn(calls=[bash(command)]) for command in ("(./check)", between, "(./check)")]
    with ModelServer([*turns, Turn(text="done")]) as server:
        run = open_session(server, mode="ask")
        run.session.submit("go")
        run.session.decide(follow(run, ApprovalAsked).call, Answer(True, scope="session"))
        run.session.decide(follow(run, ApprovalAsked, 2).call, Answer(True))
        if asks:
            run.session.decide(follow(run, ApprovalAsked, 3).call, Answer(False))
        run.until(lambda event: isinstance(event, TaskEnded))
    assert [event.by for event in run.of(ApprovalDecided)] == [
        "person",
        "person",
        "person" if asks else "grant",
    ]


def test_typing_resizing_and_waiting_are_recorded(open_session: Open) -> None:
    with ModelServer(
        [Turn(calls=[bash("read line; stty size; echo got $line", tty=True)]), Turn(text="x")]
    ) as server:
        run = open_session(server)
        run.session.submit("go")
        call = follow(run, ToolStarted)
        assert call.terminal
        assert follow(run, InputAwaited) == InputAwaited(call.call, True)
        run.session.resize_terminal(call.call, 100, 30)
        run.session.type(call.call, b"it\r")
        finished = follow(run, ToolFinished)
        run.until(lambda event: isinstance(event, TaskEnded))
        assert finished.content.endswith("30 100\ngot it\n[the person typed into it]\n")
    assert InputAwaited(call.call, True) in recorded(run)


def test_a_command_that_is_begun_again_on_a_terminal_starts_twice(open_session: Open) -> None:
    command = "echo ready; if [ -t 0 ]; then echo terminal; else sleep 60; fi"
    with ModelServer([Turn(calls=[bash(command)]), Turn(text="x")]) as server:
        run = open_session(server)
        run.session.submit("go")
        call = follow(run, ToolStarted)
        assert not call.terminal
        wait_until(lambda: said(call.output) == "ready\n")
        run.session.to_terminal(call.call)
        again = follow(run, ToolStarted, 2)
        run.until(lambda event: isinstance(event, TaskEnded))
    assert (again.call, again.terminal) == (call.call, True)
    assert again.output != call.output
    (finished,) = run.of(ToolFinished)
    assert finished.output == again.output
    assert finished.content == "ready\nterminal\n"
    assert [event for event in recorded(run) if isinstance(event, ToolStarted)] == [call, again]


def test_one_that_is_interrupted_on_its_terminal_keeps_what_it_said_there(open_session: Open) -> None:
    with ModelServer([Turn(calls=[bash("tty; sleep 60")])]) as server:
        run = open_session(server)
        run.session.submit("go")
        call = follow(run, ToolStarted)
        wait_until(lambda: said(call.output) == "not a tty\n")
        run.session.to_terminal(call.call)
        again = follow(run, ToolStarted, 2)
        wait_until(lambda: said(again.output).startswith("/dev/"))
        run.session.interrupt()
        run.until(lambda event: isinstance(event, TaskEnded))
    (finished,) = run.of(ToolFinished)
    assert (finished.status, finished.output) == ("interrupted", again.output)


def test_the_life_of_a_job_is_recorded(open_session: Open) -> None:
    turns = [
        Turn(calls=[bash("echo begun; sleep 60", background=True), bash("echo ready; sleep 60")]),
        Turn(text="x"),
    ]
    with ModelServer(turns) as server:
        run = open_session(server)
        run.session.submit("go")
        first = follow(run, JobStarted)
        assert (first.job, first.command) == ("job-1", "echo begun; sleep 60")
        follow(run, ToolStarted, 2)
        (sleeping,) = (event for event in run.of(ToolStarted) if event.call != first.call)
        wait_until(lambda: said(sleeping.output) == "ready\n")
        wait_until(lambda: said(first.output) == "begun\n")
        run.session.to_background(sleeping.call)
        second = follow(run, JobStarted, 2)
        run.until(lambda event: isinstance(event, TaskEnded))
        assert {event.status for event in run.of(ToolFinished)} == {"done"}
        run.session.end_job("nobody")
        run.session.end_job(first.job)
        ended = follow(run, JobEnded)
        assert (ended.job, ended.exit_code) == ("job-1", -15)
    events = recorded(run)  # closing ends the other
    assert [event for event in events if isinstance(event, JobStarted)] == [first, second]
    assert [event.job for event in events if isinstance(event, JobEnded)] == ["job-1", "job-2"]
    assert Path(first.output).read_text() == "begun\n"


def test_a_job_that_is_kept_outlives_the_session(open_session: Open, workspace: Path) -> None:
    command = "echo begun; until [ -e go ]; do sleep 0.01; done; echo end; sleep 60"
    with ModelServer([Turn(calls=[bash(command, background=True)]), Turn(text="x")]) as server:
        run = open_session(server)
        run.task()
        run.session.keep_job("nobody")
        run.session.keep_job("job-1")
        kept = follow(run, JobKept)
        events = recorded(run)
    try:
        assert kept in events
        assert not [event for event in events if isinstance(event, JobEnded)]
        (job,) = run.session.kept_jobs
        assert (job.name, job.command, job.process) == ("job-1", command, kept.process)
        (workspace / "go").touch()
        wait_until(lambda: job.output.read_text() == "begun\nend\n")
    finally:
        os.killpg(kept.process, signal.SIGKILL)


def test_what_a_job_or_a_failed_command_leaves_is_nothing(open_session: Open, workspace: Path) -> None:
    leave = "mkdir -p sub; cd sub; export NAME=1"
    turns = [
        Turn(calls=[bash(leave, background=True), bash(f"{leave}; false")]),
        Turn(calls=[bash("pwd; echo [$NAME]")]),
        Turn(text="done"),
    ]
    with ModelServer(turns) as server:
        run = open_session(server)
        run.task()
    assert run.of(ToolFinished)[-1].content == f"{workspace}\n[]\n"


def test_an_interrupted_turn_keeps_what_its_finished_calls_left(open_session: Open, workspace: Path) -> None:
    turns = [
        Turn(calls=[bash("mkdir sub; cd sub"), bash("export NAME=1; sleep 60")]),
        Turn(calls=[bash("pwd; echo [$NAME]")]),
        Turn(text="done"),
    ]
    with ModelServer(turns) as server:
        run = open_session(server)
        run.session.submit("go")
        run.until(lambda event: isinstance(event, ToolFinished) and event.status == "done")
        run.session.interrupt()
        follow(run, TaskEnded)
        run.task()
    assert run.of(ToolFinished)[-1].content == f"{workspace}/sub\n[]\n"
