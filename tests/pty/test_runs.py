"""Runs that were recorded, in the real program: looked at from a session, watched again, gone on with."""

from __future__ import annotations

from app.trajectory.events import Note, SessionStarted
from app.trajectory.reader import read
from tests.pty.conftest import Start
from tests.pty.test_workbench import ASK, at, trajectory
from tests.servers.model_server import ModelServer, Turn

F4, END, ESCAPE = "\x1bOS", "\x1b[F", "\x1b"


def test_from_a_session_another_one_branches_off_of_what_was_said(start: Start) -> None:
    turns = [Turn(text="the first answer"), Turn(text="the second answer")]
    with ModelServer(turns) as server, start(".", *ASK, **at(server)) as terminal:
        terminal.wait_for("╭")
        terminal.send("remember pear\r")
        terminal.wait_for("the first answer")
        first = trajectory()
        terminal.send(F4)
        terminal.wait_for("library", "remember pear", "live")
        terminal.send("\r")
        terminal.wait_for("whole", "follow")
        terminal.send(END + "R")
        terminal.wait_for("the session goes on, with openai/test-model", "the first answer", "╭")
        terminal.send("and now?\r")
        terminal.wait_for("the second answer")
        assert "remember pear" in str(server.requests[-1].body)
        assert terminal.quit() == 0
    (second,) = set(first.parent.parent.glob("*/trajectory.jsonl")) - {first}
    began, note = (record.event for record in read(second, 0, 2))
    assert isinstance(began, SessionStarted)
    assert isinstance(note, Note)
    assert str(first) in note.text


def test_a_run_is_watched_again(start: Start) -> None:
    with ModelServer([Turn(text="the first answer")]) as server, start(".", *ASK, **at(server)) as terminal:
        terminal.wait_for("╭")
        terminal.send("remember pear\r")
        terminal.wait_for("the first answer")
        assert terminal.quit() == 0
    with start("replay", trajectory().parent.name, "--step") as terminal:
        terminal.wait_for("‖ 1x · event 0 of")
        terminal.send("....")
        terminal.wait_for("event 4 of", "> remember pear")
        terminal.send(END)
        terminal.wait_for("■", "the first answer")
        terminal.send(ESCAPE)
        assert terminal.wait_for_end() == 0
