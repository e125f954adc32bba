"""What a command costs over a bare process."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from app.execution.commands import CommandRunner
from benchmarks.timing import Row

_PAIRS = 50


def spawning() -> list[Row]:
    """Run `true` by our runner and by subprocess.run, in turn."""
    ours, bare = asyncio.run(_seconds())
    overhead = statistics.median(ours) - statistics.median(bare)
    figures = f"{statistics.median(ours) * 1e3:.1f} - {statistics.median(bare) * 1e3:.1f} ms (n={len(ours)})"
    return [Row("`true` over subprocess.run, medians", figures, overhead * 1e3, 15, "ms")]


async def _seconds() -> tuple[list[float], list[float]]:
    runner = CommandRunner()
    ours, bare = [], []
    with TemporaryDirectory() as folder:
        for number in range(_PAIRS + 1):
            begun = time.monotonic()
            await runner.run("true", cwd=Path(folder), spool=Path(folder, f"{number}.out"), timeout=10)
            between = time.monotonic()
            subprocess.run(["true"], check=True)
            ours.append(between - begun)
            bare.append(time.monotonic() - between)
    await runner.close()
    return ours[1:], bare[1:]  # the first of each loads what it needs
