from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import struct
import subprocess
import termios

from tests.widgets.outputs import CountingSpool
from tests.widgets.terminal import paste, press, until
from tests.widgets.terminal_desk import HEIGHT, SIZE, WIDTH, Desk, attach


class Program:
    """A real program on a real terminal, joined to a pane by its messages."""

    def __init__(self, desk: Desk, spool: CountingSpool, *arguments: str) -> None:
        self._desk, self._spool = desk, spool
        self._master, slave = pty.openpty()
        self._set_size(WIDTH, HEIGHT)
        self.process = subprocess.Popen(
            arguments,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={"PATH": os.environ["PATH"], "TERM": "xterm-256color", "PS1": "$ ", "HISTFILE": ""},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  # no threads yet
        )
        os.close(slave)
        asyncio.get_running_loop().add_reader(self._master, self._read)

    def pass_on(self) -> None:
        """Bring to it what the pane has said."""
        while self._desk.typed:
            os.write(self._master, self._desk.typed.pop(0))
        while self._desk.sizes:
            self._set_size(*self._desk.sizes.pop(0))

    def close(self) -> None:
        """End it."""
        asyncio.get_running_loop().remove_reader(self._master)
        self.process.kill()
        self.process.wait()
        os.close(self._master)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self) -> None:
        try:
            self._spool.write(os.read(self._master, 65536))
        except OSError:  # the other side is closed
            asyncio.get_running_loop().remove_reader(self._master)


async def test_a_person_works_in_a_shell(desk: Desk, spool: CountingSpool) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        program = Program(desk, spool, "bash", "--norc", "--noprofile", "-i")

        async def shows(*rows: str) -> None:
            def is_so() -> bool:
                program.pass_on()
                return [row for row in desk.shown if row][-len(rows) :] == list(rows)

            await until(pilot, is_so)

        try:
            await attach(pilot, desk)
            await shows("$")
            await press(pilot, *"echx", "backspace", *"o", "space", "1", "left", "2", "enter")
            await shows("$ echo 21", "21", "$")
            await press(pilot, "up", "enter")
            await shows("$ echo 21", "21", "$")
            await paste(pilot, "read -p 'name? ' x; echo \"[$x]\"")
            await press(pilot, "enter")
            await shows("name?")
            await press(pilot, *"me", "enter")
            await shows("name? me", "[me]", "$")
            await press(pilot, *"cat", "enter")
            await shows("$ cat")
            await press(pilot, "ctrl+c")
            await shows("$ cat", "^C", "$")
            await pilot.resize_terminal(60, HEIGHT + 4)
            await until(pilot, lambda: bool(desk.sizes))
            program.pass_on()  # the size before what is typed: a shell may be quick
            await paste(pilot, "stty size")
            await press(pilot, "enter")
            await shows("$ stty size", f"{HEIGHT} 60", "$")
            await press(pilot, "ctrl+d")
            program.pass_on()
            await until(pilot, lambda: program.process.poll() == 0)
        finally:
            program.close()
