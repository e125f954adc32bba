"""The real program in a real terminal, as a person uses it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.trajectory.events import ApprovalDecided, SessionEnded, TaskEnded, ToolFinished
from app.trajectory.reader import read
from tests.pty.conftest import Start
from tests.servers.model_server import Call, ModelServer, Turn

F2 = "\x1bOQ"
CTRL_A = "\x01"
ASK = ("--model", "openai/test-model")


def at(server: ModelServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": f"{server.url}/v1", "OPENAI_API_KEY": "sk-test-key-123456"}


def trajectory() -> Path:
    (path,) = Path(os.environ["SAWHORSE_DATA"]).glob("sessions/*/trajectory.jsonl")
    return path


def test_the_demo_is_played_through(start: Start, tmp_path: Path) -> None:
    with start("demo", columns=140) as terminal:
        terminal.wait_for("removing folders", "call asks", seconds=40)
        (project,) = tmp_path.glob("sawhorse-demo-*/shop")
        assert list(project.rglob("__pycache__")), "the tests left caches"
        terminal.send(F2)
        terminal.wait_for("approvals · 1 call asks", "esc back")
        time.sleep(0.5)  # a key that comes at once would not count
        terminal.send("y")
        terminal.wait_for("both pass")
        assert not list(project.rglob("__pycache__"))
        after = subprocess.run(
            [sys.executable, "-m", "unittest"], cwd=project, capture_output=True, text=True, check=False
        )
        assert after.stderr.strip().endswith("OK")
        events = [record.event for record in read(trajectory())]
        runs = [e for e in events if isinstance(e, ToolFinished) and "Ran 2 tests" in e.content]
        assert [(e.status, e.exit_code) for e in runs] == [("failed", 1), ("done", 0)]
        assert [e.by for e in events if isinstance(e, ApprovalDecided) and e.by != "mode"] == ["person"]
        assert terminal.quit() == 0
    assert isinstance([record.event for record in read(trajectory())][-1], SessionEnded)
    assert not list(tmp_path.glob("sawhorse-demo-*"))


def test_the_demo_is_one_key_away_from_the_welcome_screen(start: Start) -> None:
    with start() as terminal:
        terminal.wait_for("d plays a demo")
        terminal.send("d")
        terminal.wait_for("One test of this project fails")


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.1])
def test_keys_typed_from_the_first_moment_are_not_lost(start: Start, delay: float) -> None:
    with ModelServer([Turn(text="I heard you.")]) as server, start(".", *ASK, **at(server)) as terminal:
        time.sleep(delay)
        terminal.send("hello early bird\r")
        terminal.wait_for("> hello early bird", "I heard you.")


def test_nothing_a_model_or_a_tool_sends_reaches_the_terminal(start: Start, tmp_path: Path) -> None:
    evil = "\\033]0;EVILTITLE\\007\\033]52;c;RVZJTA==\\007\\033[2J\\033[?1049l\\033c\\a\\x9b31m\\x90q\\x9c"
    hostile = (
        "\x1b]0;EVILTITLE\x07\x1b]52;c;RVZJTA==\x07\x1b[?1049l\x1bc\x07\x9b31m[/red][@click=app.exit]x[/]"
    )
    (tmp_path / "evil\x1b]0;EVILTITLE\x07.txt").write_text("x")
    calls = [
        Call("bash", {"command": f"printf 'shown {evil} too\\n'; sleep 1.5"}),
        Call("bash", {"command": f"echo '{hostile}' > /dev/null; sleep 1.5; echo '{hostile}' >&2; exit 3"}),
        Call("glob", {"pattern": "*.txt"}),
        Call("str_replace_based_edit_tool", {"command": "view", "path": f"no{hostile}"}),
    ]
    with (
        ModelServer(
            [Turn(text=hostile, thinking=hostile, calls=calls), Turn(text=f"done {hostile}")]
        ) as server,
        start(".", *ASK, "--mode", "auto", **at(server)) as terminal,
    ):
        terminal.wait_for("╭")
        terminal.send("go\r")
        if "asks" in terminal.wait_for("call asks"):
            time.sleep(0.4)
            terminal.send(CTRL_A + "y")
        terminal.wait_for("shown", seconds=30)
        terminal.wait_for("done", "[/red][@click=app.exit]x[/]", seconds=30)
        raw = re.sub(rb"\x1b\]22;[a-z-]*\x07", b"", terminal.raw)  # the pointer's shape: Textual's own
        terminal.quit()
    for needle in (b"\x1b]", b"\x07", b"\x1bc", b"\x1bP", b"\x1b_", b"\xc2\x9b", b"\xc2\x90", b"\x9b31m"):
        assert needle not in raw, raw[max(raw.find(needle) - 40, 0) :][:100]
    assert b"\x1b[?1049l" not in raw


def test_a_missing_key_is_said_and_what_was_typed_stays(start: Start) -> None:
    with start(".", "--model", "anthropic/claude-sonnet-5") as terminal:
        terminal.send("my long task\r")
        shown = terminal.wait_for("ANTHROPIC_API_KEY", "my long task")
        assert "Traceback" not in shown
        assert terminal.quit() == 0


def test_a_refused_key_gives_the_text_back_and_shows_no_key(start: Start) -> None:
    with ModelServer([Turn(text="x")], key="right") as server, start(".", *ASK, **at(server)) as terminal:
        terminal.wait_for("╭")
        terminal.send("my long task\r")
        terminal.wait_for("> my long task", "│ my long task", "key")
        assert b"sk-test-key" not in terminal.raw


def test_resizing_and_pasting(start: Start) -> None:
    with ModelServer([Turn(text="All lines came.")]) as server, start(".", *ASK, **at(server)) as terminal:
        terminal.wait_for("╭", "rec ●")
        terminal.resize(80, 24)
        terminal.paste("first line\nsecond line\ny\n")
        terminal.wait_for("first line", "second line")
        terminal.resize(160, 50)
        terminal.wait_for("first line", "second line")
        assert not server.requests, "a paste does not send"
        terminal.send("\r")
        terminal.wait_for("All lines came.")
        assert server.requests[0].body["messages"][-1]["content"] == "first line\nsecond line\ny\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_good_order(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    with (
        ModelServer([Turn(calls=[Call("bash", {"command": "echo $$ > pid; sleep 60"})])]) as server,
        start(".", *ASK, "--mode", "auto", "--set", "sandbox.kind=off", **at(server)) as terminal,
    ):
        terminal.wait_for("╭")
        terminal.send("go\r")
        terminal.wait_for("1 running")
        os.kill(terminal.pid, number)
        terminal.wait_for_end()
        assert b"\x1b[?1049l" in terminal.raw, "the terminal is given back"
    events = [record.event for record in read(trajectory())]
    assert isinstance(events[-1], SessionEnded)
    assert any(isinstance(event, TaskEnded) and event.outcome == "interrupted" for event in events)
    gone(int((tmp_path / "pid").read_text()))


def test_nothing_is_left_when_it_is_killed(start: Start, tmp_path: Path) -> None:
    with (
        ModelServer([Turn(calls=[Call("bash", {"command": "echo $$ > pid; sleep 60"})])]) as server,
        start(".", *ASK, "--mode", "auto", "--set", "sandbox.kind=off", **at(server)) as terminal,
    ):
        terminal.wait_for("╭")
        terminal.send("go\r")
        terminal.wait_for("1 running")
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
            time.sleep(0.01)
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.wait_for_end()
    gone(int((tmp_path / "pid").read_text()))


def gone(pid: int) -> None:
    """Fails unless a process ends soon."""
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        if re.search(r"^State:\s+Z", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE):
            return
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists()
