"""A session: the engine on a loop and thread of its own, behind methods that any thread may call."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import app
from app.approval.rule import Rule
from app.approval.rule_book import RuleBook
from app.execution.commands import CommandRunner
from app.execution.jobs import JobError
from app.execution.pseudo_terminal import TerminalSize
from app.execution.sandbox.confinement import Confinement, Sandbox
from app.execution.shell import Shell
from app.providers.catalog import facts
from app.providers.contract import Provider, ProviderError
from app.providers.resolve import resolve
from app.session.agent import Agent
from app.session.answer import Answer
from app.session.approvals import Approvals
from app.session.calls import Calls
from app.session.checkpointing import Checkpointing
from app.session.confining import Confining
from app.session.consent import Consent
from app.session.ledger import Ledger
from app.session.past_calls import Matching, PastCalls
from app.session.prepared import Preparer
from app.session.prompt import system_prompt
from app.session.repeats import Repeats
from app.session.session_rules import SessionRules
from app.session.shell_events import event_of
from app.session.stream import EventQueue, EventStream
from app.settings.places import sessions_directory
from app.settings.schema import Mode, Settings
from app.tools.registry import Registry
from app.tools.scheduler import Scheduler
from app.trajectory.events import Note, SessionEnded, SessionStarted, SettingsChanged, UserMessage
from app.trajectory.recorder import Recorder, RecorderStatus
from app.workspace.checkpoints import Checkpoints
from app.workspace.editor import Editor
from app.workspace.files import Files
from app.workspace.paths import Workspace


class SessionError(Exception):
    """A session cannot start. The message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a session is started with.

    Args:
        workspace: The folder it works in.
        settings: All settings; `model.name` and `approval.mode` are where it begins.
        environ: The environment: keys, addresses, places.
        attended: False if nobody can answer questions: what would ask is denied.
        rules: Rules of the command line, beside those of files.
    """

    workspace: Path
    settings: Settings
    environ: Mapping[str, str]
    attended: bool = True
    rules: Sequence[Rule] = ()


@dataclass(frozen=True, slots=True)
class KeptJob:
    """A background command that outlives its session. `process` is its process group."""

    name: str
    command: str
    process: int
    output: Path


class Session:
    """One recorded session. Nothing here blocks but `open` and `close`.

    Follow it by `events`; steer it by the other methods, from any thread. Once it is closed, `kept_jobs` are
    the commands that go on.
    """

    def __init__(
        self, options: Options, workspace: Workspace, provider: Provider, recorder: Recorder
    ) -> None:
        settings = options.settings
        self.id = recorder.path.parent.name
        self.trajectory = recorder.path
        self.workspace = workspace.root
        self.model = settings.model.name
        self.ledger = Ledger()
        self.kept_jobs: list[KeptJob] = []
        self._provider = provider
        self._recorder = recorder
        self._stream = EventStream(recorder)
        self._stream.fold(self.ledger.apply)
        self._loop = asyncio.new_event_loop()
        self._commands = CommandRunner(quota=settings.tools.spool_quota << 20)
        self._shell = Shell(
            self._commands,
            workspace.root,
            may_start_in=workspace.may_start_in,
            tell=lambda news: self._stream.emit(event_of(news)),
        )
        root = str(workspace.root)
        self._past_calls = PastCalls(root)
        self._stream.fold(self._past_calls.apply)
        outputs = recorder.path.parent / "outputs"
        self._confining = Confining(
            workspace.root, settings.sandbox, options.environ, shown=outputs, chosen=self._confine
        )
        self._approvals = Approvals(
            settings.approval.mode,
            root,
            rules=SessionRules(
                RuleBook(root, options.environ), root, given=options.rules, tell=self._stream.emit
            ),
            confined=lambda: self._confining.satisfies,
            attended=options.attended,
            emit=self._stream.emit,
        )
        self.checkpoints = partial(
            Checkpoints.in_session,
            workspace.root,
            recorder.path.parent,
            largest=settings.checkpoints.largest_file,
        )
        self._checkpointing = Checkpointing(
            self.checkpoints(),
            enabled=settings.checkpoints.enabled,
            emit=self._stream.emit,
        )
        registry = Registry()
        preparer = Preparer(
            registry,
            workspace=workspace,
            editor=Editor(workspace, Files()),
            shell=self._shell,
            outputs=outputs,
            settings=settings.tools,
        )
        self._calls = Calls(
            preparer,
            Consent(self._approvals, preparer, Repeats(settings.approval.repeats)),
            Scheduler(parallel=settings.tools.parallel, max_concurrency=settings.tools.max_concurrency),
            shell=self._shell,
            sandbox=self._confining.ready,
            checkpointing=self._checkpointing,
            change_mode=self._set_mode,
            emit=self._stream.emit,
            keep=self._keep,
        )
        self._system = ""
        self._agent = Agent(
            provider,
            settings.model.name,
            settings.model,
            registry=registry,
            calls=self._calls,
            stream=self._stream,
            system=self._system_prompt,
            keep=self._keep,
            trouble=lambda: recorder.status.error,
        )
        self._tasks: asyncio.Queue[str] = asyncio.Queue()
        self._task: asyncio.Task[object] | None = None  # the one that runs
        self._warming: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._worker: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run_loop, name="engine", daemon=True)
        self._interrupt_next = False
        self._closing = threading.Lock()
        self._closed = False

    @classmethod
    def open(cls, options: Options) -> Session:
        """Start a session and its threads.

        Raises:
            SessionError: The workspace, the model, its key or the recording folder is not usable.
        """
        root = options.workspace.expanduser()
        if not root.is_dir():
            what = "is not a folder" if root.exists() else "does not exist"
            raise SessionError(f"workspace {root} {what}; give the path of a folder")
        name = options.settings.model.name
        try:
            provider = resolve(name, options.settings.providers, options.environ)
        except ProviderError as error:
            raise SessionError(str(error)) from None
        identity = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}-{secrets.token_hex(3)}"
        folder = sessions_directory(options.environ) / identity
        try:
            (folder / "outputs").mkdir(mode=0o700, parents=True)
            folder.chmod(0o700)
            recorder = Recorder(folder / "trajectory.jsonl", options.settings.recorder)
        except OSError as error:
            raise SessionError(
                f"cannot record in {folder}: {error.strerror}; set SAWHORSE_DATA to a folder you can write"
            ) from None
        session = cls(options, Workspace(root), provider, recorder)
        session._start(options)
        return session

    @property
    def events(self) -> EventQueue:
        """What happens, from the first event on; for one front end."""
        return self._stream.queue

    @property
    def records(self) -> Recorder:
        """All that has happened: what is not in memory is read from the file."""
        return self._recorder

    @property
    def recorder(self) -> RecorderStatus:
        """Figures of the recorder."""
        return self._recorder.status

    @property
    def mode(self) -> Mode:
        """The approval mode now."""
        return self._approvals.mode

    @property
    def confinement(self) -> Confinement | None:
        """What confines commands; None as long as that is being tried out."""
        return self._confining.confinement

    @property
    def context_window(self) -> int | None:
        """Most tokens the model takes, where that is known."""
        known = facts(self.model)
        return known.context_window if known else None

    def warm(self) -> None:
        """Load what the first request needs, in the background."""
        self._call(self._warm)

    def submit(self, text: str) -> None:
        """Give a task. One that runs is not disturbed: the new one follows it."""
        self._call(self._tasks.put_nowait, _printable(text))

    def steer(self, text: str) -> None:
        """Say something to the task that runs; it goes with the next request. Without one, it is a task."""
        self._call(self._steer, _printable(text))

    def interrupt(self) -> None:
        """Stop the task that runs. Its calls are ended and answered, so that the conversation can go on."""
        self._call(self._interrupt)

    def rewind_conversation(self, turn: int) -> None:
        """Go back to before a turn: the model no longer sees it, nor what came after. Files stay as they are.

        While a task runs or waits nothing is done, and a note says so.
        """
        self._call(self._rewind_conversation, turn)

    def cancel(self, call: str) -> None:
        """End one call; its siblings go on."""
        self._call(self._calls.cancel, call)

    def type(self, call: str, data: bytes, *, by_person: bool = True) -> None:
        """Type into the terminal of a call's command; without effect if it has none.

        Args:
            call: The call.
            data: What keys send.
            by_person: Rather than what a terminal says of itself when it is asked.
        """
        self._call(self._shell.type, call, data, by_person)

    def resize_terminal(self, call: str, columns: int, rows: int) -> None:
        """Make the terminal of a call's command another size."""
        self._call(self._shell.resize, call, TerminalSize(columns, rows))

    def to_terminal(self, call: str) -> None:
        """End a call's command, and begin it again on a terminal; the call goes on."""
        self._call(self._shell.to_terminal, call)

    def to_background(self, call: str) -> None:
        """Answer a call whose command runs, and let the command go on."""
        self._call(self._shell.to_background, call)

    def end_job(self, job: str) -> None:
        """End a background command."""
        self._call(self._end_job, job)

    def keep_job(self, job: str) -> None:
        """Let a background command outlive the session."""
        self._call(self._shell.keep, job)

    def matching(self, rule: str) -> Matching:
        """How many past calls of this session a rule, given as its line, would have decided by itself."""
        return self._past_calls.matching(rule)

    def decide(self, call: str, answer: Answer) -> None:
        """Answer a call that asks; without effect if it does not ask any more."""
        self._call(self._approvals.answer, call, answer)

    def set_mode(self, mode: Mode) -> None:
        """Change the approval mode. What asks and would not ask in it goes on once it has stayed a moment."""
        self._call(self._set_mode, mode)

    def close(self) -> str:
        """Interrupt what runs, end all processes, keep what is left to be kept.

        Returns:
            Empty, or why events could not be recorded.
        """
        with self._closing:
            if not self._closed:
                self._closed = True
                try:
                    asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
                finally:
                    self._loop.call_soon_threadsafe(self._loop.stop)
                    self._thread.join()
                    self.events.close()
            return self._recorder.close()

    def _start(self, options: Options) -> None:
        self._stream.emit(
            SessionStarted(
                self.id, str(self.workspace), self.model, options.settings.approval.mode, app.__version__
            )
        )
        self._thread.start()

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._worker = self._loop.create_task(self._work())
        self._loop.call_soon(self._confining.begin)
        self._loop.call_soon(self._approvals.look)
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def _call(self, function: Callable[..., object], *values: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: there is nothing left to steer
            self._loop.call_soon_threadsafe(function, *values)

    # From here on: on the engine's loop.

    def _warm(self) -> None:
        self._warming = self._loop.create_task(self._provider.warm())

    async def _work(self) -> None:
        while True:
            text = await self._tasks.get()
            self._task = self._loop.create_task(self._agent.run(text))
            if self._interrupt_next:
                self._interrupt()
            await asyncio.wait([self._task])
            self._task = None

    def _steer(self, text: str) -> None:
        if self._is_over:
            self._tasks.put_nowait(text)
        else:
            self._agent.steer(text)

    def _end_job(self, job: str) -> None:
        task = self._loop.create_task(self._kill_job(job))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _kill_job(self, job: str) -> None:
        with contextlib.suppress(JobError):  # it is a name of another session
            await self._shell.jobs.kill(job)

    def _interrupt(self) -> None:
        over = self._is_over
        self._interrupt_next = over and not self._tasks.empty()
        if self._task is not None and not over:
            self._loop.call_soon(self._task.cancel)  # after its first step, which records what was typed

    def _rewind_conversation(self, turn: int) -> None:
        if self._is_over and self._tasks.empty():
            self._agent.rewind(turn)
            self._recorder.flush()
        else:
            self._stream.emit(Note("the conversation stays as it is: a task runs", "warning"))

    @property
    def _is_over(self) -> bool:
        """Whether no task runs; one may wait."""
        return self._task is None or self._task.done()

    def _set_mode(self, mode: Mode) -> None:
        self._approvals.change_mode(mode)
        self._stream.emit(SettingsChanged({"approval.mode": mode}))

    def _confine(self, sandbox: Sandbox) -> None:
        self._shell.sandbox = sandbox
        chosen = sandbox.confinement
        self._stream.emit(SettingsChanged({"sandbox.kind": chosen.kind, "sandbox.reason": chosen.reason}))

    async def _keep(self) -> None:
        await asyncio.wrap_future(self._recorder.flush())

    async def _system_prompt(self) -> str:
        if not self._system:
            self._system = await system_prompt(self.workspace)
        return self._system

    async def _end(self) -> None:
        assert self._worker is not None
        self._worker.cancel()
        try:
            if self._task is not None:
                self._interrupt()
                await asyncio.wait([self._task])
            while not self._tasks.empty():  # never begun, but typed: kept
                self._stream.emit(UserMessage(self._tasks.get_nowait()))
            self.kept_jobs = [
                KeptJob(job.name, job.command, job.running.pid, job.spool)
                for job in await self._shell.jobs.close()
            ]
            await self._commands.close()
            await self._confining.close()
            await self._checkpointing.settle()
            with contextlib.suppress(Exception):  # a connection that cannot be closed is closed by our end
                await self._provider.aclose()
        finally:
            self._stream.emit(SessionEnded(self.ledger.usage, self.ledger.cost))


def _printable(text: str) -> str:
    """What was typed, as UTF-8 can hold it."""
    return text.encode("utf-8", "replace").decode()
