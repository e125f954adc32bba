"""A terminal that is no window: for programs that want one, and for the keys of a person."""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import termios
from dataclasses import dataclass

_MOST_WAITING = 1 << 20  # bytes typed that the process has not read; more are dropped


@dataclass(frozen=True, slots=True)
class TerminalSize:
    """Width and height in cells."""

    columns: int
    rows: int


class PseudoTerminal:
    """Both ends of a pty, and what was typed but not yet taken. Used on one event loop.

    Args:
        size: Its size to begin with.

    Raises:
        OSError: The system has none left.
    """

    def __init__(self, size: TerminalSize) -> None:
        self._loop = asyncio.get_running_loop()
        self._master, self._slave = os.openpty()
        os.set_blocking(self._master, False)
        self.name = os.ttyname(self._slave)
        self._typed = bytearray()
        self.resize(size)

    def ends(self) -> tuple[int, int]:
        """Descriptors of its own for the other side to read from and for a process to write to."""
        source = os.dup(self._master)
        try:
            return source, os.dup(self._slave)
        except OSError:
            os.close(source)
            raise

    @property
    def wants_each_key(self) -> bool:
        """Whether the program has turned line editing off."""
        return not self._local_modes() & termios.ICANON

    @property
    def asks_for_a_secret(self) -> bool:
        """Whether the program takes a line that it does not want to be seen, such as a password."""
        return self._local_modes() & (termios.ICANON | termios.ECHO) == termios.ICANON

    def resize(self, size: TerminalSize) -> None:
        """Make it another size; the program is told by a signal."""
        if self._slave >= 0:
            shape = struct.pack("HHHH", size.rows, size.columns, 0, 0)
            fcntl.ioctl(self._slave, termios.TIOCSWINSZ, shape)

    def type(self, data: bytes) -> None:
        """Type something; it waits here while the program does not read."""
        if self._master >= 0 and len(self._typed) + len(data) <= _MOST_WAITING:
            self._typed += data
            self._write()

    def let_go(self) -> None:
        """The command has exited: once its children have, too, there is no more output."""
        if self._slave >= 0:
            os.close(self._slave)
            self._slave = -1

    def close(self) -> None:
        """Let go of all of it."""
        self.let_go()
        if self._master >= 0:
            self._loop.remove_writer(self._master)
            os.close(self._master)
            self._master = -1

    def _local_modes(self) -> int:
        if self._slave < 0:
            return termios.ICANON | termios.ECHO
        modes: int = termios.tcgetattr(self._slave)[3]
        return modes

    def _write(self) -> None:
        try:
            del self._typed[: os.write(self._master, self._typed)]
        except BlockingIOError:
            pass
        except OSError:  # nobody will read it any more
            self._typed.clear()
        if self._typed:
            self._loop.add_writer(self._master, self._write)
        else:
            self._loop.remove_writer(self._master)
