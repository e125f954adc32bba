"""A shell as a session has it: turns of commands, and what it tells."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from app.execution.commands import CommandOutcome, CommandRunner
from app.execution.jobs import Job
from app.execution.sandbox import choice
from app.execution.sandbox.choice import Wanted
from app.execution.shell import Command, News, Shell
from app.workspace.paths import Workspace

N = TypeVar("N")
_TRIED = set[str]()  # sandboxes that need not be tried out again


class ShellRig:
    """A shell in a folder of its own.

    Args:
        folder: Where the workspace and the spools are made.
        quota: Most bytes that are kept of one output.
    """

    def __init__(self, folder: Path, quota: int = 1 << 20) -> None:
        self.root = folder / "workspace"
        self.root.mkdir()
        self.news: list[News] = []
        self.runner = CommandRunner(quota=quota, grace=0.2)
        workspace = Workspace(self.root)
        self.shell = Shell(
            self.runner, workspace.root, may_start_in=workspace.may_start_in, tell=self.news.append
        )
        self._spools = folder / "spools"
        self._count = 0

    async def confine(self, kind: Wanted) -> None:
        """Run its commands in a sandbox. A machine without skips the test, and says what it lacks."""
        with pytest.MonkeyPatch.context() as patch:
            if kind in _TRIED:
                patch.setattr(choice, "flaw", _none)
            self.shell.sandbox = await choice.choose(self.root, choice.Wish(kind))
        confinement = self.shell.sandbox.confinement
        if confinement.kind != kind:
            pytest.skip(f"NOT TESTED: no {kind} on this machine: {confinement.reason}")
        _TRIED.add(kind)

    def command(self, text: str, **options: object) -> Command:
        """The next command, which starts where the last turn left off."""
        self._count += 1
        call = f"call-{self._count}"
        command = Command(call, text, self.shell.state, self._spools / f"{call}.out", timeout=30)
        return replace(command, **options)  # type: ignore[arg-type]  # any field

    async def run(self, text: str, **options: object) -> CommandOutcome:
        """A turn of one command that does not go to the background."""
        (outcome,) = await self.turn(text, **options)
        return outcome

    async def turn(self, *texts: str, **options: object) -> list[CommandOutcome]:
        """Run commands at the same time, then take over what they leave."""
        outcomes = await asyncio.gather(*(self.shell.run(self.command(text, **options)) for text in texts))
        ended = [outcome for outcome in outcomes if isinstance(outcome, CommandOutcome)]
        assert len(ended) == len(texts)
        self.shell.settle(outcome.change for outcome in ended)
        return ended

    async def says(self, text: str, **options: object) -> str:
        """What a turn of one command prints."""
        return (await self.run(text, **options)).spool.read_text()

    async def background(self, text: str, **options: object) -> Job:
        """Start a command in the background."""
        job = await self.shell.run(self.command(text, background=True, **options))
        assert isinstance(job, Job)
        return job

    def told(self, kind: type[N]) -> list[N]:
        """The news of a kind so far."""
        return [each for each in self.news if isinstance(each, kind)]

    async def close(self) -> list[Job]:
        """End it, as a session does; returns the jobs that go on."""
        kept = await self.shell.jobs.close()
        await self.runner.close()
        await self.shell.sandbox.close()
        return kept


async def _none(*_: object, **__: object) -> str:
    return ""
