"""One command between its start and its outcome."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from app.execution.process_group import ProcessGroup
from app.execution.pump import Pump
from app.execution.watchdog import Watchdog

_DRAIN = 0.2  # seconds for output that is still on its way when the command has exited
_LEFTOVERS = 0.3  # seconds for what an exited command left running to end by itself
_KILLED = 5.0  # seconds; only a process or a disk that is stuck in the kernel takes any


class RunningCommand:
    """A process group, the pump of its output, and what the event loop knows of both.

    Args:
        argv: The command.
        cwd: Where it runs.
        environment: Its whole environment.
        spool: The file that keeps its output; it must not exist yet.
        quota: Most bytes of output that are kept.
        watchdog: Ends the group if we die.

    Raises:
        OSError: It cannot be started.
        ValueError: An argument holds a NUL.
    """

    def __init__(
        self,
        argv: list[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        spool: Path,
        quota: int,
        watchdog: Watchdog,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._attention = asyncio.Event()
        self._exited = asyncio.Event()
        self._drained = asyncio.Event()
        self._reaped = asyncio.Event()
        self._ended = asyncio.Event()
        self.pump = Pump(spool, quota, on_end=self._teller(self._drained))
        try:
            # On the loop, as asyncio itself does it: the interpreter stands still in every thread until the
            # child has become another program, so a thread of its own would gain nothing.
            self.group = ProcessGroup(
                argv,
                cwd=cwd,
                environment=environment,
                output=self.pump.entrance,
                watchdog=watchdog,
                on_exit=self._teller(self._exited, self._attention),
                on_end=self._teller(self._reaped),
            )
        except BaseException:
            self.pump.stop()
            spool.unlink(missing_ok=True)
            raise
        finally:
            self.pump.start()

    async def exits(self, seconds: float) -> bool:
        """Wait until the command has exited or is asked to end.

        Args:
            seconds: How long to wait.

        Returns:
            False when the time was up.
        """
        return await _within(seconds, self._attention)

    def ask_to_end(self) -> None:
        """Let `exits` return, whether or not the command has exited."""
        self._attention.set()

    async def end(self, grace: float) -> None:
        """Take the output that is left, then leave no process of the group. Cancelled, it kills at once.

        Args:
            grace: Seconds a process that is still running gets to end by itself.
        """
        try:
            await self._leave_nothing(grace)
            await _within(_KILLED, self._drained, self._reaped)
        finally:
            self._ended.set()

    async def ended(self) -> None:
        """Wait until no process of the group is left."""
        await self._ended.wait()

    async def _leave_nothing(self, grace: float) -> None:
        try:
            try:
                if self._exited.is_set():
                    grace = min(grace, _LEFTOVERS)
                    await _within(_DRAIN, self._drained)
                if not (self._exited.is_set() and self._drained.is_set()):
                    self.group.signal(signal.SIGTERM)
                    await _within(grace, self._exited, self._drained)
            finally:
                self.group.signal(signal.SIGKILL)
                self.group.release()
            await _within(_DRAIN, self._drained)
        finally:
            self.pump.stop()

    def _teller(self, *events: asyncio.Event) -> Callable[[], None]:
        """A function for another thread that sets events in the loop."""

        def tell() -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                for event in events:
                    self._loop.call_soon_threadsafe(event.set)

        return tell


async def _within(seconds: float, *events: asyncio.Event) -> bool:
    """Wait for every event. False when the time was up."""
    try:
        async with asyncio.timeout(seconds):
            for event in events:
                await event.wait()
    except TimeoutError:
        return False
    return True
