from __future__ import annotations

import os
import shutil
import sys
import time

import pytest
from rich.style import Style

from app.terminal.emulator import Emulator
from tests.pty.terminal import Terminal
from tests.terminal.emulated import BASE, emulated, screen

CURSES = """
import curses
def main(window):
    curses.start_color()
    curses.init_pair(1, curses.COLOR_RED, curses.COLOR_BLUE)
    window.border()
    window.addstr(1, 2, "menu", curses.color_pair(1) | curses.A_BOLD)
    window.addstr(2, 2, "-" * 10)
    window.refresh()
    window.getch()
    window.move(1, 0)
    window.deleteln()
    window.addstr(4, 2, "gone up")
    window.refresh()
    window.getch()
curses.wrapper(main)
"""


def drawn(terminal: Terminal, shown: str) -> Emulator:
    """What the program has drawn, once it shows these rows."""
    deadline = time.monotonic() + 20
    while True:
        emulator = emulated(terminal.raw, columns=30, rows=8)
        if shown in screen(emulator):
            return emulator
        assert time.monotonic() < deadline, screen(emulator)
        time.sleep(0.005)


def test_a_program_of_curses_is_drawn_as_in_a_terminal() -> None:
    with Terminal([sys.executable, "-c", CURSES], os.environ, columns=30, rows=8) as terminal:
        top, bottom = "┌" + "─" * 28 + "┐\n", "└" + "─" * 28 + "┘"
        menu, line, blank, gone = (f"│ {text:26} │\n" for text in ("menu", "-" * 10, "", "gone up"))
        emulator = drawn(terminal, top + menu + line + blank * 4 + bottom)
        assert emulator.is_alternate
        segment = next(segment for segment in emulator.line(1, BASE) if segment.text == "menu")
        assert segment.style == BASE + Style(bold=True, color="color(1)", bgcolor="color(4)")
        terminal.send("x")
        drawn(terminal, top + line + blank * 2 + gone)
        terminal.send("x")
        terminal.wait_for_end()
        assert not emulated(terminal.raw).is_alternate


@pytest.mark.skipif(shutil.which("less") is None, reason="there is no less here")
def test_less_scrolls_both_ways() -> None:
    numbers = [str(number) for number in range(1, 101)]
    environ = {**os.environ, "LESS": "", "LESSHISTFILE": "-"}
    command = ["sh", "-c", 'printf "%s\\n" "$0" | less', "\n".join(numbers)]
    with Terminal(command, environ, columns=30, rows=8) as terminal:
        for keys, first in (("", 1), ("\r", 2), ("G", 94), ("y", 93)):
            terminal.send(keys)
            drawn(terminal, "\n".join(numbers[first - 1 : first + 6]) + "\n")
