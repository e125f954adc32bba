"""End a background command."""

from __future__ import annotations

from pydantic import Field

from app.execution.jobs import JobError
from app.tools.contract import Arguments, ToolContext, ToolError, ToolOutcome
from app.tools.job_state import state_of
from app.trajectory.effects import Effects
from app.workspace.paths import Workspace


class BashKillArguments(Arguments):
    """Arguments of `bash_kill`."""

    job: str = Field(description="The background job, as bash named it, such as job-1.")


class BashKillTool:
    """Only what this session started can be ended."""

    name = "bash_kill"
    description = "End a background job and everything it started; returns when nothing of it is left."
    arguments = BashKillArguments

    def effects(self, arguments: BashKillArguments, workspace: Workspace) -> Effects:
        """None: the job is ours."""
        return Effects(title=arguments.job)

    async def run(self, arguments: BashKillArguments, context: ToolContext) -> ToolOutcome:
        """End it."""
        try:
            job = await context.shell.jobs.kill(arguments.job)
        except JobError as error:
            raise ToolError(str(error)) from None
        return ToolOutcome(f"[{state_of(job)}]\n", output=job.spool, output_bytes=job.running.output_bytes)
