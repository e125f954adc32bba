"""A session that was left, or killed, goes on in the real program."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from app.trajectory.events import SessionResumed, ToolFinished, UserMessage
from app.trajectory.reader import read
from tests.pty.conftest import Start
from tests.pty.test_workbench import ASK, at, trajectory
from tests.servers.model_server import Call, ModelServer, Turn

AUTO = (*ASK, "--mode", "auto")


def test_a_session_that_was_left_goes_on_where_it_was(start: Start, tmp_path: Path) -> None:
    long = "\n\n".join(f"paragraph {number}" for number in range(60))
    with ModelServer([Turn(text=long), Turn(text="the second answer")]) as server:
        with start(".", *ASK, **at(server)) as terminal:
            terminal.wait_for("╭")
            terminal.send("remember pear\r")
            terminal.wait_for("paragraph 59")
            assert terminal.quit() == 0
            assert f"sawhorse --resume {trajectory().parent.name} goes on" in terminal.raw.decode()
        with start(".", "--continue", **at(server)) as terminal:
            terminal.wait_for("paragraph 59", "the session goes on, with openai/test-model", "test-model ·")
            terminal.send("and now?\r")
            terminal.wait_for("the second answer")
            assert "remember pear" in str(server.requests[-1].body)
            terminal.send("\x1b[15~" + "\x1b[H")
            terminal.wait_for("> remember pear", "paragraph 0")
            assert terminal.quit() == 0
    events = [record.event for record in read(trajectory())]
    assert sum(isinstance(event, SessionResumed) for event in events) == 1
    assert [event.text for event in events if isinstance(event, UserMessage)] == ["remember pear", "and now?"]


def test_a_session_that_was_killed_in_a_call_goes_on(start: Start, tmp_path: Path) -> None:
    call = Call("bash", {"command": "echo begun > begun; sleep 100"})
    with ModelServer([Turn(calls=[call]), Turn(text="I look what became of it")]) as server:
        with start(".", *AUTO, **at(server)) as terminal:
            terminal.wait_for("╭")
            terminal.send("sleep\r")
            terminal.wait_for("● bash")
            os.kill(terminal.pid, signal.SIGKILL)
            terminal.wait_for_end()
        with start(".", "--continue", **at(server)) as terminal:
            terminal.wait_for("> sleep", "interrupted", "the session goes on")
            terminal.send("what became of it?\r")
            terminal.wait_for("I look what became of it")
            assert terminal.quit() == 0
    finished = [record.event for record in read(trajectory()) if isinstance(record.event, ToolFinished)]
    assert [event.status for event in finished] == ["interrupted"]
    assert "not known" in finished[0].content
