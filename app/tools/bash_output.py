"""Read what a background command has said since the model last asked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from shlex import quote

from pydantic import Field

from app.execution.commands import CommandError
from app.execution.excerpt import excerpt
from app.execution.jobs import JobError
from app.tools.contract import Arguments, ToolContext, ToolError, ToolOutcome
from app.tools.job_state import Unread, unread
from app.trajectory.effects import Effects
from app.workspace.paths import Workspace

_MATCHING = 20.0  # seconds


class BashOutputArguments(Arguments):
    """Arguments of `bash_output`."""

    job: str = Field(description="The background job, as bash named it, such as job-1.")
    filter: str | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="Only lines that match this extended regular expression of grep; the others are skipped "
        "for good.",
    )


class BashOutputTool:
    """Each byte of output is given once."""

    name = "bash_output"
    description = (
        "Return what a background job has said since you last asked, and whether it still runs. Long output "
        "is cut in the middle; the path of the whole is given."
    )
    arguments = BashOutputArguments

    def effects(self, arguments: BashOutputArguments, workspace: Workspace) -> Effects:
        """None: the output is ours."""
        return Effects(title=arguments.job + (f" {arguments.filter}" if arguments.filter else ""))

    async def run(self, arguments: BashOutputArguments, context: ToolContext) -> ToolOutcome:
        """Read from where the last call ended."""
        try:
            job = context.shell.jobs.get(arguments.job)
        except JobError as error:
            raise ToolError(str(error)) from None
        async with unread(job, lines=arguments.filter is not None) as new:
            if arguments.filter is None:
                text = await asyncio.to_thread(excerpt, job.spool, context.model_limit, new.start, new.stop)
            else:
                text = await _matching(job.spool, new, arguments.filter, context)
        separator = "" if not text or text.endswith("\n") else "\n"
        return ToolOutcome(f"{text}{separator}[{new.state}]\n", output=job.spool, output_bytes=new.stop)


async def _matching(spool: Path, new: Unread, pattern: str, context: ToolContext) -> str:
    """The lines that match; by a process of its own, for there are patterns that take for ever."""
    command = (
        f"tail -c +{new.start + 1} -- {quote(str(spool))} | head -c {new.stop - new.start} "
        f"| grep -aE -e {quote(pattern)}"
    )
    kept = context.spool.with_suffix(".matching.out")
    try:
        outcome = await context.shell.run_aside(command, kept, _MATCHING)
    except CommandError as error:
        raise ToolError(f"filter: {error}") from None
    text = await asyncio.to_thread(excerpt, kept, context.model_limit)
    if outcome.timed_out:
        raise ToolError(f"filter: grep took longer than {_MATCHING:g} s; use a simpler pattern")
    if outcome.exit_code not in (0, 1):
        raise ToolError(f"filter: {text.strip() or 'grep failed'}")
    return text
