"""Read what a background command has said since the model last asked."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

from pydantic import Field

from app.execution.excerpt import excerpt
from app.execution.jobs import Job, JobError
from app.terminal.stream import plain_text
from app.tools.contract import Arguments, ToolContext, ToolError, ToolOutcome
from app.tools.job_state import state_of
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
        size, state = job.running.output_bytes, state_of(job)
        if arguments.filter is None:
            text = await asyncio.to_thread(excerpt, job.spool, context.model_limit, job.told, size)
        else:
            text = await _matching(job, size, arguments.filter, context)
        job.told = size
        separator = "" if not text or text.endswith("\n") else "\n"
        return ToolOutcome(f"{text}{separator}[{state}]\n", output=job.spool, output_bytes=size)


async def _matching(job: Job, size: int, pattern: str, context: ToolContext) -> str:
    """The lines that match; by a process of its own, for there are patterns that take for ever."""
    kept = context.spool.with_suffix(".matching.out")
    try:
        await asyncio.to_thread(_grep, job.spool, job.told, size, pattern, kept)
        return await asyncio.to_thread(excerpt, kept, context.model_limit)
    except subprocess.TimeoutExpired:
        raise ToolError(f"filter: grep took longer than {_MATCHING:g} s; use a simpler pattern") from None


def _grep(spool: Path, start: int, stop: int, pattern: str, kept: Path) -> None:
    with kept.open("xb") as target:
        ended = subprocess.run(
            [
                "/bin/sh",
                "-c",
                'tail -c "+$1" -- "$2" | head -c "$3" | grep -aE -e "$4"',
                "sh",
                str(start + 1),
                str(spool),
                str(stop - start),
                pattern,
            ],
            stdin=subprocess.DEVNULL,
            stdout=target,
            stderr=subprocess.PIPE,
            timeout=_MATCHING,
            check=False,
        )
    if ended.returncode > 1:
        raise ToolError(f"filter: {plain_text(ended.stderr).strip() or 'grep failed'}")
