"""One command between its start and its outcome."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.execution.input_wait import waits_for_input
from app.execution.leftovers import MARK, PATIENCE
from app.execution.process_group import ProcessGroup, Usage
from app.execution.pseudo_terminal import PseudoTerminal, TerminalSize
from app.execution.pump import Pump
from app.execution.sandbox.confinement import NO_SANDBOX, Launch, Sandbox
from app.execution.shell_state import ShellChange, StateFile
from app.execution.watchdog import Watchdog

_DRAIN = 0.2  # seconds for output that is still on its way when the command has exited
_HEARD = 0.1  # seconds after which who was asked to end, and would, has done so
_KILLED = 5.0  # seconds; only a process or a disk that is stuck in the kernel takes any
_SIGNALLED = 128  # added to the number of a signal, as shells do
_LOOK = 0.5  # seconds between two looks whether the program waits for input
_STUCK = Usage(exit_code=-signal.SIGKILL, duration=0.0, cpu_time=0.0, peak_memory=0)


@dataclass(frozen=True, slots=True)
class Start:
    """How a command starts.

    Args:
        argv: The program and its arguments.
        cwd: Where it runs.
        environment: Its whole environment, but for what is ours.
        spool: The file that keeps its output; it must not exist yet.
        quota: Most bytes of output that are kept.
        terminal: Size of the terminal it runs on; None for a pipe, and an input that is at its end.
        sandbox: What it is confined by.
        network: It may reach the network from there.
    """

    argv: list[str]
    cwd: Path
    environment: Mapping[str, str]
    spool: Path
    quota: int
    terminal: TerminalSize | None = None
    sandbox: Sandbox = NO_SANDBOX
    network: bool = False


class RunningCommand:
    """A process group, the pump of its output, its terminal, and what the event loop knows of them.

    Args:
        start: How it starts.
        watchdog: Ends the group if we die.

    Attributes:
        waits_for_input: A program of it waits for somebody to type.
        attended_at: When a person was last known to type or to be about to, by the clock of the loop.
        was_typed_to: A person typed into its terminal.
        is_kept: It outlives us.
        change: What it leaves to the next command; nothing until it has ended.

    Raises:
        OSError: It cannot be started.
        ValueError: An argument holds a NUL.
    """

    def __init__(self, start: Start, watchdog: Watchdog) -> None:
        self.waits_for_input = False
        self.attended_at = 0.0
        self.was_typed_to = False
        self.is_kept = False
        self.change = ShellChange()
        self._left_running = False
        self._exit_code = 0
        self._start = start
        self._loop = asyncio.get_running_loop()
        self._attention = asyncio.Event()
        self._exited = asyncio.Event()
        self._drained = asyncio.Event()
        self._reaped = asyncio.Event()
        self._ended = asyncio.Event()
        with ExitStack() as stack:
            self._state = StateFile()
            stack.callback(self._state.close)
            self._terminal = PseudoTerminal(start.terminal) if start.terminal else None
            if self._terminal:
                stack.callback(self._terminal.close)
            ends = self._terminal.ends() if self._terminal else None
            self._pump = Pump(start.spool, start.quota, self._teller(self._drained), ends)
            # On the loop, as asyncio itself does it: the interpreter stands still in every thread until the
            # child has become another program, so a thread of its own would gain nothing.
            try:
                self._group = ProcessGroup(
                    self._launch,
                    cwd=start.cwd,
                    output=self._pump.entrance,
                    terminal=self._terminal.name if self._terminal else "",
                    inherits=(self._state.descriptor,),
                    watchdog=watchdog,
                    on_exit=self._teller(self._exited, self._attention),
                    on_end=self._teller(self._reaped),
                )
            except BaseException:
                self._pump.stop()
                start.spool.unlink(missing_ok=True)
                raise
            finally:
                self._pump.start()
            stack.pop_all()

    @property
    def pid(self) -> int:
        """Of the shell, and number of its process group."""
        return self._group.pid

    @property
    def has_exited(self) -> bool:
        """Whether the shell has exited; what it started may still run."""
        return self._exited.is_set()

    @property
    def has_terminal(self) -> bool:
        """Whether it runs on a terminal."""
        return self._terminal is not None

    async def exits(self, seconds: float | None) -> bool:
        """Wait until the command has exited or something calls for attention.

        Args:
            seconds: How long to wait; None for ever.

        Returns:
            False when the time was up.
        """
        in_time = await _within(seconds, self._attention)
        if not self._exited.is_set():
            self._attention.clear()
        return in_time

    def call_attention(self) -> None:
        """Let `exits` return, whether or not the command has exited."""
        self._attention.set()

    async def watch(self, on_input: Callable[[bool], None], on_loss: Callable[[str], None]) -> None:
        """Look at it now and then, until cancelled.

        Args:
            on_input: Called on the loop when it begins or ceases to wait for a person to type.
            on_loss: Called on the loop, once, with the reason when output is no longer kept.
        """
        is_whole = True
        while not self._exited.is_set():
            await asyncio.sleep(_LOOK)
            if is_whole and self.lost_bytes:
                is_whole = False
                on_loss(self.loss)
            if self._terminal is None:
                continue
            # One that runs as somebody else, as sudo does, cannot be seen into.
            waits = self._terminal.asks_for_a_secret or await asyncio.to_thread(
                waits_for_input, self._terminal.name, each_key=self._terminal.wants_each_key
            )
            if waits != self.waits_for_input and not self._exited.is_set():
                self.waits_for_input = waits
                on_input(waits)

    def type(self, data: bytes, *, by_person: bool = True) -> None:
        """Type into its terminal; without effect if it has none.

        Args:
            data: What keys send; nothing, while a person is there and does not type.
            by_person: Rather than what a terminal says of itself when it is asked.
        """
        if self._terminal is not None and not self.is_kept:  # one that is kept might not read, and hold us up
            if by_person:
                self.attended_at = self._loop.time()
                self.was_typed_to |= bool(data)
            self._terminal.type(data)

    def resize(self, size: TerminalSize) -> None:
        """Make its terminal another size, if it has one."""
        if self._terminal is not None:
            self._terminal.resize(size)

    def keep(self) -> None:
        """Let it outlive us: its output goes to its file without us from now on, and nobody ends it."""
        if not self.is_kept:
            self.is_kept = True
            self._group.let_go()
            self._pump.hand_over()

    async def handed_over(self) -> None:
        """Wait until one that is kept needs us no longer."""
        await self._drained.wait()

    async def end(self, grace: float) -> None:
        """Take the output that is left, then leave no process of it. Cancelled, it kills at once.

        Args:
            grace: Seconds a process that is still running gets to end by itself.
        """
        by_itself = self.has_exited
        try:
            if self.is_kept and by_itself:
                self._group.release(leave_nothing=False)
            else:
                await self._leave_nothing(grace)
            await _within(_KILLED, self._drained, self._reaped)
            code = self.usage.exit_code
            if by_itself and code == 0:
                self.change = self._state.change(self._start.cwd, self._start.environment)
            if self._group.hides_signals and code > _SIGNALLED and not self._state.tells_exit_code(code):
                self._exit_code = _SIGNALLED - code
        finally:
            self._state.close()
            if self._terminal is not None:
                self._terminal.close()
            self._ended.set()

    async def ended(self) -> None:
        """Wait until no process of it is left."""
        await self._ended.wait()

    @property
    def usage(self) -> Usage:
        """How it ended, and what it took; for one that has ended."""
        usage = self._group.usage or _STUCK
        return replace(usage, exit_code=self._exit_code or usage.exit_code)

    @property
    def complaint(self) -> str:
        """Why it was not begun, if its sandbox could not be made."""
        return self._group.complaint

    @property
    def left_running(self) -> bool:
        """Whether something of it still ran when its shell had exited; for one that has ended."""
        return self._left_running or self._group.left_running

    @property
    def spool(self) -> Path:
        """The file that keeps its output."""
        return self._start.spool

    @property
    def output_bytes(self) -> int:
        """Bytes of output that are kept."""
        if not self.is_kept:
            return self._pump.kept
        with suppress(OSError):
            return self._start.spool.stat().st_size
        return self._pump.kept

    @property
    def lost_bytes(self) -> int:
        """Bytes of output beyond the quota, or that the disk did not take."""
        return self._pump.lost

    @property
    def loss(self) -> str:
        """Why output is lost, if any is."""
        if not self._pump.lost:
            return ""
        return self._pump.error or "the output quota was reached (tools.spool_quota)"

    async def _leave_nothing(self, grace: float) -> None:
        try:
            try:
                if self._terminal is not None:
                    self._terminal.let_go()
                if self._exited.is_set():
                    grace = min(grace, PATIENCE)
                    if not await _within(_DRAIN, self._drained):  # or the pump is behind
                        self._left_running = await asyncio.to_thread(self._group.is_left)
                if not (self._exited.is_set() and self._drained.is_set()):
                    await self._ask_to_end(grace)
            finally:
                if not self._exited.is_set():
                    self._group.signal(signal.SIGKILL)
                self._group.release(leave_nothing=True)
            await _within(_DRAIN, self._drained)
        finally:
            self._pump.stop()

    async def _ask_to_end(self, grace: float) -> None:
        """Ask, and ask those again that have not heard it; a busy machine may keep them from it for long."""
        self._group.signal(signal.SIGTERM)
        deadline, pause = self._loop.time() + grace, _HEARD
        while not await _within(min(pause, deadline - self._loop.time()), self._exited, self._drained):
            if self._loop.time() >= deadline:
                return
            await asyncio.to_thread(self._group.ask_again)
            pause *= 2

    def _launch(self, mark: str) -> Launch:
        start = self._start
        return start.sandbox.launch(
            start.argv,
            {**start.environment, **self._state.variables, MARK: mark},
            cwd=start.cwd,
            network=start.network,
            terminal=self._terminal.name if self._terminal else "",
        )

    def _teller(self, *events: asyncio.Event) -> Callable[[], None]:
        """A function for another thread that sets events in the loop."""

        def tell() -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                for event in events:
                    self._loop.call_soon_threadsafe(event.set)

        return tell


async def _within(seconds: float | None, *events: asyncio.Event) -> bool:
    """Wait for every event. False when the time was up."""
    try:
        async with asyncio.timeout(seconds):
            for event in events:
                await event.wait()
    except TimeoutError:
        return False
    return True
