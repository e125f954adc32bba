"""The commands of a session: where the next one starts, which of them run, and what a person does to them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path

from app.execution.commands import CommandError, CommandOutcome, CommandRunner
from app.execution.jobs import Job, JobError, Jobs
from app.execution.pseudo_terminal import TerminalSize
from app.execution.quiet_git import quiet_git
from app.execution.running import RunningCommand
from app.execution.sandbox.confinement import NO_SANDBOX, Sandbox
from app.execution.shell_state import ShellChange, ShellState
from app.terminal.reveal import reveal

_FIRST_SIZE = TerminalSize(80, 24)  # until a pane says how large it is


@dataclass(frozen=True, slots=True)
class Command:
    """What a call runs.

    Args:
        call: The call.
        text: What the shell is told.
        state: Where it starts.
        spool: The file that keeps its output; it must not exist yet.
        timeout: Seconds it may take; not counted once it is in the background.
        terminal: It runs on a terminal rather than on pipes.
        background: Its call is answered at once, and it goes on.
        network: It may reach the network from within the sandbox.
        confined: It runs in the sandbox; otherwise a person has allowed it to run outside.
        quiet_git: Git only reads in it, and must run nothing that the repository names.
    """

    call: str
    text: str
    state: ShellState
    spool: Path
    timeout: float
    terminal: bool = False
    background: bool = False
    network: bool = False
    confined: bool = True
    quiet_git: bool = False


@dataclass(frozen=True, slots=True)
class Restarted:
    """A command was begun again on a terminal, with another file for its output."""

    call: str
    spool: Path


@dataclass(frozen=True, slots=True)
class InputAwaited:
    """A command waits for somebody to type, or no longer does."""

    call: str
    waits: bool


@dataclass(frozen=True, slots=True)
class OutputCut:
    """What a command says is no longer kept."""

    call: str
    reason: str


@dataclass(frozen=True, slots=True)
class JobStarted:
    """A command went to the background."""

    job: Job


@dataclass(frozen=True, slots=True)
class JobEnded:
    """A command in the background has ended."""

    job: Job
    outcome: CommandOutcome


@dataclass(frozen=True, slots=True)
class JobKept:
    """A person wants a command in the background to outlive the session."""

    job: Job


News = Restarted | InputAwaited | OutputCut | JobStarted | JobEnded | JobKept


class _End(Enum):
    """Why a command is attended no longer."""

    EXITED = auto()
    TIME_UP = auto()
    TO_BACKGROUND = auto()
    TO_TERMINAL = auto()


class _Live:
    """A command that is attended, and what a person wants of it."""

    def __init__(self, running: RunningCommand) -> None:
        self.running = running
        self.wish = _End.EXITED

    def express(self, wish: _End) -> None:
        self.wish = wish
        self.running.call_attention()


class Shell:
    """Runs the commands of a session. Everything here is for its event loop.

    Args:
        runner: Starts and ends them.
        root: Where the first command starts, and where others do when their folder is gone.
        may_start_in: Whether commands may start in a folder, if one ended there.
        tell: Called with what happens to commands beyond their start and end.

    Attributes:
        sandbox: What commands are confined by, from the next one on.
    """

    def __init__(
        self,
        runner: CommandRunner,
        root: Path,
        *,
        may_start_in: Callable[[Path], bool],
        tell: Callable[[News], object],
    ) -> None:
        self.sandbox: Sandbox = NO_SANDBOX
        self.state = ShellState(root)
        self.jobs = Jobs(runner, self._tell_end)
        self._runner = runner
        self._root = root
        self._may_start_in = may_start_in
        self._tell = tell
        self._live: dict[str, _Live] = {}

    async def run(self, command: Command) -> CommandOutcome | Job:
        """Run a command until it has ended, or goes on in the background.

        Raises:
            CommandError: It could not be started.
        """
        while True:
            variables = await self._variables(command)
            live = self._live[command.call] = self._start(command, variables)
            try:
                end = _End.TO_BACKGROUND if command.background else await self._attend(live, command)
                if end is _End.TO_BACKGROUND:
                    job = self.jobs.adopt(command.call, command.text, command.spool, live.running)
                    self._tell(JobStarted(job))
                    return job
                outcome = await self._runner.finish(live.running, timed_out=end is _End.TIME_UP)
            finally:
                del self._live[command.call]
            if end is not _End.TO_TERMINAL:
                return outcome
            command = replace(command, spool=_spool_on_terminal(command.spool), terminal=True)
            self._tell(Restarted(command.call, command.spool))

    async def run_aside(self, text: str, spool: Path, seconds: float) -> CommandOutcome:
        """Run a command of our own, which leaves nothing to others and is nobody's to steer.

        Args:
            text: What the shell is told.
            spool: The file that keeps its output; it must not exist yet.
            seconds: How long it may take.

        Raises:
            CommandError: It could not be started.
        """
        return await self._runner.run(text, cwd=spool.parent, spool=spool, timeout=seconds)

    def may_start_in(self, folder: Path) -> bool:
        """Whether commands may start in a folder, if one ended there."""
        return self._may_start_in(folder)

    def settle(self, changes: Iterable[ShellChange]) -> None:
        """Take over what commands that ran at the same time have left.

        Args:
            changes: In the order in which the commands were asked for.
        """
        for change in changes:
            moved = change.cwd is not None and self._may_start_in(change.cwd)
            self.state = self.state.after(change if moved else ShellChange(None, change.variables))

    def type(self, call: str, data: bytes, by_person: bool = True) -> None:
        """Type into a command's terminal, if it runs and has one.

        Args:
            call: Its call.
            data: What keys send.
            by_person: Rather than what a terminal says of itself when it is asked.
        """
        if running := self._running(call):
            running.type(data, by_person=by_person)

    def resize(self, call: str, size: TerminalSize) -> None:
        """Make a command's terminal another size, if it runs and has one."""
        if running := self._running(call):
            running.resize(size)

    def to_background(self, call: str) -> None:
        """Let a command that runs go on in the background; its call is answered."""
        if live := self._live.get(call):
            live.express(_End.TO_BACKGROUND)

    def to_terminal(self, call: str) -> None:
        """End a command that runs on pipes, and begin it again on a terminal."""
        if (live := self._live.get(call)) and not live.running.has_terminal:
            live.express(_End.TO_TERMINAL)

    def keep(self, name: str) -> None:
        """Let a job outlive us, if there is one of that name and it runs."""
        with suppress(JobError):
            if self.jobs.keep(name):
                self._tell(JobKept(self.jobs.get(name)))

    def _tell_end(self, job: Job, outcome: CommandOutcome) -> None:
        self._tell(JobEnded(job, outcome))

    def _running(self, call: str) -> RunningCommand | None:
        live = self._live.get(call)
        return live.running if live else self.jobs.running(call)

    async def _variables(self, command: Command) -> Mapping[str, str | None]:
        """What one command finds in its environment unlike the others."""
        if not command.quiet_git:
            return {}
        environment = self._runner.environment(command.state)
        return await asyncio.to_thread(quiet_git, environment, command.state.cwd)

    def _start(self, command: Command, variables: Mapping[str, str | None]) -> _Live:
        cwd = command.state.cwd
        if cwd != self._root and not (cwd.is_dir() and cwd == Path(os.path.realpath(cwd))):
            self.state = ShellState(self._root, self.state.variables)
            raise CommandError(
                f"{reveal(str(cwd))}, where an earlier command left off, is gone; nothing was run, and "
                f"commands start in {self._root} again"
            )
        size = _FIRST_SIZE if command.terminal else None
        running = self._runner.start(
            command.text,
            state=command.state,
            spool=command.spool,
            terminal=size,
            sandbox=self.sandbox if command.confined else NO_SANDBOX,
            network=command.network,
            variables=variables,
        )
        return _Live(running)

    async def _attend(self, live: _Live, command: Command) -> _End:
        """Wait until a command has ended, or is to be ended, or to go on without us."""

        def on_input(waits: bool) -> None:
            self._tell(InputAwaited(command.call, waits))

        def on_loss(reason: str) -> None:
            self._tell(OutputCut(command.call, reason))

        loop = asyncio.get_running_loop()
        watch = loop.create_task(live.running.watch(on_input, on_loss))
        try:
            in_time = await live.running.exits(command.timeout)
            # While a person types, or is about to, its time begins anew.
            while not in_time and (left := live.running.attended_at + command.timeout - loop.time()) > 0:
                in_time = await live.running.exits(left)
        except asyncio.CancelledError:
            await self._runner.finish(live.running)
            raise
        finally:
            watch.cancel()
        if not in_time:
            return _End.TIME_UP
        return _End.EXITED if live.running.has_exited else live.wish


def last_spool(first: Path) -> Path | None:
    """The file with the output of a command's last start; None if it never started.

    Args:
        first: The file for the output of its first start.
    """
    return next((spool for spool in (_spool_on_terminal(first), first) if spool.exists()), None)


def _spool_on_terminal(first: Path) -> Path:
    return first.with_suffix(".terminal.out")
