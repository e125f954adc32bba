"""One turn's tool calls, from the request to their answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any  # a tool's argument model is its own affair

from app.execution.shell import Shell, last_spool
from app.execution.shell_state import ShellChange, ShellState
from app.session.approvals import Answer, Approvals
from app.session.checkpointing import Checkpointing
from app.settings.schema import ToolSettings
from app.tools.contract import Arguments, Preview, Previewing, Tool, ToolContext, ToolError, ToolOutcome
from app.tools.registry import Registry
from app.tools.scheduler import Job, Scheduler
from app.trajectory.content import ToolCall
from app.trajectory.effects import Effects
from app.trajectory.events import Event, Status, ToolFinished, ToolRequested, ToolStarted
from app.trajectory.review import Review
from app.workspace.editor import Editor
from app.workspace.paths import Workspace

INTERRUPTED = "The person interrupted this call; it may have been carried out in part."
CHANGED = "the file has changed since the diff was made; this is the diff as it is now"
NOT_BEGUN = "The person interrupted before this call began; it was not carried out."


@dataclass(slots=True)
class _Call:
    """A call on its way."""

    request: ToolCall
    tool: Tool[Any]
    arguments: Arguments
    effects: Effects
    context: ToolContext
    started: float = 0.0
    status: Status | None = None
    change: ShellChange = field(default_factory=ShellChange)


class Calls:
    """Runs the calls of a turn: checks, schedules, asks, starts, answers.

    Args:
        registry: The tools.
        approvals: Decides which may run.
        workspace, editor, shell: What the tools work with.
        checkpointing: Keeps the workspace as it was before and after the turn.
        outputs: A folder for whole outputs.
        settings: Concurrency and limits.
        emit: Takes each event.
        keep: Waits until all events so far are kept; fails if they cannot be.
    """

    def __init__(
        self,
        registry: Registry,
        approvals: Approvals,
        *,
        workspace: Workspace,
        editor: Editor,
        shell: Shell,
        checkpointing: Checkpointing,
        outputs: Path,
        settings: ToolSettings,
        emit: Callable[[Event], object],
        keep: Callable[[], Awaitable[None]],
    ) -> None:
        self._registry = registry
        self._approvals = approvals
        self._workspace = workspace
        self._editor = editor
        self._shell = shell
        self._checkpointing = checkpointing
        self._outputs = outputs
        self._settings = settings
        self._emit = emit
        self._keep = keep
        self._scheduler = Scheduler(parallel=settings.parallel, max_concurrency=settings.max_concurrency)

    def cancel(self, call: str) -> bool:
        """Cancel one call and leave its siblings alone."""
        return self._scheduler.cancel(call)

    async def run(self, turn: int, requests: Sequence[ToolCall]) -> bool:
        """Run the calls of a turn; each is answered exactly once, whatever happens.

        Returns:
            Whether a call says that the task is done.
        """
        state = self._shell.state
        try:
            prepared = [
                await self._prepare(turn, number, request, state) for number, request in enumerate(requests)
            ]
        except asyncio.CancelledError:
            for request in requests:
                effects = Effects(title="interrupted before it was looked at")
                self._emit(ToolRequested(request.id, turn, request.name, request.arguments, effects))
                self._emit(ToolFinished(request.id, "interrupted", NOT_BEGUN))
            raise
        calls = [call for call in prepared if isinstance(call, _Call)]
        ends: list[bool] = []
        repeated = _repeated(calls)
        waits = self._scheduler.order([(call.request.id, call.effects) for call in calls])
        waits |= {again: (first.request.id,) for again, first in repeated.items()}
        for request, call in zip(requests, prepared, strict=True):
            effects = call.effects if isinstance(call, _Call) else Effects(title=f"cannot run: {call}")
            waits_for = waits.get(request.id, ())
            self._emit(ToolRequested(request.id, turn, request.name, request.arguments, effects, waits_for))
        for request, call in zip(requests, prepared, strict=True):
            if isinstance(call, ToolError):
                self._emit(ToolFinished(request.id, "failed", str(call)))
        jobs = [
            Job(
                call.request.id,
                waits[call.request.id],
                prepare=partial(self._repeat, call, repeated[call.request.id])
                if call.request.id in repeated
                else partial(self._decide, call),
                execute=partial(self._execute, call, ends),
                cancelled=partial(self._interrupted, call),
            )
            for call in calls
        ]
        self._checkpointing.begin(turn)
        try:
            await self._scheduler.run(jobs)
        finally:
            self._checkpointing.end()
            self._approvals.end_turn()
            self._shell.settle(call.change for call in calls)
        return any(ends)

    async def _prepare(
        self, turn: int, number: int, request: ToolCall, state: ShellState
    ) -> _Call | ToolError:
        """Check a call; a wrong one is not scheduled."""
        try:
            if request.invalid:
                raise ToolError(f"the arguments are not a JSON object: {request.invalid[:500]}")
            tool = self._registry.get(request.name)
            arguments = self._registry.parse(request.name, request.arguments)
            effects: Effects = await asyncio.to_thread(tool.effects, arguments, self._workspace)
        except ToolError as error:
            return error
        except Exception as error:  # an error in a tool answers its call; the task goes on
            return ToolError(_told(error))
        if effects.command:
            effects = replace(effects, cwd=str(state.cwd), variables=state.names, environment=state.digest)
        context = ToolContext(
            call_id=request.id,
            effects=effects,
            workspace=self._workspace,
            editor=self._editor,
            shell=self._shell,
            state=state,
            spool=self._outputs / f"{turn:04d}-{number:02d}.out",
            model_limit=self._settings.output_limit,
            timeout=self._settings.timeout,
        )
        return _Call(request, tool, arguments, effects, context)

    async def _repeat(self, call: _Call, first: _Call) -> bool:
        """Answer a call that only reads by the result of an equal one before it."""
        assert first.status is not None, "the scheduler waits for it"
        content = f"This is the same call as {first.request.id} of this turn: see its result."
        self._finish(call, first.status, content)
        return False

    async def _decide(self, call: _Call) -> bool:
        try:
            asks = self._approvals.needs_person(call.request.name, call.effects)
            preview = await _preview(call) if asks else Preview("")
            answer = await self._ask(call, preview)
            while answer.allowed and preview.base and preview != (now := await _preview(call)):
                preview = now
                answer = await self._ask(call, preview, again=CHANGED)
            if answer.hunks:
                call.context = replace(call.context, review=Review(preview.base, answer.hunks))
            if not answer.allowed:
                said = f": {answer.feedback}" if answer.feedback else "; ask what to do instead"
                self._finish(call, "denied", f"The call was denied{said}")
            return answer.allowed
        except ToolError as error:
            self._finish(call, "failed", str(error))
        except Exception as error:
            self._finish(call, "failed", _told(error))
        return False

    async def _ask(self, call: _Call, preview: Preview, *, again: str = "") -> Answer:
        request = call.request
        return await self._approvals.decide(request.id, request.name, call.effects, preview.diff, again=again)

    async def _execute(self, call: _Call, ends: list[bool]) -> None:
        acts = bool(call.effects.command or call.effects.writes or call.effects.unknown)
        if acts:
            await self._checkpointing.before(call.effects.title)
        call.started = time.monotonic()
        output = str(call.context.spool) if call.effects.command else ""
        self._emit(ToolStarted(call.request.id, output, call.effects.terminal))
        try:
            if acts:
                await self._keep()
            outcome = await call.tool.run(call.arguments, call.context)
        except ToolError as error:
            self._finish(call, "failed", str(error))
        except Exception as error:
            self._finish(call, "failed", _told(error))
        else:
            ends.append(outcome.ends_turn)
            call.change = outcome.change or call.change
            self._finish_with(call, outcome)

    def _finish_with(self, call: _Call, outcome: ToolOutcome) -> None:
        status: Status = "timeout" if outcome.timed_out else "done" if outcome.ok else "failed"
        event = ToolFinished(
            call.request.id,
            status,
            outcome.content,
            exit_code=outcome.exit_code,
            output=str(outcome.output or ""),
            output_bytes=outcome.output_bytes,
            diff=outcome.diff,
            cpu_time=round(outcome.cpu_time, 6),
            peak_memory=outcome.peak_memory,
        )
        self._close(call, event)

    def _interrupted(self, call: _Call) -> None:
        self._finish(call, "interrupted", INTERRUPTED if call.started else NOT_BEGUN)

    def _finish(self, call: _Call, status: Status, content: str) -> None:
        spool = last_spool(call.context.spool) if call.started and call.effects.command else None
        self._close(call, ToolFinished(call.request.id, status, content, output=str(spool or "")))

    def _close(self, call: _Call, event: ToolFinished) -> None:
        call.status = event.status
        duration = time.monotonic() - call.started if call.started else 0.0
        self._emit(replace(event, duration=round(duration, 6)))


def _repeated(calls: Sequence[_Call]) -> dict[str, _Call]:
    """Ids of calls that only read files, each with the earlier call that is its equal.

    There are none across a call that may change something: the same question may have another answer then.
    """
    first: dict[tuple[str, str], _Call] = {}
    result: dict[str, _Call] = {}
    for call in calls:
        if call.effects.writes or call.effects.unknown or call.effects.command:
            first.clear()
        elif call.effects.reads:
            equal = first.setdefault((call.request.name, repr(call.arguments)), call)
            if equal is not call:
                result[call.request.id] = equal
    return result


async def _preview(call: _Call) -> Preview:
    """What a call would change, as far as that can be said before."""
    if isinstance(call.tool, Previewing):
        return await call.tool.preview(call.arguments, call.context)
    return Preview("")


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
