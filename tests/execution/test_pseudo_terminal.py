"""A terminal that is no window."""

from __future__ import annotations

import asyncio
import os
import select
import subprocess
import sys
import termios
import tty
from collections.abc import AsyncIterator

import pytest

from app.execution.pseudo_terminal import PseudoTerminal, TerminalSize
from tests.execution.observing import becomes, open_files


class Ends:
    """A terminal, and both of its ends as a pump and a program have them."""

    def __init__(self) -> None:
        self.terminal = PseudoTerminal(TerminalSize(80, 24))
        self.source, self.program = self.terminal.ends()

    def shown(self) -> bytes:
        """What came out of it since the last look."""
        shown = b""
        while select.select([self.source], [], [], 0)[0]:
            shown += os.read(self.source, 1 << 16)
        return shown

    def close(self) -> None:
        for descriptor in (self.source, self.program):
            os.close(descriptor)
        self.terminal.close()


@pytest.fixture
async def ends() -> AsyncIterator[Ends]:
    before = open_files()
    ends = Ends()
    yield ends
    ends.close()
    assert open_files() <= before


async def test_what_is_typed_is_read_and_echoed(ends: Ends) -> None:
    ends.terminal.type(b"hello\r")
    assert os.read(ends.program, 100) == b"hello\n"
    assert ends.shown() == b"hello\r\n"


async def test_a_program_sees_its_size_and_is_told_of_another(ends: Ends) -> None:
    assert os.get_terminal_size(ends.program) == (80, 24)
    script = (
        "import os, signal;"
        "signal.signal(signal.SIGWINCH, lambda *_: (print(*os.get_terminal_size(0)), os._exit(0)));"
        "print('ready'); signal.pause()"
    )
    with subprocess.Popen(
        [
            "/bin/sh", "-c", 'exec "$@" <>"$0" >&0 2>&0',
            ends.terminal.name, sys.executable, "-uISc", script,
        ],
        start_new_session=True,
    ) as program:  # fmt: skip
        shown = b""

        def shows(text: bytes) -> bool:
            nonlocal shown
            shown += ends.shown()
            return text in shown

        await becomes(lambda: shows(b"ready"))
        ends.terminal.resize(TerminalSize(132, 50))
        await becomes(lambda: shows(b"132 50"))
        assert program.wait(10) == 0


async def test_a_program_that_takes_keys_or_hides_them_is_noticed(ends: Ends) -> None:
    def is_told() -> tuple[bool, bool]:
        return ends.terminal.wants_each_key, ends.terminal.asks_for_a_secret

    assert is_told() == (False, False)
    modes = termios.tcgetattr(ends.program)
    tty.setraw(ends.program)
    assert is_told() == (True, False)
    modes[3] &= ~termios.ECHO
    termios.tcsetattr(ends.program, termios.TCSANOW, modes)
    assert is_told() == (False, True)


async def test_typing_waits_for_a_program_that_does_not_read_and_does_not_hold_us_up(ends: Ends) -> None:
    tty.setraw(ends.program)
    typed = bytes(range(256)) * 1024
    for start in range(0, len(typed), 1000):
        ends.terminal.type(typed[start : start + 1000])
    read = b""
    while len(read) < len(typed):
        read += await asyncio.to_thread(os.read, ends.program, 1 << 16)
    assert read == typed


async def test_typing_without_end_is_dropped_whole(ends: Ends) -> None:
    tty.setraw(ends.program)
    ends.terminal.type(b"a" * 4096)
    ends.terminal.type(b"b" * (2 << 20))
    ends.terminal.type(b"c")
    read = b""
    while not read.endswith(b"c"):
        read += await asyncio.to_thread(os.read, ends.program, 1 << 16)
    assert read == b"a" * 4096 + b"c"


async def test_its_output_ends_with_the_last_program_once_we_let_go(ends: Ends) -> None:
    os.write(ends.program, b"last words")
    ends.terminal.let_go()
    ends.terminal.let_go()
    os.close(ends.program)
    ends.program = os.dup(ends.source)
    assert os.read(ends.source, 100) == b"last words"
    with pytest.raises(OSError, match="Input/output error"):
        os.read(ends.source, 100)


async def test_once_closed_it_takes_everything_and_does_nothing() -> None:
    before = open_files()
    ends = Ends()
    tty.setraw(ends.program)
    ends.terminal.type(b"x" * (1 << 20))
    ends.close()
    ends.terminal.close()
    ends.terminal.type(b"x")
    ends.terminal.resize(TerminalSize(1, 1))
    assert not ends.terminal.wants_each_key
    assert not ends.terminal.asks_for_a_secret
    assert open_files() <= before
