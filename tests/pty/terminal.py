"""A program in a real pseudo-terminal, and the screen it draws."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\[[0-9;]*\$[a-z]")

CTRL_Q = "\x11"
_ASKED_BACK = "again ends it"


class Terminal:
    """Starts a program in a pty and reads all it writes; use as a context manager.

    Args:
        arguments: The program and its arguments.
        environ: Its environment; TERM is set.
        columns: Width in cells.
        rows: Height in cells.
        cwd: Where it runs.

    Attributes:
        output: Every byte it wrote, each piece with the time (monotonic seconds) it came.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        *,
        columns: int = 120,
        rows: int = 40,
        cwd: Path | None = None,
    ) -> None:
        self._arguments = list(arguments)
        # A size in the environment would count over that of the terminal.
        inherited = {name: value for name, value in environ.items() if name not in ("COLUMNS", "LINES")}
        self._environ = {**inherited, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self._size = rows, columns
        self._cwd = cwd
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = threading.Condition()
        self._ended = False
        self.output: list[tuple[float, bytes]] = []
        self.started = 0.0

    def __enter__(self) -> Terminal:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *self._size, 0, 0))
        self._master = master
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            self._arguments,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=self._environ,
            cwd=self._cwd,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  # no threads yet
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._reader.join(20)
        os.close(self._master)

    @property
    def pid(self) -> int:
        """Of the program."""
        return self._process.pid

    @property
    def raw(self) -> bytes:
        """Every byte the program wrote."""
        with self._changed:
            return b"".join(data for _, data in self.output)

    @property
    def text(self) -> str:
        """The screen as it is now."""
        with self._changed:
            return "\n".join(line.rstrip() for line in self._screen.display)

    def send(self, keys: str) -> float:
        """Press keys; returns the time (monotonic seconds) at which it was done."""
        now = time.monotonic()
        os.write(self._master, keys.encode())
        return now

    def paste(self, text: str) -> None:
        """Paste, as terminals do when asked to mark it."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        with self._changed:
            self._screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wait_for(self, *texts: str, seconds: float = 60) -> str:
        """Wait until all these texts are on the screen together.

        Raises:
            AssertionError: They did not come; the message is the screen.
        """
        return self._wait(lambda: all(text in self._shown() for text in texts), f"no {texts}", seconds)

    def wait_until_gone(self, text: str, seconds: float = 60) -> str:
        """Wait until a text is not on the screen."""
        return self._wait(lambda: text not in self._shown(), f"still {text!r}", seconds)

    def wait_for_bytes(self, needle: bytes, after: int = 0, seconds: float = 60) -> float:
        """Wait for bytes beyond a number of pieces of `output`; returns the time at which they had come."""

        def found() -> bool:
            return needle in b"".join(data for _, data in self.output[after:])

        self._wait(found, f"no {needle!r}", seconds)
        joined = b""
        with self._changed:
            for when, data in self.output[after:]:
                joined += data
                if needle in joined:
                    return when
        raise AssertionError(needle)

    def wait_for_end(self, seconds: float = 60) -> int:
        """Wait until the program ends; returns its exit code."""
        code = self._process.wait(seconds)
        self._reader.join(20)
        return code

    def quit(self) -> int:
        """Quit, and wait for the end; returns the exit code.

        An answer is on the screen a moment before its task is over: until then the program asks back.
        """
        self.send(CTRL_Q)
        self._wait(lambda: self._ended or _ASKED_BACK in self._shown(), "it does not end", 60)
        if not self._ended:
            self.wait_until_gone("esc interrupts")
            self.send(CTRL_Q)
        return self.wait_for_end()

    def _wait(self, done: object, complaint: str, seconds: float) -> str:
        assert callable(done)
        deadline = time.monotonic() + seconds
        with self._changed:
            while not done():
                left = deadline - time.monotonic()
                if left <= 0 or (self._ended and not done()):
                    raise AssertionError(f"{complaint} on the screen:\n{self._shown()}")
                self._changed.wait(left)
            return self._shown()

    def _shown(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # the other side is closed
                data = b""
            with self._changed:
                if data:
                    self.output.append((time.monotonic(), data))
                    with contextlib.suppress(Exception):  # pyte does not know every sequence
                        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data))
                self._ended = not data
                self._changed.notify_all()
            if not data:
                return
