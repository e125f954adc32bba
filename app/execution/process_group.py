"""A command and whatever it starts, from the first process to the last signal."""

from __future__ import annotations

import errno
import os
import resource
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from app.execution.leftovers import MARK, PATIENCE, ask_again, can_tell, end_marked, marked
from app.execution.priority import yield_cpu
from app.execution.watchdog import Watchdog

_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes


@dataclass(frozen=True, slots=True)
class Usage:
    """How the first process of a group ended, and what it took.

    Args:
        exit_code: Of the first process; -N when signal N ended it.
        duration: Seconds from start to exit.
        cpu_time: Seconds, with those of the children it waited for.
        peak_memory: Bytes of its largest process; 0 when that was no more than our own, which the kernel
            does not tell apart.
    """

    exit_code: int
    duration: float
    cpu_time: float
    peak_memory: int


class ProcessGroup:
    """One command in a session and a process group of its own, and a thread that waits for its exit.

    Until `release`, the exited process is kept as a zombie: so long its number cannot become another's, and a
    signal cannot hit a stranger.

    Args:
        argv: The command.
        cwd: Where it runs.
        environment: Its whole environment, but for its mark.
        output: Descriptor for its standard output and error.
        terminal: Path of the terminal it runs on instead; empty for none.
        inherits: Further descriptors it gets.
        watchdog: Ends the group if we die.
        on_exit: Called in that thread when the first process has exited.
        on_end: Called in that thread after `release`, when `usage` is known.

    Attributes:
        usage: How it ended; None until then.
        left_running: Something of it still ran when the first process had exited and it was released.

    Raises:
        OSError: The command cannot be started.
        ValueError: An argument holds a NUL.
    """

    def __init__(
        self,
        argv: list[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        output: int,
        terminal: str,
        inherits: tuple[int, ...],
        watchdog: Watchdog,
        on_exit: Callable[[], None],
        on_end: Callable[[], None],
    ) -> None:
        self.usage: Usage | None = None
        self.left_running = False
        self._watchdog = watchdog
        self._on_exit = on_exit
        self._on_end = on_end
        self._released = threading.Event()
        self._leave_nothing = True
        self._mark = secrets.token_hex(8)
        self._reaped = threading.Lock()
        self._is_let_go = False
        guarded, stdin = watchdog.guard(argv, terminal)
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            guarded,
            cwd=cwd,
            env={**environment, MARK: self._mark},
            stdin=stdin,
            stdout=output,
            stderr=output,
            pass_fds=inherits,
            start_new_session=True,
        )
        # Until it has become another program, a process is charged with the memory of the one it came from.
        self._own_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.pid = self._process.pid
        yield_cpu(self.pid)
        try:
            threading.Thread(target=self._wait, daemon=True, name="process-group").start()
        except RuntimeError as error:  # nobody would see its end
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
            watchdog.forget(self.pid)
            raise OSError(errno.EAGAIN, str(error)) from error

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to every process of the group, if there still may be any.

        Args:
            number: The signal.
        """
        with self._reaped, suppress(ProcessLookupError, PermissionError):
            if self.usage is None:
                os.killpg(self.pid, number)

    def is_left(self) -> bool:
        """Whether something of it still runs though its first process has exited; blocks for a moment."""
        return not can_tell() or bool(marked(self._mark))

    def ask_again(self) -> None:
        """Ask those to end again that have not heard it; blocks for a moment."""
        ask_again(self._mark)

    def let_go(self) -> None:
        """Nobody ends it any more if we die."""
        with self._reaped:
            if not self._is_let_go:
                self._is_let_go = True
                self._watchdog.forget(self.pid)

    def release(self, *, leave_nothing: bool) -> None:
        """No signal will follow: let the first process go once it has exited.

        Args:
            leave_nothing: End what has left the group, too.
        """
        self._leave_nothing = leave_nothing
        self._released.set()

    def _wait(self) -> None:
        _await_exit(self.pid)
        duration = time.monotonic() - self._began
        self._on_exit()
        self._released.wait()
        if self._leave_nothing:
            self.left_running = end_marked(self._mark, PATIENCE)
            self.signal(signal.SIGKILL)
        self.let_go()
        with self._reaped:
            _, status, used = os.wait4(self.pid, 0)
            code = self._process.returncode = os.waitstatus_to_exitcode(status)
            self.usage = Usage(
                exit_code=code,
                duration=duration,
                cpu_time=used.ru_utime + used.ru_stime,
                peak_memory=used.ru_maxrss * _MAXRSS_UNIT if used.ru_maxrss > self._own_memory else 0,
            )
        self._on_end()


def _await_exit(pid: int) -> None:
    """Block until a child has exited, without collecting it."""
    if sys.platform == "darwin":
        import select

        exits = select.kevent(
            pid,
            filter=select.KQ_FILTER_PROC,
            flags=select.KQ_EV_ADD | select.KQ_EV_ONESHOT,
            fflags=select.KQ_NOTE_EXIT,
        )
        queue = select.kqueue()
        with closing(queue), suppress(ProcessLookupError):  # it has exited already
            queue.control([exits], 1)
    else:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
