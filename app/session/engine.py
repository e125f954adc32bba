"""The engine: what a session does, on one loop; its tasks follow one another, their calls run at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.approval.rule_book import RuleBook
from app.execution.commands import CommandRunner
from app.execution.jobs import JobError
from app.execution.sandbox.confinement import Sandbox
from app.execution.shell import Shell
from app.providers.contract import Provider
from app.session.agent import Agent
from app.session.approvals import Approvals
from app.session.calls import Calls
from app.session.checkpointing import Checkpointing
from app.session.confining import Confining
from app.session.consent import Consent
from app.session.ledger import Ledger
from app.session.options import Options
from app.session.past_calls import PastCalls
from app.session.prepared import Preparer
from app.session.prompt import system_prompt
from app.session.repeats import Repeats
from app.session.session_rules import SessionRules
from app.session.shell_events import event_of
from app.session.stream import EventStream
from app.settings.differences import differences
from app.settings.schema import Mode, Settings
from app.tools.registry import Registry
from app.tools.scheduler import Scheduler
from app.trajectory.events import Note, SessionEnded, SettingsChanged, UserMessage
from app.trajectory.recording.recorder import Recorder
from app.workspace.checkpoints import Checkpoints
from app.workspace.editor import Editor
from app.workspace.files import Files
from app.workspace.paths import Workspace


@dataclass(frozen=True, slots=True)
class KeptJob:
    """A background command that outlives its session. `process` is its process group."""

    name: str
    command: str
    process: int
    output: Path


class Engine:
    """Puts a session's parts together, and runs its tasks. All methods belong to the loop it was begun on.

    Args:
        options: What it was started with.
        workspace: The folder it works in.
        provider: Answers for the model.
        recorder: Keeps what happens.
        stream: Where it puts what happens.

    Attributes:
        shell: Its commands.
        approvals: Its questions.
        calls: Its tool calls.
        confining: Its sandbox.
        past_calls: The calls there have been.
        ledger: What it has cost.
        checkpoints: Opens the checkpoints of its workspace.
        kept_jobs: The commands that outlive it, once it has ended.
    """

    def __init__(
        self,
        options: Options,
        workspace: Workspace,
        provider: Provider,
        recorder: Recorder,
        stream: EventStream,
    ) -> None:
        settings = options.settings
        root = str(workspace.root)
        folder = recorder.path.parent
        outputs = folder / "outputs"
        emit = stream.emit
        self.kept_jobs: list[KeptJob] = []
        self.ledger = Ledger()
        self.past_calls = PastCalls(root)
        stream.fold(self.ledger.apply)
        stream.fold(self.past_calls.apply)
        self._settings = settings
        self._provider = provider
        self._recorder = recorder
        self._emit = emit
        self._workspace = workspace.root
        self._commands = CommandRunner(quota=settings.tools.spool_quota << 20)
        self.shell = Shell(
            self._commands,
            workspace.root,
            may_start_in=workspace.may_start_in,
            tell=lambda news: emit(event_of(news)),
        )
        self.confining = Confining(
            workspace.root, settings.sandbox, options.environ, shown=outputs, chosen=self._confine
        )
        self.approvals = Approvals(
            settings.approval.mode,
            root,
            rules=SessionRules(RuleBook(root, options.environ), root, given=options.rules, tell=emit),
            confined=lambda: self.confining.satisfies,
            attended=options.attended,
            emit=emit,
        )
        self.checkpoints = partial(
            Checkpoints.in_session, workspace.root, folder, largest=settings.checkpoints.largest_file
        )
        self._checkpointing = Checkpointing(
            self.checkpoints(), enabled=settings.checkpoints.enabled, emit=emit
        )
        registry = Registry()
        self._preparer = Preparer(
            registry,
            workspace=workspace,
            editor=Editor(workspace, Files()),
            shell=self.shell,
            outputs=outputs,
            settings=settings.tools,
        )
        self._repeats = Repeats(settings.approval.repeats)
        self._scheduler = Scheduler(
            parallel=settings.tools.parallel, max_concurrency=settings.tools.max_concurrency
        )
        self.calls = Calls(
            self._preparer,
            Consent(self.approvals, self._preparer, self._repeats),
            self._scheduler,
            shell=self.shell,
            sandbox=self.confining.ready,
            checkpointing=self._checkpointing,
            change_mode=self.set_mode,
            emit=emit,
            keep=self._keep,
            kept_soon=recorder.flush,
            room=self._room,
        )
        self._system = ""
        self._agent = Agent(
            provider,
            settings.model.name,
            settings.model,
            registry=registry,
            calls=self.calls,
            stream=stream,
            system=self._system_prompt,
            keep=self._keep,
            trouble=lambda: recorder.status.error,
        )
        self._tasks: asyncio.Queue[str] = asyncio.Queue()
        self._task: asyncio.Task[object] | None = None  # the one that runs
        self._worker: asyncio.Task[None] | None = None
        self._beside: set[asyncio.Task[None]] = set()
        self._interrupt_next = False

    def begin(self) -> None:
        """Begin to work, in the loop that runs."""
        self._worker = asyncio.get_running_loop().create_task(self._work())
        self.confining.begin()
        self.approvals.look()

    def warm(self) -> None:
        """Load what the first request needs."""
        self._do_beside(self._provider.warm())

    def submit(self, text: str) -> None:
        """Take a task; it follows those that were given before."""
        self._tasks.put_nowait(text)

    def steer(self, text: str) -> None:
        """Say something to the task that runs; without one, it is a task."""
        if self._is_over:
            self._tasks.put_nowait(text)
        else:
            self._agent.steer(text)

    def interrupt(self) -> None:
        """Stop the task that runs, or the one that is about to."""
        over = self._is_over
        self._interrupt_next = over and not self._tasks.empty()
        if self._task is not None and not over:
            # After its first step, which records what was typed.
            asyncio.get_running_loop().call_soon(self._task.cancel)

    def rewind_conversation(self, turn: int) -> None:
        """Go back to before a turn; a note says so if a task runs or waits, and nothing is done."""
        if self._is_over and self._tasks.empty():
            self._agent.rewind(turn)
            self._recorder.flush()
        else:
            self._emit(Note("the conversation stays as it is: a task runs", "warning"))

    def end_job(self, job: str) -> None:
        """End a background command."""
        self._do_beside(self._kill_job(job))

    def set_mode(self, mode: Mode) -> None:
        """Go on in another approval mode."""
        self.approvals.change_mode(mode)
        self._emit(SettingsChanged({"approval.mode": mode}))

    def configure(self, settings: Settings) -> None:
        """Go on with other settings, as far as they can count in what runs."""
        before, self._settings = self._settings, settings
        self._agent.settings = settings.model
        self._preparer.settings = settings.tools
        self._scheduler.configure(
            parallel=settings.tools.parallel, max_concurrency=settings.tools.max_concurrency
        )
        self._commands.quota = settings.tools.spool_quota << 20
        self._repeats.most = settings.approval.repeats
        if settings.approval.mode != self.approvals.mode:
            self.set_mode(settings.approval.mode)
        changed = differences(before, settings)
        changed.pop("approval.mode", None)  # it has been said
        if changed:
            self._emit(SettingsChanged(changed))

    async def end(self) -> None:
        """Interrupt what runs, end all processes, keep what is left to be kept."""
        assert self._worker is not None, "it was begun"
        self._worker.cancel()
        try:
            if self._task is not None:
                self.interrupt()
                await asyncio.wait([self._task])
            while not self._tasks.empty():  # never begun, but typed: kept
                self._emit(UserMessage(self._tasks.get_nowait()))
            self.kept_jobs = [
                KeptJob(job.name, job.command, job.running.pid, job.spool)
                for job in await self.shell.jobs.close()
            ]
            await self._commands.close()
            await self.confining.close()
            await self._checkpointing.settle()
            with contextlib.suppress(Exception):  # a connection that cannot be closed is closed by our end
                await self._provider.aclose()
        finally:
            self._emit(SessionEnded(self.ledger.usage, self.ledger.cost))

    async def _work(self) -> None:
        while True:
            text = await self._tasks.get()
            self._task = asyncio.get_running_loop().create_task(self._agent.run(text))
            if self._interrupt_next:
                self.interrupt()
            await asyncio.wait([self._task])
            self._task = None

    @property
    def _is_over(self) -> bool:
        """Whether no task runs; one may wait."""
        return self._task is None or self._task.done()

    def _do_beside(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _kill_job(self, job: str) -> None:
        with contextlib.suppress(JobError):  # it is a name of another session
            await self.shell.jobs.kill(job)

    def _confine(self, sandbox: Sandbox) -> None:
        self.shell.sandbox = sandbox
        chosen = sandbox.confinement
        self._emit(SettingsChanged({"sandbox.kind": chosen.kind, "sandbox.reason": chosen.reason}))

    async def _keep(self) -> None:
        await asyncio.wrap_future(self._recorder.flush())

    async def _room(self) -> None:
        await asyncio.wrap_future(self._recorder.room())

    async def _system_prompt(self) -> str:
        if not self._system:
            self._system = await system_prompt(self._workspace)
        return self._system
