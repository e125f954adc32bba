"""Run a shell command in a process of its own."""

from __future__ import annotations

import asyncio

from pydantic import Field

from app.execution.commands import CommandError
from app.execution.excerpt import excerpt
from app.tools.contract import Arguments, ToolContext, ToolError, ToolOutcome
from app.trajectory.effects import Effects
from app.workspace.paths import Workspace


class BashArguments(Arguments):
    """Arguments of `bash`."""

    command: str = Field(min_length=1, description="The command, run by bash in the workspace.")
    timeout: float | None = Field(
        default=None,
        gt=0,
        le=600,
        description="Seconds it may run, at most 600; what the person has set if not given.",
    )


class BashTool:
    """Each call is a new process: no state passes from one to the next."""

    name = "bash"
    description = (
        "Run a shell command in the workspace and return its output (stdout and stderr together) and exit "
        "code. Every call is a new shell in the workspace folder, so `cd` and variables do not carry over. "
        "Calls of one turn run at the same time: join commands that depend on each other with && in one "
        "call. Input is closed; a command that asks a question gets an end of file. Long output is cut in "
        "the middle, and the whole of it is kept in a file whose path is given."
    )
    arguments = BashArguments

    def effects(self, arguments: BashArguments, workspace: Workspace) -> Effects:
        """Anything: what a command does cannot be known."""
        return Effects(title=arguments.command, command=arguments.command, unknown=True)

    async def run(self, arguments: BashArguments, context: ToolContext) -> ToolOutcome:
        """Run the command to its end, its time limit, or until cancelled."""
        timeout = arguments.timeout or context.timeout
        try:
            outcome = await context.commands.run(
                arguments.command, cwd=context.workspace.root, spool=context.spool, timeout=timeout
            )
        except CommandError as error:
            raise ToolError(str(error)) from None
        text = await asyncio.to_thread(excerpt, context.spool, context.model_limit)
        notes = []
        if outcome.timed_out:
            notes.append(
                f"stopped: it ran longer than {timeout:g} s; ask for a longer timeout if it needs one"
            )
        elif outcome.exit_code < 0:
            notes.append(f"ended by signal {-outcome.exit_code}")
        elif outcome.exit_code:
            notes.append(f"exit code {outcome.exit_code}")
        if outcome.lost_bytes:
            why = outcome.spool_error or "the output quota was reached"
            notes.append(f"{outcome.lost_bytes:,} bytes of output were not kept: {why}")
        if not text and not notes:
            notes.append("no output")
        separator = "" if not text or text.endswith("\n") else "\n"
        return ToolOutcome(
            content=text + separator + "".join(f"[{note}]\n" for note in notes),
            ok=outcome.exit_code == 0 and not outcome.timed_out,
            exit_code=outcome.exit_code,
            output=context.spool,
            output_bytes=outcome.output_bytes,
            timed_out=outcome.timed_out,
        )
