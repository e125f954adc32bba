"""A child's output on its way from a pipe to a file."""

from __future__ import annotations

import array
import errno
import fcntl
import os
import select
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from app.execution.priority import yield_thread

_CHUNK = 1 << 20  # bytes
_LITTLE = 1 << 16  # bytes; after less, a moment lets small writes gather: a hundred times fewer turns
_GATHER = 0.001  # seconds
_BLOCK = 512  # bytes; the unit of ulimit
# `cat` keeps nothing back, and the system ends its file at the quota. From there on it goes on reading: the
# command must not be held up, nor end by a broken pipe. What sh starts in the background reads no input but
# by another name.
_SUCCESSOR = """
exec 3<&0
{ trap '' XFSZ; ulimit -f "$1"; cat <&3; exec cat <&3 >/dev/null; } &
"""


class Pump:
    """Moves what is written into a pipe or a terminal to a file, until the last writer is gone or a stop.

    A child sees an ordinary pipe, or its terminal. At the quota, or when the disk is full, nothing more is
    kept, but what comes is taken as before, so the child never waits for us. Where the kernel can splice, no
    byte enters Python. Start it once and stop it once, whatever happens: that closes all it has opened.

    Args:
        spool: The file, which must not exist yet; only the person may read it.
        quota: Most bytes that are kept.
        on_end: Called in the pump's thread when nothing more will be written.
        ends: Descriptors to read from and for a child to write to, closed by the pump; a new pipe unless
            given.

    Raises:
        OSError: The file cannot be made.
    """

    def __init__(
        self, spool: Path, quota: int, on_end: Callable[[], None], ends: tuple[int, int] | None = None
    ) -> None:
        self.kept = 0
        self.lost = 0
        self.error = ""
        self._quota = quota
        self._on_end = on_end
        self._move = self._splice if hasattr(os, "splice") else self._copy
        self._hands_over = False
        with ExitStack() as ours, ExitStack() as others:
            self._source, self._entrance = ends or os.pipe()
            ours.callback(os.close, self._source)
            others.callback(os.close, self._entrance)
            self._target = os.open(spool, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            ours.callback(os.close, self._target)
            self._null = os.open(os.devnull, os.O_WRONLY)
            ours.callback(os.close, self._null)
            self._stopped, self._stop = os.pipe()
            ours.callback(os.close, self._stopped)
            self._descriptors = ours.pop_all()
            others.pop_all()
        if sys.platform == "linux":
            # A user who has no share of pipe memory left gets the usual 64 KiB, which work as well.
            with suppress(OSError):
                fcntl.fcntl(self._source, fcntl.F_SETPIPE_SZ, _CHUNK)

    @property
    def entrance(self) -> int:
        """The descriptor a child writes to; ours until the pump starts."""
        return self._entrance

    def start(self) -> None:
        """Give up our own end for writing, so that the last child's exit is the end, and begin."""
        os.close(self._entrance)
        threading.Thread(target=self._run, daemon=True, name="pump").start()

    def stop(self) -> None:
        """Take what is in the pipe now, and wait no longer for its writers."""
        stop, self._stop = self._stop, -1
        if stop >= 0:
            os.close(stop)

    def hand_over(self) -> None:
        """Let a process of its own go on with it, which outlives us. `kept` counts no further."""
        self._hands_over = True
        self.stop()

    def _run(self) -> None:
        yield_thread()
        poll = select.poll()
        poll.register(self._source, select.POLLIN)
        poll.register(self._stopped, 0)
        with self._descriptors:
            while all(ready != self._stopped for ready, _ in poll.poll()):
                taken = self._taken
                if not self._step(_CHUNK):
                    break
                if self._taken - taken < _LITTLE:
                    time.sleep(_GATHER)
            if self._hands_over:
                with suppress(OSError):  # the system takes no more processes: the rest is lost
                    self._start_successor()
            else:
                end = self._taken + self._waiting()
                while self._taken < end and self._step(end - self._taken):
                    pass
        self._on_end()

    def _start_successor(self) -> None:
        os.set_blocking(self._source, True)  # a terminal was not
        subprocess.run(
            ["/bin/sh", "-c", _SUCCESSOR, "sh", str(self._quota // _BLOCK)],
            stdin=self._source,
            stdout=self._target,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.defpath},
            start_new_session=True,
            check=False,
        )

    @property
    def _taken(self) -> int:
        return self.kept + self.lost

    def _waiting(self) -> int:
        """Bytes in the pipe."""
        count = array.array("i", [0])
        fcntl.ioctl(self._source, termios.FIONREAD, count)
        return count[0]

    def _step(self, most: int) -> bool:
        """Take some bytes out of the pipe. False at its end."""
        taken = self._taken
        room = 0 if self.error else self._quota - self.kept
        try:
            if room > 0:
                self._move(min(most, room))
            else:
                self._drop(most)
        except BlockingIOError:
            return self._stop >= 0
        except OSError as error:
            if error.errno == errno.EIO and os.isatty(self._source):
                return False  # the last process has left the terminal
            if error.errno == errno.EINVAL and self._move == self._splice:
                self._move = self._copy  # not every file system can splice
            else:
                self.error = error.strerror or str(error)
            return True
        return self._taken > taken

    def _splice(self, most: int) -> None:
        self.kept += os.splice(self._source, self._target, most)

    def _copy(self, most: int) -> None:
        left = memoryview(os.read(self._source, most))
        self.lost += len(left)
        while left:
            written = os.write(self._target, left)
            self.kept += written
            self.lost -= written
            left = left[written:]

    def _drop(self, most: int) -> None:
        if self._move == self._splice:
            self.lost += os.splice(self._source, self._null, most)
        else:
            self.lost += len(os.read(self._source, most))
