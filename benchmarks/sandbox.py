"""The sandbox: what it adds to a command, alone and among others, and to the start of a session.

    python -m benchmarks.sandbox [--short]

The yardstick is the same command as it is started without one.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from app.execution.commands import CommandRunner
from app.execution.sandbox.choice import Wanted, Wish, choose
from app.execution.sandbox.confinement import NO_SANDBOX, Sandbox
from benchmarks.timing import Row, show, spread, temporary_folder

_KINDS: tuple[Wanted, ...] = ("bwrap", "landlock")
_AT_ONCE = 16
# To run a command at all, and the start of a session, must not seem slow to a person.
_MOST_ADDED = {"bwrap": 25.0, "landlock": 60.0}  # milliseconds
_LONGEST_CHOICE = 500.0  # milliseconds


class Desk:
    """A workspace, and the times of commands in it."""

    def __init__(self) -> None:
        self.workspace = Path(temporary_folder()).resolve()
        self._spools = Path(temporary_folder())
        self._runner = CommandRunner()
        self._numbers = count()

    async def seconds(self, sandbox: Sandbox, at_once: int = 1) -> float:
        """How long `true` takes, or many of them at once."""
        spools = [self._spools / f"{next(self._numbers)}.out" for _ in range(at_once)]
        begun = time.perf_counter()
        outcomes = await asyncio.gather(
            *(
                self._runner.run("true", cwd=self.workspace, spool=spool, timeout=60, sandbox=sandbox)
                for spool in spools
            )
        )
        seconds = time.perf_counter() - begun
        assert all(outcome.exit_code == 0 for outcome in outcomes)
        return seconds

    async def close(self) -> None:
        """End it."""
        await self._runner.close()


async def measure(rounds: int) -> list[Row]:
    """All kinds in turn, round by round, so that a machine that is busy for a while is so for all of them."""
    desk = Desk()
    rows: list[Row] = []
    sandboxes: dict[str, Sandbox] = {"none": NO_SANDBOX}
    for kind in _KINDS:
        begun = time.perf_counter()
        sandbox = await choose(desk.workspace, Wish(kind, protected=(".sawhorse", ".mcp.json")))
        took = (time.perf_counter() - begun) * 1e3
        if sandbox.confinement.kind != kind:
            print(f"  not measured: {kind}: {sandbox.confinement.reason}")
            continue
        sandboxes[kind] = sandbox
        rows.append(Row(f"{kind}: chosen and tried out", "once a session", took, _LONGEST_CHOICE, "ms"))
    for at_once in (1, _AT_ONCE):
        times: dict[str, list[float]] = {kind: [] for kind in sandboxes}
        for _ in range(rounds):
            for name, sandbox in sandboxes.items():
                times[name].append(await desk.seconds(sandbox, at_once))
        rows += _compared(times, at_once)
    for sandbox in sandboxes.values():
        await sandbox.close()
    await desk.close()
    return rows


def _compared(times: dict[str, list[float]], at_once: int) -> list[Row]:
    plain = times.pop("none")
    what = "`true`" if at_once == 1 else f"{at_once} x `true` at once"
    rows = []
    for kind, seconds in times.items():
        detail = f"{spread(seconds)} / {spread(plain)}"
        median, without = statistics.median(seconds), statistics.median(plain)
        rows.append(Row(f"{kind}: {what} / without", detail, median / without, None))
        added = (median - without) * 1e3 / at_once
        rows.append(Row(f"{kind}: added to each", "", added, _MOST_ADDED[kind], "ms"))
    return rows


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print a table; True if every bar is met."""
    parser = ArgumentParser(prog="python -m benchmarks.sandbox")
    parser.add_argument("--short", action="store_true", help="a tenth of the rounds")
    rounds = 5 if parser.parse_args(arguments).short else 50
    rows = asyncio.run(measure(rounds))
    return show(f"sandbox ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})", rows)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
