"""Processes in live panes, in the real program: typed into, put in the background, kept, ended."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from app.trajectory.events import JobEnded, JobKept, JobStarted, ToolFinished
from app.trajectory.reader import read
from tests.execution.observing import wait_until
from tests.pty.conftest import Start
from tests.pty.terminal import CTRL_Q
from tests.pty.test_workbench import ASK, at, trajectory
from tests.servers.model_server import Call, ModelServer, Turn

F3, F6 = "\x1bOR", "\x1b[17~"
DETACH = "\x1d"
AUTO = (*ASK, "--mode", "auto")


def bash(command: str, **more: object) -> Call:
    return Call("bash", {"command": command, **more})


def finished() -> list[ToolFinished]:
    return [r.event for r in read(trajectory()) if isinstance(r.event, ToolFinished)]


def test_a_person_types_into_a_process_that_waits_for_input(start: Start) -> None:
    ask = bash("read -rp 'your name? ' name; echo \"hello $name\"", tty=True)
    with (
        ModelServer([Turn(calls=[ask]), Turn(text="all is said")]) as server,
        start(*AUTO, **at(server)) as terminal,
    ):
        terminal.wait_for("╭")
        terminal.send("go\r")
        terminal.wait_for("your name?", "1 waits for input", "› bash")
        terminal.send(F3)
        terminal.send("i")
        terminal.wait_for("your keys go to it")
        terminal.send("y of the pane\r")  # y, n and t mean something else where nobody is attached
        terminal.wait_for("hello y of the pane", "all is said")
        terminal.wait_until_gone("your keys go to it")
        assert terminal.quit() == 0
    (call,) = finished()
    assert call.status == "done"
    assert call.content.endswith("[the person typed into it]\n")


def test_a_full_screen_program_is_drawn_and_gets_every_key(start: Start, tmp_path: Path) -> None:
    (tmp_path / "lines").write_text("".join(f"line {number}\n" for number in range(500)))
    # less throws away a key that comes with another size, and here the first size comes as it begins.
    look = bash("while stty size | grep -qx '24 80'; do sleep 0.05; done; less lines", tty=True)
    with (
        ModelServer([Turn(calls=[look]), Turn(text="all is read")]) as server,
        start(*AUTO, columns=160, **at(server)) as terminal,
    ):
        terminal.wait_for("╭")
        terminal.send("go\r")
        terminal.wait_for("line 0", "line 12", "waits for input")
        terminal.send(F3)
        terminal.send("i")
        terminal.wait_for("your keys go to it")
        terminal.send("G")
        terminal.wait_for("line 499")
        terminal.resize(100, 30)
        terminal.wait_for("▌:")  # not at its end any more: it has drawn itself anew, in fewer rows
        terminal.send(DETACH)
        terminal.wait_until_gone("your keys go to it")
        terminal.send("i")
        terminal.wait_for("your keys go to it")
        terminal.send("q")
        terminal.wait_for("all calls are over")
        terminal.wait_until_gone("your keys go to it")
        terminal.send("\x1b")
        terminal.wait_for("all is read")


def test_a_command_is_begun_again_on_a_terminal(start: Start) -> None:
    look = bash("if [ -t 0 ]; then read -rp 'on a terminal: ' x; else echo on pipes; sleep 60; fi")
    with (
        ModelServer([Turn(calls=[look]), Turn(text="all is said")]) as server,
        start(*AUTO, **at(server)) as terminal,
    ):
        terminal.wait_for("╭")
        terminal.send("go\r")
        terminal.wait_for("▌on pipes")
        terminal.send(F3)
        terminal.send("i")
        terminal.wait_for("Its input is closed")
        terminal.send("t")
        terminal.wait_for("on a terminal:", "waits for input")
        terminal.send("i")
        terminal.wait_for("your keys go to it")
        terminal.send("\r")
        terminal.wait_for("all is said")


def test_a_call_goes_to_the_background_is_kept_and_outlives_the_session(start: Start, tmp_path: Path) -> None:
    serve = bash("while sleep 0.05; do echo tick; done")
    build = bash("echo built; sleep 60", background=True)
    with (
        ModelServer([Turn(calls=[serve, build]), Turn(text="both go on")]) as server,
        start(*AUTO, columns=140, **at(server)) as terminal,
    ):
        terminal.wait_for("╭")
        terminal.send("go\r")
        terminal.wait_for("1 ● bash")
        terminal.send(F3)
        terminal.send("1")
        terminal.send("b")
        terminal.wait_for("both go on")
        terminal.send(F6)
        terminal.wait_for("background jobs", "job-1", "job-2", "echo built")
        started = [record.event for record in read(trajectory()) if isinstance(record.event, JobStarted)]
        wait_until(lambda: all(Path(job.output).stat().st_size for job in started))
        terminal.send("k")  # the newest: what was put there by its key
        terminal.wait_for("kept")
        terminal.send("\x1b")
        terminal.wait_until_gone("background jobs")
        terminal.send(CTRL_Q)
        terminal.wait_for("1 background job runs")
        terminal.send(CTRL_Q)
        assert terminal.wait_for_end() == 0
        goodbye = terminal.text
    events = [record.event for record in read(trajectory())]
    (kept,) = (event for event in events if isinstance(event, JobKept))
    (ended,) = (event for event in events if isinstance(event, JobEnded))
    assert kept.job != ended.job
    try:
        assert f"{kept.job} goes on" in goodbye
        assert f"kill -- -{kept.process}" in goodbye
        os.killpg(kept.process, 0)
    finally:
        os.killpg(kept.process, signal.SIGKILL)
