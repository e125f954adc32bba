"""Runs commands in sandboxes for tests, as one user: a line of JSON in, a line of JSON out.

It is a program of its own so that root, too, can test what an ordinary user gets.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

from app.execution.commands import CommandRunner
from app.execution.sandbox import choice
from app.execution.shell_state import ShellState

_TRIED = set[str]()  # sandboxes that need not be tried out again


async def _none(*_: object, **__: object) -> str:
    return ""


async def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Run the commands of a request one after the other, each with what the one before has left.

    Args:
        asked: The workspace, what is wanted of the sandbox, and the commands.
    """
    workspace, wish = Path(asked["workspace"]), asked["wish"]
    for name in ("hidden", "shown"):
        wish[name] = [Path(each) for each in wish.get(name, ())]
    kind = wish["kind"]
    with mock.patch.object(choice, "flaw", _none) if kind in _TRIED else nullcontext():
        sandbox = await choice.choose(workspace, choice.Wish(**wish))
    if sandbox.confinement.kind == kind:
        _TRIED.add(kind)
    runner, state, said = CommandRunner(grace=0.2), ShellState(workspace), []
    with tempfile.TemporaryDirectory() as folder:
        for number, command in enumerate(asked["commands"]):
            spool = Path(folder, f"{number}.out")
            running = runner.start(
                command, state=state, spool=spool, sandbox=sandbox, network=asked["network"]
            )
            await running.exits(30)
            outcome = await runner.finish(running)
            state = state.after(outcome.change)
            output = spool.read_text(errors="replace") + outcome.complaint
            blame = sandbox.blame(output, outcome.exit_code)
            said.append([outcome.exit_code, output, blame, outcome.cpu_time, outcome.peak_memory])
        await runner.close()
    there = sorted(each.name for each in workspace.iterdir())
    await sandbox.close()
    return {
        "kind": sandbox.confinement.kind,
        "reason": sandbox.confinement.reason,
        "said": said,
        "there": there,
    }


def main() -> None:
    """Answer until nothing more is asked."""
    for line in sys.stdin:
        print(json.dumps(asyncio.run(answer(json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
