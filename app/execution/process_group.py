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
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from app.execution.leftovers import MARK, PATIENCE, ask_again, can_tell, end_marked, marked
from app.execution.namespace_init import NamespaceInit
from app.execution.priority import yield_cpu
from app.execution.sandbox.confinement import Launch
from app.execution.watchdog import Watchdog

_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes
_MORE_TRIES = 2


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
    signal cannot hit a stranger. In a namespace of its own, the first process there is kept instead.

    Args:
        launch: How to start it, given its mark. Called again, in that thread, if its namespace could not be
            made: what that is made of may have gone away just then.
        cwd: Where it runs.
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
        launch: Callable[[str], Launch],
        *,
        cwd: Path,
        output: int,
        terminal: str,
        inherits: tuple[int, ...],
        watchdog: Watchdog,
        on_exit: Callable[[], None],
        on_end: Callable[[], None],
    ) -> None:
        self.usage: Usage | None = None
        self.left_running = False
        self._launch = launch
        self._cwd = cwd
        self._terminal = terminal
        self._inherits = inherits
        self._watchdog = watchdog
        self._on_exit = on_exit
        self._on_end = on_end
        self._released = threading.Event()
        self._leave_nothing = True
        self._mark = secrets.token_hex(8)
        self._reaped = threading.Lock()
        self._is_let_go = False
        self._is_doomed = False
        self._asked: set[int] | None = None
        self._began = time.monotonic()
        self._output = os.dup(output)  # until it has begun
        try:
            self._start(output)
        except BaseException:
            os.close(self._output)
            raise
        # Until it has become another program, a process is charged with the memory of the one it came from.
        self._own_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            threading.Thread(target=self._wait, daemon=True, name="process-group").start()
        except RuntimeError as error:  # nobody would see its end
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            watchdog.forget(self._process.pid)
            if self._init:
                end_marked(self._mark, 0.0)
                self._init.release()
            os.close(self._output)
            self._give_back()
            raise OSError(errno.EAGAIN, str(error)) from error

    @property
    def pid(self) -> int:
        """Of the first process, and number of the group."""
        return self._init.pid if self._init and self._init.pid else self._process.pid

    @property
    def complaint(self) -> str:
        """Why the command was not begun, if its sandbox could not be made."""
        return self._init.complaint if self._init else ""

    @property
    def hides_signals(self) -> bool:
        """Whether an exit code of 128+N may mean that signal N ended the command."""
        return self._init is not None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to every process of the group, if there still may be any.

        Args:
            number: The signal.
        """
        with self._reaped, suppress(ProcessLookupError, PermissionError):
            if self.usage is None:
                # Before its namespace is there, a command cannot be told to end: it will never begin.
                self._is_doomed |= self._init is not None and not self._init.pid
                os.killpg(self.pid, number)

    def is_left(self) -> bool:
        """Whether something of it still runs though its first process has exited; blocks for a moment."""
        return not can_tell() or any(process not in self._own for process in marked(self._mark))

    def ask_again(self) -> None:
        """Ask those to end again that have not heard it; blocks for a moment.

        Only those that are there the first time: what comes later may clean up.
        """
        there = set(marked(self._mark)).difference(self._own)
        self._asked = there if self._asked is None else self._asked & there
        ask_again(self._asked)

    def let_go(self) -> None:
        """Nobody ends it any more if we die."""
        with self._reaped:
            if not self._is_let_go:
                self._is_let_go = True
                self._watchdog.forget(self._process.pid)

    def release(self, *, leave_nothing: bool) -> None:
        """No signal will follow: let the first process go once it has exited.

        Args:
            leave_nothing: End what has left the group, too. In a namespace of its own, all of it ends anyway.
        """
        self._leave_nothing = leave_nothing
        self._released.set()

    @property
    def _own(self) -> tuple[int, ...]:
        """What is there because of the namespace, rather than of the command."""
        return (self._process.pid, self._init.pid) if self._init else ()

    def _start(self, output: int) -> None:
        """Start it. Nothing has changed if it cannot be started."""
        how = self._launch(self._mark)
        try:
            init = NamespaceInit() if how.has_init else None
            process = self._spawn(how, init, output)
        except BaseException:
            how.give_back()
            raise
        finally:
            for descriptor in how.descriptors:
                os.close(descriptor)
        with self._reaped:
            self._init, self._process, self._give_back = init, process, how.give_back
        yield_cpu(process.pid)

    def _spawn(self, launch: Launch, init: NamespaceInit | None, output: int) -> subprocess.Popen[bytes]:
        if init:
            guarded, errors = self._watchdog.guard_namespace(launch.argv)
            stdin = init.entrance.fileno()
        else:
            guarded, stdin = self._watchdog.guard(launch.argv, self._terminal)
            errors = output
        try:
            return subprocess.Popen(
                guarded,
                cwd=self._cwd,
                env={**launch.environment, MARK: self._mark},
                stdin=stdin,
                stdout=output,
                stderr=errors,
                pass_fds=(*self._inherits, *launch.descriptors),
                start_new_session=True,
            )
        except BaseException:
            if init:
                init.release()
            raise
        finally:
            if init:
                init.started()

    def _wait(self) -> None:
        if self._init:
            self._await_namespace(self._init).await_exit()
        else:
            os.close(self._output)
            _await_exit(self._process.pid)
        duration = time.monotonic() - self._began
        self._on_exit()
        self._released.wait()
        if self._leave_nothing:
            self.left_running = end_marked(self._mark, PATIENCE, self._own)
            if not self._init:
                self.signal(signal.SIGKILL)
        self.let_go()
        if self._init:
            with self._reaped:
                self._init.release()
            _await_exit(self._process.pid)
        with self._reaped:
            _, status, used = os.wait4(self._process.pid, 0)
            code = self._process.returncode = os.waitstatus_to_exitcode(status)
            self.usage = Usage(
                exit_code=code,
                duration=duration,
                cpu_time=used.ru_utime + used.ru_stime,
                peak_memory=used.ru_maxrss * _MAXRSS_UNIT if used.ru_maxrss > self._own_memory else 0,
            )
        try:
            self._give_back()
        finally:
            self._on_end()

    def _await_namespace(self, init: NamespaceInit) -> NamespaceInit:
        """Block until the namespace is there, or will not be; returns what talks to us."""
        init.await_start()
        with suppress(OSError, ValueError):  # of which nothing comes but that it was tried in vain
            for _ in range(_MORE_TRIES):
                if init.pid or self._is_doomed or self._is_let_go:
                    break
                init = self._start_again(init)
                init.await_start()
        os.close(self._output)
        if init.pid:
            yield_cpu(init.pid)  # it has begun a session of its own
        if self._is_doomed:
            self.signal(signal.SIGKILL)
        return init

    def _start_again(self, failed: NamespaceInit) -> NamespaceInit:
        """Start it once more, for it has not begun."""
        process, give_back = self._process, self._give_back
        self._start(self._output)
        failed.release()
        process.wait()
        self._watchdog.forget(process.pid)
        give_back()
        assert self._init is not None, "a sandbox does not become another"
        return self._init


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
