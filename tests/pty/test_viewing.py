"""The viewer in a real terminal: its own command, without any session."""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path

from tests.pty.conftest import Start
from tests.pty.terminal import Terminal
from tests.screens.viewed import STORY, lines, recording

ESCAPE, END = "\x1b", "\x1b[F"
HOSTILE = b"[b]a\\u001b]52;c;aGk=\\u0007b\\u001b[2Jc\\u009b5m\\u202eg"


def test_a_run_is_looked_at_and_left_again(start: Start, tmp_path: Path) -> None:
    file = recording(tmp_path, lines())
    with start("view", str(file), "--at", "12") as terminal:
        terminal.wait_for("fix the *flaky* retry", "exit code 1", "FAILED tests/test_retry.py")
        terminal.send("/sleep\r")
        terminal.wait_for("3 of 7")
        with file.open("ab") as stream:
            stream.write(lines(STORY[1:2], len(STORY)))
        terminal.wait_for(f"{len(STORY) + 1} events")
        terminal.send(END)
        terminal.wait_for("following")
        terminal.resize(80, 24)
        terminal.wait_for(f"{len(STORY) + 1} events", "enter read")
        terminal.send("q")
        assert terminal.wait_for_end() == 0
        assert "Traceback" not in terminal.raw.decode(errors="replace")


def test_no_text_of_a_file_reaches_the_terminal_as_anything_but_text(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "hostile.jsonl"
    file.write_bytes(
        b'{"type":"user","uuid":"1","sessionId":"s","timestamp":"2026-01-01T00:00:00Z","cwd":"/x",'
        b'"message":{"role":"user","content":"%b"}}\n'
        b'{"type":"%b","uuid":"2","sessionId":"s"}\n' % (HOSTILE, HOSTILE)
    )
    with start("view", str(file), columns=160) as terminal:
        terminal.wait_for("[b]a")
        for keys in (END, "o", ESCAPE):
            time.sleep(0.2)  # or escape would be the beginning of a longer key
            terminal.send(keys)
        assert terminal.quit() == 0
        for sequence in (b"\x1b]52", b"\x9b5m", "\u202e".encode()):
            assert sequence not in terminal.raw


def test_a_run_comes_on_standard_input_and_keys_from_the_terminal(tmp_path: Path) -> None:
    file = recording(tmp_path, lines())
    python = shlex.quote(sys.executable)
    command = f"{{ head -n 5 {file}; sleep 1; tail -n +6 {file}; }} | {python} -m app view -"
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(tmp_path)}
    with Terminal(["sh", "-c", command], environ, columns=120, rows=36, cwd=tmp_path) as terminal:
        terminal.wait_for("fix the *flaky* retry test", f"{len(STORY)} events")
        terminal.send("w")
        terminal.wait_for("task.ended")
        terminal.send("q")
        assert terminal.wait_for_end() == 0
    assert [path.name for path in tmp_path.iterdir()] == ["run.jsonl"], "nothing is left behind"


def test_what_cannot_be_opened_is_said_in_a_line_before_anything_is_drawn(
    start: Start, tmp_path: Path
) -> None:
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 64)
    for arguments, says in (
        (["nowhere"], "nowhere"),
        (["binary"], "it is neither text nor an archive that is known"),
        (["binary", "--at", "-1"], "--at takes the number of an event, from 0 on, not -1"),
    ):
        with start("view", *arguments) as terminal:
            assert terminal.wait_for_end() == 2
            assert says.replace(" ", "") in "".join(terminal.text.split())
            assert b"\x1b[" not in terminal.raw
