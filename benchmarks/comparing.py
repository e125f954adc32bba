"""Two large runs compared, and what a larger one comes to: how long it takes, and what a person feels of it.

    python -m benchmarks.comparing [--short]

The yardstick is a thread that opens the same files and decodes each record once.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")

from textual.app import App  # after the environment that it reads
from textual.screen import Screen

from app.screens.comparison import ComparisonScreen
from app.screens.statistics import StatisticsScreen
from app.trajectory.codec import decode, encode
from app.trajectory.events import ToolFinished, ToolRequested
from app.trajectory.runs.run import Run
from benchmarks.large_run import made_apart
from benchmarks.timing import Row, show, temporary_folder

_MILLI = 1e-3
_BEAT = 0.005  # seconds
_CHANGED = 0.02  # share of the calls, and of their results
_ALL = 10**9  # rows; more than there are
_DRAWN = 0.5  # seconds after which what there is is drawn
_LONGEST_GAP = 60  # milliseconds


def varied(path: Path) -> Path:
    """A copy of a run in which some calls have other arguments, and some another result."""
    chance = random.Random(11)
    copy = Path(temporary_folder(), path.name)
    with path.open("rb") as lines, copy.open("wb") as stream:
        for line in lines:
            stream.write(_changed(line) if chance.random() < _CHANGED else line)
    return copy


def _changed(line: bytes) -> bytes:
    record = decode(line)
    match record.event:
        case ToolRequested() as event:
            return encode(replace(record, event=replace(event, arguments={"command": f"make {record.seq}"})))
        case ToolFinished() as event:
            return encode(replace(record, event=replace(event, content=f"made {record.seq}")))
        case _:
            return line


@dataclass(frozen=True, slots=True)
class Wait:
    """What a loop has seen while it waited.

    Args:
        took: Seconds that it waited.
        used: Seconds of a core that the program used.
        gap: Seconds that it stood still, at most.
    """

    took: float
    used: float
    gap: float


async def comparing(left: Path, right: Path) -> list[Row]:
    """Two runs, from their files to the pairs on the screen."""
    decoded = await _decoding(left, right)
    screen = ComparisonScreen(left, right)
    return _rows("two runs compared", await _shown(screen, "#pairs"), decoded, 1.5)


async def measuring(path: Path) -> list[Row]:
    """One run that is read already, from the key to its figures on the screen."""
    decoded = await _decoding(path)
    run = Run.open(path, follow=False)
    run.wait(_ALL)
    shown = await _shown(StatisticsScreen(run), "#columns")
    run.close()
    return _rows("figures of one run", shown, decoded, 0.8)


def _rows(name: str, shown: Wait, decoded: Wait, most_work: float) -> list[Row]:
    used = f"{shown.used:.1f} s of a core, against {decoded.used:.1f} s"
    beside = f"beside that of decoding {decoded.gap / _MILLI:.0f} ms"
    return [
        Row(name, "in the background", shown.took, None, "s"),
        Row("  work / to open and decode each record once", used, shown.used / decoded.used, most_work),
        Row("  longest that the screen stood still", beside, shown.gap / _MILLI, _LONGEST_GAP, "ms"),
    ]


async def _shown(screen: Screen[None] | Screen[int | None], selector: str) -> Wait:
    """Until a screen has drawn what it is for."""
    app: App[None] = App()
    async with app.run_test(size=(160, 48)):
        gc.freeze()  # as the program does once it is up
        await app.push_screen(screen)
        found = await _waiting(lambda: screen.query_one(selector).size.height > 0)
        drawing = asyncio.create_task(asyncio.sleep(_DRAWN))
        return replace(found, gap=max(found.gap, (await _waiting(drawing.done)).gap))


async def _decoding(*paths: Path) -> Wait:
    """Until a thread has seen each record once."""

    def decode_all() -> None:
        for path in paths:
            run = Run.open(path, follow=False)
            run.wait(_ALL)
            for _ in run.records():
                pass
            run.close()

    decoding = asyncio.create_task(asyncio.to_thread(decode_all))
    return await _waiting(decoding.done)


async def _waiting(is_over: Callable[[], bool]) -> Wait:
    began, used, gap = time.perf_counter(), time.process_time(), 0.0
    last = began
    while not is_over():
        await asyncio.sleep(_BEAT)
        now = time.perf_counter()
        gap, last = max(gap, now - last - _BEAT), now
    return Wait(last - began, time.process_time() - used, gap)


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print a table; True if every bar is met."""
    parser = ArgumentParser(prog="python -m benchmarks.comparing")
    parser.add_argument("--short", action="store_true", help="a tenth of everything")
    share = 10 if parser.parse_args(arguments).short else 1
    left, large = made_apart(250_000 // share), made_apart(1_000_000 // share)
    machine = f"({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})"
    rows = [*asyncio.run(comparing(left, varied(left))), *asyncio.run(measuring(large))]
    return show(f"runs of {250_000 // share:,} events, and one of {1_000_000 // share:,} {machine}", rows)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
