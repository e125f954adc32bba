"""Calls that ask, answered in the real program: by keys, and never by a paste."""

from __future__ import annotations

import time
from pathlib import Path

from app.trajectory.events import ApprovalAsked, ApprovalDecided, SessionEnded, ToolFinished, ToolStarted
from app.trajectory.reader import read
from tests.pty.conftest import Start
from tests.pty.terminal import CTRL_Q, Terminal
from tests.pty.test_workbench import ASK, F2, at, trajectory
from tests.servers.model_server import Call, ModelServer, Turn

CTRL_S, CTRL_W, ESCAPE, ALT_Y, SHIFT_TAB = "\x13", "\x17", "\x1b", "\x1by", "\x1b[Z"
BLUR, FOCUS = "\x1b[O", "\x1b[I"
GUARD = 0.9  # seconds after which a key is no accident


def bash(command: str) -> Call:
    return Call("bash", {"command": command})


def see(terminal: Terminal, *texts: str) -> None:
    """Wait until a question is there, and as long as a person needs to read it."""
    terminal.wait_for(*texts)
    time.sleep(GUARD)


def test_three_calls_ask_at_once_one_is_edited_one_denied_one_allowed(start: Start, tmp_path: Path) -> None:
    calls = [bash("echo wrong > first"), bash("touch second"), bash("echo run >> third")]
    turns = [Turn(calls=calls), Turn(calls=[bash("echo run >> third")]), Turn(text="all is said")]
    with ModelServer(turns) as server, start(".", *ASK, **at(server)) as terminal:
        terminal.wait_for("╭")
        terminal.send("go\r")
        terminal.wait_for("3 calls ask")
        terminal.send(F2 + "y")
        see(terminal, "approvals · 3 calls ask", "echo wrong > first")
        for pasted in ("y\ny\n", "a\x1by", "\x1b[" + 40 * "y"):
            terminal.paste(pasted)
        terminal.send("n")  # too soon behind a paste
        see(terminal, "approvals · 3 calls ask", "echo wrong > first")
        terminal.send("e")
        terminal.wait_for("ctrl+s runs it")
        terminal.send(CTRL_W * 3)
        terminal.wait_for("│ echo  ")
        terminal.send("right > first")
        terminal.wait_for("echo right > first")
        terminal.send(CTRL_S)
        see(terminal, "approvals · 2 calls ask", "touch second")
        terminal.resize(80, 24)
        see(terminal, "approvals · 2 calls ask", "touch second")
        terminal.send("dnot this one\r")
        see(terminal, "approvals · 1 call asks", "echo run >> third")
        terminal.resize(120, 36)
        see(terminal, "approvals · 1 call asks", "echo run >> third")
        terminal.send("syyn")
        terminal.wait_for("all is said", "edited")
        time.sleep(GUARD)
        terminal.send("more")
        terminal.wait_for("│ more ")
        assert terminal.quit() == 0
    assert (tmp_path / "first").read_text() == "right\n"
    assert not (tmp_path / "second").exists()
    assert (tmp_path / "third").read_text() == "run\nrun\n"
    events = [record.event for record in read(trajectory())]
    assert isinstance(events[-1], SessionEnded)
    asked = [event.call for event in events if isinstance(event, ApprovalAsked)]
    decided = [event for event in events if isinstance(event, ApprovalDecided) and event.by == "person"]
    assert len(asked) == 3, "the second turn asked nothing"
    assert [event.call for event in decided] == asked
    assert decided[0].arguments == {"command": "echo right > first"}
    assert (decided[1].allowed, decided[1].feedback) == (False, "not this one")
    assert (decided[2].allowed, decided[2].scope) == (True, "session")
    started = next(event for event in events if isinstance(event, ToolStarted) and event.call == asked[0])
    assert events.index(started) < events.index(decided[1]), "what is allowed does not wait for its siblings"
    finished = {event.call: event.content for event in events if isinstance(event, ToolFinished)}
    assert "not this one" in finished[asked[1]]


def test_a_person_who_looks_elsewhere_is_called_by_the_desktop(start: Start, own_places: Path) -> None:
    (own_places / "config.toml").write_text('[interface]\nnotify = "desktop"\n')
    evil = "touch a; printf '\x1b]0;EVIL\x07' ; true"
    slow = Turn(text="I look at it first.", calls=[bash(evil)], delta=2, pause=0.2)
    with (
        ModelServer([slow, Turn(text="all is said")]) as server,
        start(".", *ASK, **at(server)) as terminal,
    ):
        terminal.wait_for("╭")
        terminal.send("go\r")
        terminal.wait_for("> go", "I look")
        terminal.send(BLUR)
        terminal.wait_for_bytes(b"\x1b]9;sawhorse: bash touch a, printf")
        terminal.wait_for("1 call asks")
        written = terminal.raw.partition(b"\x1b]9;")[2].partition(b"\x07")[0]
        assert written.decode().isprintable()
        assert b"EVIL\x07" not in terminal.raw
        terminal.send(FOCUS + CTRL_Q + CTRL_Q)
        terminal.wait_for_end()


def test_yolo_needs_its_word(start: Start, tmp_path: Path) -> None:
    with (
        ModelServer([Turn(calls=[bash("touch done")]), Turn(text="all is said")]) as server,
        start(".", *ASK, **at(server)) as terminal,
    ):
        terminal.wait_for("╭", "rec ●")
        for mode in ("edits", "auto", "plan", "ask"):
            terminal.send(SHIFT_TAB)
            terminal.wait_for(f"· {mode} ·")
        terminal.send(ALT_Y)
        terminal.wait_for("In mode yolo everything runs")
        terminal.send("yol\r")
        terminal.wait_for("yolo is the word, or escape")
        terminal.send("yolo\r")
        terminal.wait_for("·  yolo  ·")
        terminal.send("go\r")
        terminal.wait_for("all is said")
        assert (tmp_path / "done").exists()
        terminal.send(SHIFT_TAB)
        terminal.wait_for("· plan ·")
