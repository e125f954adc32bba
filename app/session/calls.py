"""One turn's tool calls, from the request to their answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from app.execution.shell import Shell, last_spool
from app.execution.shell_state import ShellState
from app.session.checkpointing import Checkpointing
from app.session.consent import Consent
from app.session.prepared import PreparedCall, Preparer, told
from app.settings.schema import Mode
from app.tools.contract import ToolError, ToolOutcome
from app.tools.scheduler import Job, Scheduler
from app.trajectory.content import ToolCall
from app.trajectory.effects import Effects
from app.trajectory.events import Event, Status, ToolFinished, ToolRequested, ToolStarted

INTERRUPTED = "The person interrupted this call; it may have been carried out in part."
NOT_BEGUN = "The person interrupted before this call began; it was not carried out."


class Calls:
    """Runs the calls of a turn: checks, schedules, asks, starts, answers.

    Args:
        preparer: Checks them.
        consent: Decides which may run.
        scheduler: Says when.
        shell: Runs the commands.
        sandbox: Waits until the sandbox of commands is chosen.
        checkpointing: Keeps the workspace as it was before and after the turn.
        change_mode: Lets the session go on in another approval mode.
        emit: Takes each event.
        keep: Waits until all events so far are kept; fails if they cannot be.
        kept_soon: Asks for that, and does not wait.
        room: Waits while more is to be written than memory may hold.
    """

    def __init__(
        self,
        preparer: Preparer,
        consent: Consent,
        scheduler: Scheduler,
        *,
        shell: Shell,
        sandbox: Callable[[], Awaitable[None]],
        checkpointing: Checkpointing,
        change_mode: Callable[[Mode], object],
        emit: Callable[[Event], object],
        keep: Callable[[], Awaitable[None]],
        kept_soon: Callable[[], object],
        room: Callable[[], Awaitable[None]],
    ) -> None:
        self._preparer = preparer
        self._consent = consent
        self._scheduler = scheduler
        self._shell = shell
        self._sandbox = sandbox
        self._checkpointing = checkpointing
        self._change_mode = change_mode
        self._emit = emit
        self._keep = keep
        self._kept_soon = kept_soon
        self._room = room

    def begin_task(self) -> None:
        """The calls that follow are those of a new task."""
        self._consent.begin_task()

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
        calls = [call for call in prepared if isinstance(call, PreparedCall)]
        ends: list[bool] = []
        repeated = _repeated(calls)
        waits = self._scheduler.order([(call.request.id, call.effects) for call in calls])
        waits |= {again: (first.request.id,) for again, first in repeated.items()}
        for request, call in zip(requests, prepared, strict=True):
            effects = call.effects if isinstance(call, PreparedCall) else Effects(title=f"cannot run: {call}")
            waits_for = waits.get(request.id, ())
            self._emit(ToolRequested(request.id, turn, request.name, request.arguments, effects, waits_for))
        for request, call in zip(requests, prepared, strict=True):
            if isinstance(call, ToolError):
                self._emit(ToolFinished(request.id, "failed", str(call)))
        jobs = [
            Job(
                call.request.id,
                waits[call.request.id],
                prepare=partial(self._decide, call, repeated.get(call.request.id)),
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
            self._consent.end_turn()
            self._shell.settle(call.change for call in calls)
        return any(ends)

    async def _prepare(
        self, turn: int, number: int, request: ToolCall, state: ShellState
    ) -> PreparedCall | ToolError:
        """Check a call; a wrong one is not scheduled."""
        try:
            return await self._preparer.prepare(turn, number, request, state)
        except ToolError as error:
            return error

    async def _decide(self, call: PreparedCall, equal: PreparedCall | None) -> bool:
        """Whether a call runs now; one that does not is answered."""
        if equal is not None and equal.edited is None:
            self._repeat(call, equal)
            return False
        try:
            if call.effects.command:
                await self._sandbox()
            if call.blocked is not None:
                refusal = await self._consent.refusal_to_repeat(call)
            else:
                refusal = await self._consent.refusal(call)
        except ToolError as error:
            self._finish(call, "failed", str(error))
            return False
        except Exception as error:
            self._finish(call, "failed", told(error))
            return False
        if refusal and call.blocked is not None:
            self._finish_with(call, replace(call.blocked, content=f"{call.blocked.content}[{refusal}]\n"))
        elif refusal:
            self._finish(call, "denied", refusal)
        return not refusal

    def _repeat(self, call: PreparedCall, first: PreparedCall) -> None:
        """Answer a call that only reads by the result of an equal one before it."""
        assert first.status is not None, "the scheduler waits for it"
        content = f"This is the same call as {first.request.id} of this turn: see its result."
        self._finish(call, first.status, content)

    async def _execute(self, call: PreparedCall, ends: list[bool]) -> bool:
        """Run a call; whether it is to run again, if the person lets it."""
        await self._room()
        if call.acts and not call.started:
            await self._checkpointing.before(call.effects.title)
        call.started, call.ended = time.monotonic(), 0.0
        output = str(call.context.spool) if call.effects.command else ""
        unconfined = not call.context.confined
        self._emit(ToolStarted(call.request.id, output, call.effects.terminal, unconfined))
        try:
            if call.acts:
                await self._keep()
            outcome = await call.tool.run(call.arguments, call.context)
        except ToolError as error:
            self._finish(call, "failed", str(error))
            return False
        except Exception as error:
            self._finish(call, "failed", told(error))
            return False
        call.ended = time.monotonic()
        if outcome.blocked and self._consent.can_ask:
            call.blocked = outcome
            return True
        ends.append(outcome.ends_turn)
        call.change = outcome.change or call.change
        if outcome.diff:
            self._consent.edited()
        if outcome.mode is not None:
            self._change_mode(outcome.mode)
        self._finish_with(call, _told_of_escape(call, outcome))
        return False

    def _finish_with(self, call: PreparedCall, outcome: ToolOutcome) -> None:
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

    def _interrupted(self, call: PreparedCall) -> None:
        self._finish(call, "interrupted", INTERRUPTED if call.started else NOT_BEGUN)

    def _finish(self, call: PreparedCall, status: Status, content: str) -> None:
        spool = last_spool(call.context.spool) if call.started and call.effects.command else None
        self._close(call, ToolFinished(call.request.id, status, content, output=str(spool or "")))

    def _close(self, call: PreparedCall, event: ToolFinished) -> None:
        call.status = event.status
        duration = (call.ended or time.monotonic()) - call.started if call.started else 0.0
        edited = call.told_of_edit if call.started else ""
        self._emit(replace(event, content=edited + event.content, duration=round(duration, 6)))
        if call.started and call.acts:
            self._kept_soon()


def _told_of_escape(call: PreparedCall, outcome: ToolOutcome) -> ToolOutcome:
    """What a command came to, with where it ran if that was not where commands run."""
    if call.blocked is None:
        return outcome
    where = "in the sandbox, with the network" if call.context.confined else "outside the sandbox"
    note = f"[the sandbox had stopped it ({call.blocked.blocked}); the person let it run {where}]\n"
    return replace(outcome, content=outcome.content + note)


def _repeated(calls: Sequence[PreparedCall]) -> dict[str, PreparedCall]:
    """Ids of calls that only read files, each with the earlier call that is its equal.

    There are none across a call that may change something: the same question may have another answer then.
    """
    first: dict[object, PreparedCall] = {}
    result: dict[str, PreparedCall] = {}
    for call in calls:
        if call.acts:
            first.clear()
        elif call.effects.reads:
            equal = first.setdefault(call.key, call)
            if equal is not call:
                result[call.request.id] = equal
    return result
