"""An output in the person's own pager, in a real terminal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal

CTRL_C = "\x03"
HOSTILE = b"a\x1b]52;c;aGk=\x07b\x1b[2Jcd\xc2\x9b5me\x07\x08\x0e\x1bPq\x1b\\f\xe2\x80\xaeg\n"

Read = Callable[..., Terminal]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Makes a terminal that shows an output; a pager is a script with this text."""

    def terminal(output: bytes, pager: str = "", **environ: str) -> Terminal:
        (tmp_path / "output").write_bytes(output)
        if pager:
            script = tmp_path / "pager"
            script.write_text(f"#!/bin/sh\n{pager}\n")
            script.chmod(0o755)
            environ["PAGER"] = str(script)
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("TEXTUAL", "LESS"))
        }
        return Terminal(
            [sys.executable, str(Path(__file__).parent / "reader.py"), str(tmp_path / "output")],
            {**inherited, "PYTHONPATH": str(Path(__file__).parents[2]), **environ},
            columns=80,
            rows=24,
        )

    return terminal


def _lines(count: int) -> bytes:
    return b"".join(b"line %d\n" % number for number in range(1, count + 1))


def _leave(terminal: Terminal, key: str = "\n") -> None:
    """Press the key that ends the pager, and wait until the app draws again."""
    left = len(terminal.output)
    terminal.send(key)
    terminal.wait_for_bytes(b"the output", after=left)


def test_the_output_is_read_in_less_and_then_the_app_is_back(read: Read) -> None:
    with read(_lines(5000), PAGER="less") as terminal:
        terminal.wait_for("line 5000")
        opened = len(terminal.output)
        terminal.send("o")
        terminal.wait_for_bytes(b"line 22\r\nline 23\r\n", after=opened)
        searched = len(terminal.output)
        terminal.send("/line 4321\n")
        terminal.wait_for_bytes(b"line 4322\r\n", after=searched)
        _leave(terminal, "q")
        terminal.send("/")
        terminal.wait_for("search the whole output")
        assert terminal.quit() == 0


def test_nothing_but_plain_text_reaches_the_terminal(read: Read) -> None:
    pager = "echo the pager starts; cat; echo the pager ends; read line < /dev/tty"
    with read(HOSTILE * 3 + b"\x1b[31mred\x1b[0m 1%\r100%\nend", pager) as terminal:
        terminal.wait_for("end")
        terminal.send("o")
        terminal.wait_for("the pager ends")
        written = terminal.raw.partition(b"the pager starts\r\n")[2].partition(b"the pager ends")[0]
        assert written == b"abcdefg\r\n" * 3 + b"100%\r\nend"
        _leave(terminal)


def test_a_large_output_opens_at_once_and_can_be_left_at_once(tmp_path: Path, read: Read) -> None:
    pager = "head -n 2; echo the pager waits; read line < /dev/tty"
    with read(_lines(100_000), pager) as terminal:
        terminal.wait_for("line 100000")
        os.truncate(tmp_path / "output", 4 << 30)
        terminal.send("o")
        began = time.monotonic()
        terminal.wait_for_bytes(b"line 1\r\nline 2\r\nthe pager waits")
        _leave(terminal)
        assert time.monotonic() - began < 10


def test_ctrl_c_is_for_the_pager_only(read: Read) -> None:
    pager = "trap 'echo interrupted' INT; echo the pager runs; read line < /dev/tty; read line < /dev/tty"
    with read(_lines(10), pager) as terminal:
        terminal.wait_for("line 10")
        terminal.send("o")
        terminal.wait_for("the pager runs")
        terminal.send(CTRL_C)
        terminal.wait_for("interrupted")
        _leave(terminal, "\n\n")
        assert terminal.quit() == 0


def test_the_pager_has_the_persons_environment_without_secrets(read: Read) -> None:
    pager = 'echo "TERM=$TERM LESS=$LESS KEY=$OPENAI_API_KEY."; read line < /dev/tty'
    with read(_lines(10), pager, LESS="-X", OPENAI_API_KEY="sk-0123456789abcdef") as terminal:
        terminal.wait_for("line 10")
        terminal.send("o")
        terminal.wait_for("TERM=xterm-256color LESS=-X KEY=.")
        _leave(terminal)


def test_a_pager_that_cannot_start_is_told_of(tmp_path: Path, read: Read) -> None:
    broken = tmp_path / "broken"
    broken.write_text("no program")
    broken.chmod(0o755)
    with read(_lines(10), PAGER=str(broken)) as terminal:
        terminal.wait_for("line 10")
        terminal.send("o")
        terminal.wait_for("cannot start", "line 10")
