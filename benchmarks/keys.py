"""A program in a pty, keys pressed in it, and the time until each is painted.

One thread presses, reads and takes notes. What the program paints is kept with the time it came, and searched
only afterwards, so nothing delays the next read.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import random
import re
import select
import signal
import struct
import subprocess
import termios
import time
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from types import TracebackType

from benchmarks.latency import Window

LETTERS = [chr(code) for code in range(0x1401, 0x166D)]  # Canadian syllabics: one cell wide, and in no flood
CLEAR = "\x15"  # ctrl+u
_LINE = 60  # letters before the composer is cleared
_INTERVAL = 0.025, 0.075  # seconds between two keys
_ECHO = 5.0  # seconds for the last echo
_QUIET, _UNQUIET = 0.3, 5.0  # seconds
_SAMPLING = 0.1  # seconds
_SEQUENCE = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Press:
    """A key: when it was pressed, and how many bytes had been painted by then."""

    when: float
    letter: bytes
    painted: int


class Program:
    """Runs a program in a pty; use as a context manager.

    Args:
        arguments: The program and its arguments.
        environ: Its environment; TERM is set.
        cwd: Where it runs.
        columns: Width in cells.
        rows: Height in cells.

    Attributes:
        pid: Of the program.
        output: Every byte it painted.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        cwd: Path,
        *,
        columns: int = 120,
        rows: int = 40,
    ) -> None:
        self._master, slave = pty.openpty()
        self._rows = rows
        self.resize(columns)
        self._process = subprocess.Popen(
            arguments,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            cwd=cwd,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  # no threads yet
        )
        os.close(slave)
        self.pid = self._process.pid
        self.output = bytearray()
        self._ends: list[int] = []  # of each piece, in the output
        self._times: list[float] = []  # at which it came
        self._read_at = 0.0
        self._letters = cycle(LETTERS)
        self._samples: list[tuple[float, float, int]] = []  # time, seconds of processor time, bytes of memory

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGTERM)
        self.wait(lambda: self._process.poll() is not None, 5, complaint="")
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._master)

    def send(self, keys: str) -> float:
        """Press keys at once; returns when."""
        now = time.monotonic()
        os.write(self._master, keys.encode())
        return now

    def resize(self, columns: int) -> float:
        """Make the window as wide as this; returns when."""
        now = time.monotonic()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", self._rows, columns, 0, 0))
        return now

    def type_while(self, going: Callable[[], bool], seconds: float) -> list[Press]:
        """Press letters at random intervals as long as something goes on, and wait for the last echo.

        Args:
            going: Asked all the time; must be quick.
            seconds: How long at most.
        """
        presses: list[Press] = []
        due = time.monotonic()
        deadline = due + seconds
        while (now := time.monotonic()) < deadline and going():
            if now >= due:
                due = now + random.uniform(*_INTERVAL)
                if len(presses) % _LINE == _LINE - 1 and self._is_painted(presses[-1]):
                    self.send(CLEAR)
                letter = next(self._letters)
                presses.append(Press(self.send(letter), letter.encode(), len(self.output)))
            self._read(due - now)
        if presses:
            self.wait(lambda: self._is_painted(presses[-1]), _ECHO, complaint="")
        self.send(CLEAR)
        return presses

    def type_for(self, seconds: float) -> list[Press]:
        """Press letters at random intervals for so long."""
        return self.type_while(lambda: True, seconds)

    def echoes(self, presses: Sequence[Press]) -> list[float]:
        """Seconds from each press to its letter; for one that never came, as long as was waited."""
        ends = [self._end_of(press.letter, press.painted) for press in presses]
        return [
            (self._arrived(end) if end else self._read_at) - press.when
            for press, end in zip(presses, ends, strict=True)
        ]

    def wait_for(self, text: str, seconds: float = 30, *, after: int = 0) -> float:
        """Wait for a text that is painted in one piece, beyond so many bytes; returns when its end came."""
        needle = text.encode()
        self.wait(lambda: self._end_of(needle, after) > 0, seconds, complaint=f"no {text!r}")
        return self._arrived(self._end_of(needle, after))

    def wait(self, done: Callable[[], bool], seconds: float = 30, *, complaint: str) -> None:
        """Read until something is so.

        Raises:
            AssertionError: The time is up; only with a complaint.
        """
        deadline = time.monotonic() + seconds
        while not done() and time.monotonic() < deadline:
            self._read(0.02)
        painted = _SEQUENCE.sub(b" ", self.output[-8000:]).decode(errors="replace")
        assert not complaint or done(), f"{complaint} in what was painted last: {painted}"

    def settle(self) -> None:
        """Read until nothing has been painted for a moment, or it seems that it will go on for ever."""
        begun = time.monotonic()
        while (now := time.monotonic()) < min(max(begun, self._times[-1]) + _QUIET, begun + _UNQUIET):
            self._read(max(begun, self._times[-1]) + _QUIET - now)

    def burst(self, begin: Callable[[], float]) -> tuple[float, float]:
        """Seconds from a press to the first and to the last byte that it causes. The program must be quiet.

        Args:
            begin: Presses; returns when.
        """
        pieces = len(self._times)
        when = begin()
        self.wait(lambda: len(self._times) > pieces, complaint="nothing was painted")
        self.settle()
        return self._times[pieces] - when, self._times[-1] - when

    @property
    def memory(self) -> int:
        """Bytes of memory that is its own and no file's."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon")), 0)

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def peak_memory(self, window: Window) -> int:
        """Most memory in a time, in bytes."""
        return max(memory for when, _, memory in self._samples if window.holds(when))

    def cpu_share(self, window: Window) -> float:
        """Share of one core that was used in a time."""
        first, *_, last = [sample for sample in self._samples if window.holds(sample[0])]
        return (last[1] - first[1]) / (last[0] - first[0])

    def _is_painted(self, press: Press) -> bool:
        return self._end_of(press.letter, press.painted) > 0

    def _end_of(self, text: bytes, after: int) -> int:
        """The offset behind a text that was painted beyond so many bytes; 0 if it was not."""
        found = self.output.find(text, after)
        return found + len(text) if found >= 0 else 0

    def _arrived(self, end: int) -> float:
        """When the byte before this offset came."""
        return self._times[bisect_left(self._ends, end)]

    def _read(self, seconds: float) -> None:
        now = self._read_at = time.monotonic()
        if self._process.poll() is None and (not self._samples or now - self._samples[-1][0] > _SAMPLING):
            self._samples.append((now, self.cpu, self.memory))
        if not select.select([self._master], [], [], max(seconds, 0))[0]:
            return
        try:
            data = os.read(self._master, 65536)
        except OSError:  # the program has ended
            time.sleep(0.01)
            return
        self._times.append(time.monotonic())
        self.output += data
        self._ends.append(len(self.output))
