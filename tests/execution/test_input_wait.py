"""A program that waits for a person to type is told from one that works or waits for something else."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from app.execution.input_wait import waits_for_input
from app.execution.pseudo_terminal import PseudoTerminal, TerminalSize
from tests.execution.observing import becomes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process waits for")


def python(script: str) -> str:
    """A shell command that runs some Python."""
    return f"exec {sys.executable} -uISc '{script}'"


Open = Callable[[str], "Program"]


class Program:
    """Something that runs on a terminal, as commands do."""

    def __init__(self, command: str, home: Path) -> None:
        self.terminal = PseudoTerminal(TerminalSize(80, 24))
        self.source, entrance = self.terminal.ends()
        os.close(entrance)
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec bash --norc -c "$1" <>"$0" >&0 2>&0', self.terminal.name, command],
            start_new_session=True,
            env={"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm"},
        )
        self.shown = b""

    def waits(self) -> bool:
        """Whether it waits for somebody to type, now."""
        return waits_for_input(self.terminal.name, each_key=self.terminal.wants_each_key)

    def shows(self, text: bytes) -> bool:
        """Whether it has printed this."""
        with suppress(BlockingIOError):
            self.shown += os.read(self.source, 1 << 16)
        return text in self.shown

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.terminal.close()
        os.close(self.source)


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Open]:
    programs: list[Program] = []

    def go(command: str) -> Program:
        programs.append(Program(command, tmp_path))
        return programs[-1]

    yield go
    for program in programs:
        program.end()


WAITING = {
    "read of a shell": "read line; true",
    "read in silence": "read -s line; true",
    "cat": "cat; true",
    "the end of a pipe": "true | cat /dev/tty | cat; true",
    "bash": "bash -i; true",
    "bash in place of the shell": "exec bash -i",
    "bash without line editing": "bash --noediting -i; true",
    "sh": "sh -i; true",
    "python": f"{sys.executable} -iIS; true",
    "input()": python("input()"),
    "a password": python("import getpass; getpass.getpass()"),
    "the rest of the input": python("import sys; sys.stdin.read()"),
    "a thread": python("import threading; threading.Thread(target=input).start()"),
    "select": python("import select; select.select([0], [], [])"),
    "select on its own descriptor": python(
        'import os, select; select.select([os.open("/dev/tty", os.O_RDWR)], [], [])'
    ),
    "poll": python("import select; poll = select.poll(); poll.register(0, 1); poll.poll()"),
    "epoll for keys": python(
        "import select, socket, tty; tty.setraw(0); both = socket.socketpair();"
        "poll = select.epoll(); poll.register(0, 1); poll.register(both[0], 1); poll.poll()"
    ),
    "select for keys": python(
        "import select, socket, tty; tty.setcbreak(0); both = socket.socketpair();"
        "select.select([0, both[0]], [], [])"
    ),
}


@pytest.mark.parametrize("command", WAITING.values(), ids=WAITING)
async def test_who_waits_for_a_person_is_noticed(start: Open, command: str) -> None:
    program = start(command)
    await becomes(program.waits)
    assert program.process.poll() is None


@pytest.mark.parametrize("name", ["less", "vi", "nano", "top", "dash"])
async def test_programs_for_a_person_are_noticed(start: Open, tmp_path: Path, name: str) -> None:
    if shutil.which(name) is None:
        pytest.skip("not on this machine")
    (tmp_path / "file").write_text("line\n" * 100)
    program = start(f"{name} {tmp_path / 'file' if name not in ('top', 'dash') else ''}")
    await becomes(program.waits)


SERVER = 'import select, socket; server = socket.create_server(("127.0.0.1", 0)); print("ready");'
WORKING = {
    "sleep": "echo ready; sleep 60",
    "sleep before one in the background that would read": "set -m; cat <&0 & echo ready; sleep 60",
    "a loop": "echo ready; while :; do :; done",
    "a pipe": "sleep 60 | (echo ready >/dev/tty; cat)",
    "a child": "echo ready; read line < <(sleep 60)",
    "a server": python(f"{SERVER} server.accept()"),
    "a server that polls": python(f"{SERVER} poll = select.poll(); poll.register(server, 1); poll.poll()"),
    "a server that polls and would take a line": python(
        f"{SERVER} poll = select.poll(); poll.register(server, 1); poll.register(0, 1); poll.poll()"
    ),
    "an event loop for keys that does not look at them": python(
        'import asyncio, tty; tty.setraw(0); print("ready"); asyncio.run(asyncio.sleep(60))'
    ),
    "who waits to write": python('import select; print("ready"); select.select([], [], [0], 60)'),
}


@pytest.mark.parametrize("command", WORKING.values(), ids=WORKING)
async def test_who_works_or_waits_for_something_else_is_not(start: Open, command: str) -> None:
    program = start(command)
    await becomes(lambda: program.shows(b"ready"))
    looks = [program.waits() for _ in range(30)]
    assert looks == [False] * 30
    assert program.process.poll() is None


async def test_it_ceases_when_something_was_typed(start: Open) -> None:
    program = start("read line; echo got $line; sleep 60")
    await becomes(program.waits)
    program.terminal.type(b"it\r")
    await becomes(lambda: program.shows(b"got it"))
    assert not program.waits()


async def test_there_is_nobody_to_wait_once_it_has_ended(start: Open) -> None:
    program = start("true")
    program.process.wait(10)
    assert not program.waits()


async def test_a_wait_for_more_descriptors_than_there_are_is_looked_at_in_no_time(start: Open) -> None:
    """The kernel takes any number, and so must not make us count to it."""
    program = start(
        python(
            "import ctypes; bits = ctypes.create_string_buffer(1 << 16); bits[0] = 1;"
            'print("ready"); ctypes.CDLL(None).select(0x7fffffff, bits, None, None, None)'
        )
    )
    await becomes(lambda: program.shows(b"ready"))
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(program.waits):
            await asyncio.sleep(0.005)
