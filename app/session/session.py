"""A session: the engine on a loop and thread of its own, behind methods that any thread may call."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import app
from app.execution.pseudo_terminal import TerminalSize
from app.execution.sandbox.confinement import Confinement
from app.providers.catalog import facts
from app.providers.contract import Provider, ProviderError
from app.providers.resolve import resolve
from app.session.answer import Answer
from app.session.engine import Engine, KeptJob
from app.session.options import Options
from app.session.past_calls import Matching
from app.session.redaction import Redaction
from app.session.resuming import Past, look_back, usage_before
from app.session.stream import EventQueue, EventStream
from app.settings.places import sessions_directory
from app.settings.schema import Mode, Settings
from app.trajectory.events import Event, Note, SessionResumed, SessionStarted
from app.trajectory.fork import Fork
from app.trajectory.recording.mending import NoTrajectoryError
from app.trajectory.recording.recorder import Recorder, RecorderStatus
from app.workspace.paths import Workspace

if TYPE_CHECKING:
    from app.session.rehearsal import Rehearsal

_WINDOW = 128_000  # tokens, of a model that is not known


class SessionError(Exception):
    """A session cannot start. The message is one line that says what to do."""


class Session:
    """One recorded session. Nothing here blocks but `open` and `close`.

    Follow it by `events`; steer it by the other methods, from any thread.

    Attributes:
        begins: Number of its first event; those before are of earlier runs.
    """

    def __init__(
        self,
        options: Options,
        workspace: Workspace,
        provider: Provider,
        recorder: Recorder,
        redaction: Redaction,
        past: Past | None = None,
    ) -> None:
        self.id = recorder.path.parent.name
        self.trajectory = recorder.path
        self.workspace = workspace.root
        self.model = options.settings.model.name
        self._recorder = recorder
        self._redaction = redaction
        for event in past.closing if past else ():
            recorder.record(event)
        self.begins = recorder.count
        self._stream = EventStream(recorder)
        self._engine = Engine(options, workspace, provider, recorder, self._stream)
        if past is not None:
            self._stream.catch_up((*past.events, *past.closing))
        if options.rehearsal is not None:
            self._stream.fold(partial(self._compare, options.rehearsal))
        self.ledger = self._engine.ledger
        self.checkpoints = self._engine.checkpoints
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run_loop, name="engine", daemon=True)
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
        provider = options.rehearsal.model if options.rehearsal is not None else _provider(options)
        redaction = Redaction(options.environ, options.settings)
        if options.fork is not None:
            options = replace(options, resume=_forked(options, options.fork, redaction))
        past = _past(options.resume, name) if options.resume is not None else None
        recorder = _recorder(options, redaction)
        session = cls(options, Workspace(root), provider, recorder, redaction, past)
        session._start(options, past)
        return session

    @property
    def kept_jobs(self) -> list[KeptJob]:
        """The commands that go on, once it is closed."""
        return self._engine.kept_jobs

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
        return self._engine.approvals.mode

    @property
    def confinement(self) -> Confinement | None:
        """What confines commands; None as long as that is being tried out."""
        return self._engine.confining.confinement

    @property
    def context_window(self) -> int | None:
        """Most tokens the model takes, where that is known."""
        known = facts(self.model)
        return known.context_window if known else None

    def warm(self) -> None:
        """Load what the first request needs, in the background."""
        self._call(self._engine.warm)

    def submit(self, text: str) -> None:
        """Give a task. One that runs is not disturbed: the new one follows it."""
        self._call(self._engine.submit, _printable(text))

    def steer(self, text: str) -> None:
        """Say something to the task that runs; it goes with the next request. Without one, it is a task."""
        self._call(self._engine.steer, _printable(text))

    def interrupt(self) -> None:
        """Stop the task that runs. Its calls are ended and answered, so that the conversation can go on."""
        self._call(self._engine.interrupt)

    def rewind_conversation(self, turn: int) -> None:
        """Go back to before a turn: the model no longer sees it, nor what came after. Files stay as they are.

        While a task runs or waits nothing is done, and a note says so.
        """
        self._call(self._engine.rewind_conversation, turn)

    def cancel(self, call: str) -> None:
        """End one call; its siblings go on."""
        self._call(self._engine.calls.cancel, call)

    def type(self, call: str, data: bytes, *, by_person: bool = True) -> None:
        """Type into the terminal of a call's command; without effect if it has none.

        Args:
            call: The call.
            data: What keys send.
            by_person: Rather than what a terminal says of itself when it is asked.
        """
        self._call(self._engine.shell.type, call, data, by_person)

    def resize_terminal(self, call: str, columns: int, rows: int) -> None:
        """Make the terminal of a call's command another size."""
        self._call(self._engine.shell.resize, call, TerminalSize(columns, rows))

    def to_terminal(self, call: str) -> None:
        """End a call's command, and begin it again on a terminal; the call goes on."""
        self._call(self._engine.shell.to_terminal, call)

    def to_background(self, call: str) -> None:
        """Answer a call whose command runs, and let the command go on."""
        self._call(self._engine.shell.to_background, call)

    def end_job(self, job: str) -> None:
        """End a background command."""
        self._call(self._engine.end_job, job)

    def keep_job(self, job: str) -> None:
        """Let a background command outlive the session."""
        self._call(self._engine.shell.keep, job)

    def matching(self, rule: str) -> Matching:
        """How many past calls of this session a rule, given as its line, would have decided by itself."""
        return self._engine.past_calls.matching(rule)

    def decide(self, call: str, answer: Answer) -> None:
        """Answer a call that asks; without effect if it does not ask any more."""
        self._call(self._engine.approvals.answer, call, answer)

    def set_mode(self, mode: Mode) -> None:
        """Change the approval mode. What asks and would not ask in it goes on once it has stayed a moment."""
        self._call(self._engine.set_mode, mode)

    def configure(self, settings: Settings) -> None:
        """Go on with other settings. Those of the sandbox and the model's name count in the next session."""
        self._redaction.configure(settings)
        self._recorder.configure(settings.recorder)
        self._call(self._engine.configure, settings)

    def close(self) -> str:
        """Interrupt what runs, end all processes, keep what is left to be kept.

        Returns:
            Empty, or why events could not be recorded.
        """
        with self._closing:
            if not self._closed:
                self._closed = True
                try:
                    asyncio.run_coroutine_threadsafe(self._engine.end(), self._loop).result()
                finally:
                    self._loop.call_soon_threadsafe(self._loop.stop)
                    self._thread.join()
                    self.events.close()
            return self._recorder.close()

    def _start(self, options: Options, past: Past | None) -> None:
        kind = SessionStarted if past is None else SessionResumed
        mode = options.settings.approval.mode
        self._stream.emit(kind(self.id, str(self.workspace), self.model, mode, app.__version__))
        self._thread.start()
        if (torn := self._recorder.mended.set_aside) is not None:
            self._stream.emit(Note(f"the end of the recording was torn; it is kept in {torn}", "warning"))
        if past is not None and past.first:
            threading.Thread(
                target=self._count_before, args=(past.first,), name="ledger", daemon=True
            ).start()

    def _compare(self, rehearsal: Rehearsal, event: Event) -> None:
        if (note := rehearsal.look(event)) is not None:
            self._stream.emit(note)

    def _count_before(self, number: int) -> None:
        """Count what was used before the end that was read."""
        with contextlib.suppress(OSError):  # the sum stays that of the end
            self._call(self.ledger.add, *usage_before(self.trajectory, number))

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._engine.begin)
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def _call(self, function: Callable[..., object], *values: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: there is nothing left to steer
            self._loop.call_soon_threadsafe(function, *values)


def _provider(options: Options) -> Provider:
    try:
        return resolve(options.settings.model.name, options.settings.providers, options.environ)
    except ProviderError as error:
        raise SessionError(str(error)) from None


def _past(trajectory: Path, model: str) -> Past:
    known = facts(model)
    try:
        return look_back(trajectory, (known.context_window if known else _WINDOW) * 3 // 4)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise SessionError(f"cannot go on with {trajectory}: {why}") from None


def _recorder(options: Options, redaction: Redaction) -> Recorder:
    resumed = options.resume is not None
    path = options.resume or _new_trajectory(options)
    try:
        (path.parent / "outputs").mkdir(mode=0o700, parents=True, exist_ok=resumed)
        path.parent.chmod(0o700)
        return Recorder(path, options.settings.recorder, redact=redaction.redact, resumed=resumed)
    except NoTrajectoryError:
        raise SessionError(f"cannot go on with {path}: it has no record that is whole") from None
    except OSError as error:
        raise _cannot_record(path, error, advise=not resumed) from None


def _forked(options: Options, fork: Fork, redaction: Redaction) -> Path:
    """The trajectory of a new session that begins with the conversation of another."""
    from app.session.forking import ForkError, write_fork  # loads every format

    path = _new_trajectory(options)
    root, settings = options.workspace.expanduser().resolve(), options.settings
    began = SessionStarted(
        path.parent.name, str(root), settings.model.name, settings.approval.mode, app.__version__
    )
    try:
        path.parent.mkdir(mode=0o700, parents=True)
        write_fork(fork, path, began, settings.recorder, redaction.redact)
    except ForkError as error:
        path.parent.rmdir()
        raise SessionError(str(error)) from None
    except OSError as error:
        raise _cannot_record(path, error, advise=True) from None
    return path


def _new_trajectory(options: Options) -> Path:
    identity = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}-{secrets.token_hex(3)}"
    return sessions_directory(options.environ) / identity / "trajectory.jsonl"


def _cannot_record(path: Path, error: OSError, *, advise: bool) -> SessionError:
    advice = "; set SAWHORSE_DATA to a folder you can write" if advise else ""
    return SessionError(f"cannot record in {path.parent}: {error.strerror}{advice}")


def _printable(text: str) -> str:
    """What was typed, as UTF-8 can hold it."""
    return text.encode("utf-8", "replace").decode()
