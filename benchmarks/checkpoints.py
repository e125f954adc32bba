"""What a checkpoint costs: 20,000 files of which none, or one, has changed."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

from app.workspace.checkpoints import Checkpoints
from benchmarks.timing import Row, show, spread, temporary_folder

_FILES = 20_000
_A_FOLDER = 50  # files
_TIMES = 10


def checkpoints() -> list[Row]:
    """Take checkpoints of a large workspace, and of a small one."""
    return asyncio.run(_rows())


async def _rows() -> list[Row]:
    large, small = Path(temporary_folder()), Path(temporary_folder())
    first, same, changed = await _seconds(large, _FILES)
    _, quick, _ = await _seconds(small, _A_FOLDER)
    return [
        Row("20,000 files, nothing changed, median", spread(same), statistics.median(same) * 1e3, 300, "ms"),
        Row(
            "20,000 files, one changed, median", spread(changed), statistics.median(changed) * 1e3, None, "ms"
        ),
        Row("20,000 files, the first one, read ahead", "once a session", first, None, "s"),
        Row("50 files, nothing changed, median", spread(quick), statistics.median(quick) * 1e3, 50, "ms"),
    ]


async def _seconds(folder: Path, files: int) -> tuple[float, list[float], list[float]]:
    root = folder / "workspace"
    for number in range(files):
        if number % _A_FOLDER == 0:
            (root / f"{number // _A_FOLDER:03d}").mkdir(parents=True)
        (root / f"{number // _A_FOLDER:03d}" / f"{number}.py").write_text(f"value = {number}\n" * 40)
    kept = Checkpoints(root, folder / "data" / "checkpoints", hidden=folder / "data", largest=10 << 20)
    begun = time.monotonic()
    await kept.prepare()
    first = time.monotonic() - begun
    await kept.before(0)
    same, changed = [], []
    for turn in range(1, _TIMES + 1):
        begun = time.monotonic()
        await kept.before(turn)
        same.append(time.monotonic() - begun)
        (root / "000" / "0.py").write_text(f"value = {-turn}\n")
        begun = time.monotonic()
        await kept.after(turn)
        changed.append(time.monotonic() - begun)
    return first, same, changed


if __name__ == "__main__":
    raise SystemExit(not show("Checkpoints", checkpoints()))
