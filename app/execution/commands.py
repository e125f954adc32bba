"""Shell commands: each a fresh shell that ends in time, with everything it started, and leaves its output."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from app.execution.environment import child_environment, with_variables
from app.execution.pseudo_terminal import TerminalSize
from app.execution.running import RunningCommand, Start
from app.execution.sandbox.confinement import NO_SANDBOX, Sandbox
from app.execution.shell_state import ShellChange, ShellState
from app.execution.watchdog import Watchdog

_TERMINAL = {"TERM": "xterm-256color"}
_NO_MORE: Mapping[str, str | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """What a command came to.

    Args:
        exit_code: Of the shell; -N when signal N ended it.
        timed_out: It was ended because its time was up.
        duration: Seconds from start to exit.
        cpu_time: Seconds of processor time, with those of the children it waited for.
        peak_memory: Bytes of its largest process; 0 when that was no more than our own, which the kernel does
            not tell apart.
        output_bytes: Bytes of output in the spool.
        lost_bytes: Bytes of output beyond the quota, or that the disk did not take.
        loss: Why output was lost, if any was.
        waited_for_input: It waited for somebody to type when it was last looked at.
        was_typed_to: A person typed into its terminal.
        left_running: Something it had started still ran when the shell had exited, and was ended.
        spool: The file that keeps its output.
        change: What it leaves to the next command.
        complaint: Why it was not begun, if its sandbox could not be made.
    """

    exit_code: int
    timed_out: bool
    duration: float
    cpu_time: float
    peak_memory: int
    output_bytes: int
    lost_bytes: int
    loss: str
    waited_for_input: bool
    was_typed_to: bool
    left_running: bool
    spool: Path
    change: ShellChange
    complaint: str = ""


class CommandError(Exception):
    """A command could not be started. The message says why."""


class CommandRunner:
    """Starts shell commands, any number at once, each in a shell of its own.

    Args:
        quota: Most bytes of output that are kept of one command; the rest is counted and dropped.
        grace: Seconds between asking a process group to end and killing it.
        environment: What commands get to see; our own environment without secrets, if not given.
    """

    def __init__(
        self,
        *,
        quota: int = 256 << 20,
        grace: float = 2.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.quota = quota
        self._grace = grace
        self._environment = child_environment(os.environ) if environment is None else environment
        bash = shutil.which("bash")
        self._shell = [bash, "--noprofile", "--norc", "-c", "--"] if bash else ["/bin/sh", "-c", "--"]
        self._watchdog = Watchdog()
        self._running: set[RunningCommand] = set()
        self._closed = False

    def environment(self, state: ShellState) -> dict[str, str]:
        """What a command gets to see on pipes and outside of every sandbox."""
        return state.environment(self._environment)

    def start(
        self,
        command: str,
        *,
        state: ShellState,
        spool: Path,
        terminal: TerminalSize | None = None,
        sandbox: Sandbox = NO_SANDBOX,
        network: bool = False,
        variables: Mapping[str, str | None] = _NO_MORE,
    ) -> RunningCommand:
        """Start a command. Whoever starts it must see to it that `finish` is called.

        Args:
            command: What the shell is told.
            state: Where it starts, and what earlier commands exported.
            spool: The file that keeps its output; it must not exist yet. Its folder is made.
            terminal: Size of the terminal it runs on; None for a pipe, and an input that is at its end.
            sandbox: What it is confined by.
            network: It may reach the network from there.
            variables: What else it finds in its environment; None for what it does not.

        Raises:
            CommandError: It could not be started.
        """
        if self._closed:
            raise CommandError("no command can be started any more")
        environment = sandbox.environment({**self._environment, **(_TERMINAL if terminal else {})})
        start = Start(
            [*self._shell, command],
            state.cwd,
            with_variables(state.environment(environment), variables),
            spool,
            self.quota,
            terminal,
            sandbox,
            network,
        )
        try:
            spool.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            running = RunningCommand(start, self._watchdog)
        except (OSError, ValueError) as error:
            raise CommandError(f"the command could not be started: {_reason(error)}") from error
        self._running.add(running)
        return running

    async def finish(self, running: RunningCommand, *, timed_out: bool = False) -> CommandOutcome:
        """End what is left of a command. Cancelled, it kills at once.

        Args:
            running: One that was started here.
            timed_out: It is ended because its time is up.
        """
        try:
            await running.end(self._grace)
        finally:
            self._running.discard(running)
        usage = running.usage
        return CommandOutcome(
            exit_code=usage.exit_code,
            timed_out=timed_out,
            duration=usage.duration,
            cpu_time=usage.cpu_time,
            peak_memory=usage.peak_memory,
            output_bytes=running.output_bytes,
            lost_bytes=running.lost_bytes,
            loss=running.loss,
            waited_for_input=running.waits_for_input,
            was_typed_to=running.was_typed_to,
            left_running=running.left_running and not timed_out,
            spool=running.spool,
            change=running.change,
            complaint=running.complaint,
        )

    async def run(
        self,
        command: str,
        *,
        cwd: Path,
        spool: Path,
        timeout: float,  # noqa: ASYNC109 - the command ends gracefully when its time is up, not this coroutine
        started: Callable[[int], None] | None = None,
        sandbox: Sandbox = NO_SANDBOX,
    ) -> CommandOutcome:
        """Run a command to its end. What it leaves running is ended too, also when this task is cancelled.

        Args:
            command: What the shell is told.
            cwd: Where it runs.
            spool: The file that keeps its output; it must not exist yet. Its folder is made.
            timeout: Seconds it may take.
            started: Called with its process group once it runs and the spool exists.
            sandbox: What it is confined by.

        Raises:
            CommandError: It could not be started.
        """
        running = self.start(command, state=ShellState(cwd), spool=spool, sandbox=sandbox)
        timed_out = False
        try:
            if started is not None:
                started(running.pid)
            timed_out = not await running.exits(timeout)
        finally:
            outcome = await self.finish(running, timed_out=timed_out)
        return outcome

    async def close(self) -> None:
        """End every command that is not to be kept; none can be started any more."""
        self._closed = True
        waiting = [running for running in self._running if not running.is_kept]
        for running in waiting:
            running.call_attention()
        for running in waiting:
            await running.ended()
        self._watchdog.close()


def _reason(error: OSError | ValueError) -> str:
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    match error.errno:
        case errno.E2BIG:
            return "it is too long for this system"
        case errno.EAGAIN | errno.ENOMEM:
            return f"the system takes no more processes now ({error.strerror}); end some, then call it again"
        case errno.EMFILE | errno.ENFILE:
            return f"too many files are open ({error.strerror}); end some commands, then call it again"
    return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
