"""Run a shell command in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from pydantic import Field

from app.approval.commands import has_git_read
from app.approval.places import Here
from app.execution.commands import CommandError, CommandOutcome
from app.execution.excerpt import excerpt
from app.execution.jobs import Job
from app.execution.shell import Command
from app.tools.contract import Arguments, ToolContext, ToolError, ToolOutcome
from app.tools.job_state import unread
from app.trajectory.effects import Effects
from app.workspace.names import printable
from app.workspace.paths import Workspace


class BashArguments(Arguments):
    """Arguments of `bash`."""

    command: str = Field(min_length=1, description="The command, run by bash.")
    timeout: float | None = Field(
        default=None,
        gt=0,
        le=600,
        description="Seconds it may run, at most 600; what the person has set if not given.",
    )
    tty: bool = Field(
        default=False,
        description="Run it on a terminal in which the person can type: for programs that ask.",
    )
    background: bool = Field(
        default=False,
        description="Answer at once and let it go on, without a time limit: for servers and watchers. "
        "bash_output reads what it says, bash_kill ends it.",
    )


class BashTool:
    """Each call is a new process; one that succeeds leaves its folder and exports to those of later turns."""

    name = "bash"
    description = (
        "Run a shell command and return its output (stdout and stderr together) and exit code. Each call is "
        "a new shell. The first starts in the workspace; a call that ends with exit code 0 leaves its folder "
        "(if that is in the workspace) and its exported variables to the calls of the next turns. Calls of "
        "one turn run at the same time and start alike: join commands that depend on each other with && in "
        "one call; where two leave different things, the later call counts. Input is closed, so a command "
        "that asks a question gets an end of file; with tty it can ask the person. Processes left running "
        "are ended with their command; use background for those that should go on. Long output is cut in "
        "the middle, and the whole of it is kept in a file whose path is given."
    )
    arguments = BashArguments

    def effects(self, arguments: BashArguments, workspace: Workspace) -> Effects:
        """Anything: what a command does cannot be known."""
        return Effects(
            title=arguments.command, command=arguments.command, unknown=True, terminal=arguments.tty
        )

    async def run(self, arguments: BashArguments, context: ToolContext) -> ToolOutcome:
        """Run the command to its end, its time limit, or until cancelled."""
        timeout = arguments.timeout or context.timeout
        root = str(context.workspace.root)
        command = Command(
            context.call_id,
            arguments.command,
            context.state,
            context.spool,
            timeout,
            terminal=arguments.tty,
            background=arguments.background,
            network=context.network,
            confined=context.confined,
            quiet_git=has_git_read(arguments.command, Here(root, context.effects.cwd or root)),
        )
        try:
            ended = await context.shell.run(command)
        except CommandError as error:
            raise ToolError(str(error)) from None
        if isinstance(ended, Job):
            return ToolOutcome(await _so_far(ended, context.model_limit), output=ended.spool)
        text = await asyncio.to_thread(excerpt, ended.spool, context.model_limit)
        blocked = await _blocked(ended, text, context)
        notes = [*_notes(ended, timeout), *_moved(ended, context)]
        if blocked:
            notes.append(f"the sandbox seems to have stopped it: {blocked}")
        if not text and not notes:
            notes.append("no output")
        return ToolOutcome(
            content=text + ("" if text.endswith("\n") or not text else "\n") + said(notes),
            ok=ended.exit_code == 0 and not ended.timed_out,
            exit_code=ended.exit_code,
            output=ended.spool,
            output_bytes=ended.output_bytes,
            timed_out=ended.timed_out,
            cpu_time=ended.cpu_time,
            peak_memory=ended.peak_memory,
            change=ended.change,
            blocked=blocked,
        )


def said(notes: Iterator[str] | list[str]) -> str:
    """What we say of a command, so that it cannot be taken for its output."""
    return "".join(f"[{note}]\n" for note in notes)


def _notes(outcome: CommandOutcome, timeout: float) -> Iterator[str]:
    """How it ended, where that is not well."""
    if outcome.timed_out and outcome.waited_for_input:
        yield (
            f"stopped after {timeout:g} s: it was waiting for somebody to type; give it what it asks for by "
            "its options or a file"
        )
    elif outcome.timed_out:
        yield f"stopped: it ran longer than {timeout:g} s; ask for a longer timeout if it needs one"
    elif outcome.exit_code < 0:
        yield f"ended by signal {-outcome.exit_code}"
    elif outcome.exit_code:
        yield f"exit code {outcome.exit_code}"
    if outcome.was_typed_to:
        yield "the person typed into it"
    if outcome.lost_bytes:
        yield f"{outcome.lost_bytes:,} bytes of output were not kept: {outcome.loss}"
    if outcome.left_running:
        yield "processes it left running were ended; use background for what should go on"


def _moved(outcome: CommandOutcome, context: ToolContext) -> Iterator[str]:
    """Where the next calls start, if that may surprise."""
    if (folder := outcome.change.cwd) is not None:
        start = folder if context.shell.may_start_in(folder) else context.state.cwd
        because = "" if start == folder else f"; they may not start in {printable(str(folder))}"
        yield f"the calls of the next turn start in {printable(str(start))}{because}"


async def _blocked(outcome: CommandOutcome, text: str, context: ToolContext) -> str:
    """Why the sandbox seems to be what made a command fail; empty if it does not."""
    if outcome.complaint:
        return f"it cannot be made: {' '.join(outcome.complaint.split())}"
    if not context.confined or outcome.exit_code == 0 or outcome.timed_out:
        return ""
    return await asyncio.to_thread(context.shell.sandbox.blame, text, outcome.exit_code)


async def _so_far(job: Job, limit: int) -> str:
    """The answer to a call whose command goes on."""
    async with unread(job) as new:
        text = await asyncio.to_thread(excerpt, job.spool, limit, new.start, new.stop)
    separator = "" if not text or text.endswith("\n") else "\n"
    note = f"it goes on in the background as {job.name}; bash_output reads what it says, bash_kill ends it"
    return f"{text}{separator}[{note}]\n"
