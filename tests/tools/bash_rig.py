"""The tools that run commands, as a session calls them: turn by turn, in one workspace."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from app.tools.bash import BashArguments, BashTool
from app.tools.bash_kill import BashKillArguments, BashKillTool
from app.tools.bash_output import BashOutputArguments, BashOutputTool
from app.tools.contract import ToolContext, ToolOutcome
from tests.execution.shell_rig import ShellRig
from tests.tools.calling import context_for, run


class BashRig:
    """A workspace and what runs commands in it.

    Args:
        folder: Where the workspace and the spools are made.
        quota: Most bytes that are kept of one output.
        model_limit: Most characters of it that the model is given.
    """

    def __init__(self, folder: Path, *, quota: int = 1 << 22, model_limit: int = 30_000) -> None:
        self._shell_rig = ShellRig(folder, quota)
        self.root, self.shell = self._shell_rig.root, self._shell_rig.shell
        self._spools = folder / "calls"
        self._spools.mkdir()
        self._base = replace(context_for(self.root), shell=self.shell, model_limit=model_limit)
        self._count = 0

    def context(self) -> ToolContext:
        """For the next call."""
        self._count += 1
        return replace(
            self._base,
            call_id=f"call-{self._count}",
            state=self.shell.state,
            spool=self.spool(self._count),
        )

    def spool(self, number: int) -> Path:
        """The file that keeps the output of a call, from 1."""
        return self._spools / f"{number}.out"

    async def bash(self, command: str, **arguments: object) -> ToolOutcome:
        """A turn of one command."""
        return (await self.turn(command, **arguments))[0]

    async def turn(self, *commands: str, **arguments: object) -> list[ToolOutcome]:
        """A turn of commands, which run at the same time."""
        calls = [BashArguments.model_validate({"command": command, **arguments}) for command in commands]
        outcomes = await asyncio.gather(*(run(BashTool(), call, self.context()) for call in calls))
        self.shell.settle(outcome.change for outcome in outcomes if outcome.change)
        return outcomes

    async def output(self, job: str, matching: str | None = None) -> str:
        """What the model is told by `bash_output`."""
        return (
            await run(BashOutputTool(), BashOutputArguments(job=job, filter=matching), self.context())
        ).content

    async def kill(self, job: str) -> str:
        """What the model is told by `bash_kill`."""
        return (await run(BashKillTool(), BashKillArguments(job=job), self.context())).content

    async def close(self) -> None:
        """End it, as a session does."""
        await self._shell_rig.close()
