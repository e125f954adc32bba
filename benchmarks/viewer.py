"""Runs of any size and agent: how soon they are there, what they cost in memory, how quick all is then.

    python -m benchmarks.viewer [--short]

SAWHORSE_SAMPLES says where the samples of other agents' files are; by default beside the project.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path

from app.trajectory.formats.contract import UnreadableError
from app.trajectory.runs.lanes import Lanes
from app.trajectory.runs.run import Run
from app.trajectory.runs.searching import search
from app.trajectory.runs.selection import Filter, marks
from benchmarks.large_run import NEEDLE, made_apart
from benchmarks.memory import memory
from benchmarks.timing import ROOT, Row, show
from benchmarks.viewer_screen import on_screen

SAMPLES = Path(os.environ.get("SAWHORSE_SAMPLES", ROOT.parent / "shared/trajectories"))
_MILLI, _MEGA = 1e-3, 1_000_000
_SCREEN = 50  # rows
_ROUNDS = 5
_ALL = 10**9  # rows; more than there are


def indexing(path: Path) -> list[Row]:
    """How soon the first rows are there, and all of them, and what they take."""
    first, whole = [], []
    taken = 0
    for number in range(3):
        before = memory("VmRSS")
        begun = time.perf_counter()
        run = Run.open(path)
        run.wait(_SCREEN)
        first.append(time.perf_counter() - begun)
        run.wait(_ALL)
        whole.append(time.perf_counter() - begun)
        count = len(run)
        run.close()
        del run
        taken = taken if number else memory("VmHWM") - before
    size = path.stat().st_size / _MEGA
    return [
        Row("first rows", _spread(first), _median(first) / _MILLI, 200, "ms"),
        Row("whole index", f"{count:,} events, {size:,.0f} MB; {_spread(whole)}", _median(whole), 4, "s"),
        Row("memory for it", "the most that it took", taken / 2**20, 150, "MB"),
    ]


def looking(path: Path) -> list[Row]:
    """What a person waits for once it is indexed."""
    run = Run.open(path)
    run.wait(_ALL)
    count = len(run)
    finished = Filter(kinds=frozenset({"tool.finished"}))
    both = Filter(frozenset({"tool.finished"}), frozenset({"bash"}), failed=True)
    ends = iter(range(_ROUNDS))
    lanes = Lanes(run.rows)
    laid_out = _seconds(lanes.extend, 1)
    rows = [
        _row(f"{_SCREEN} records at the end", lambda: list(run.records(count - _SCREEN - next(ends))), 50),
        _row("filter by kind", lambda: marks(run.rows, finished), 50),
        _row("filter by kind, tool and failure", lambda: marks(run.rows, both), 50),
        Row("timeline laid out", "in the background", laid_out[0], None, "s"),
        _row("overview of the timeline", lambda: lanes.overview(lanes.begin, lanes.end, 200), 50),
        _row("a minute of the timeline", lambda: lanes.bars(lanes.end - 60, lanes.end), 50),
    ]
    run.close()
    return rows


def searches(path: Path) -> list[Row]:
    """How fast words are found."""
    run = Run.open(path)
    run.wait(_ALL)
    size = run.rows.end / _MEGA

    def first(words: str) -> None:
        next(part for part in search(run, words, stop=lambda: False) if part.rows)

    def all_of(words: str) -> int:
        return sum(len(part.rows) for part in search(run, words, stop=lambda: False))

    last = _seconds(lambda: first(NEEDLE), 3)
    common = _seconds(lambda: all_of("quoted"), 1)
    rows = [
        Row("search, to the first count", _spread(last), size / _median(last), 300, "MB/s", at_least=True),
        Row(
            "search for what is in most of it", f"{all_of('quoted'):,} found", size / common[0], None, "MB/s"
        ),
    ]
    run.close()
    return rows


def samples() -> list[Row]:
    """How soon the first rows of the largest file of each format are there."""
    truth = SAMPLES / "truth.json"
    if not truth.is_file():
        print(f"\nNOT MEASURED: there are no samples of other agents' files in {SAMPLES}")
        return []
    known = json.loads(truth.read_text())
    largest: dict[str, str] = {}
    for path, facts in known.items():
        name = facts["format"]
        if name not in largest or facts["bytes"] > known[largest[name]]["bytes"]:
            largest[name] = path
    return [_opening(name, SAMPLES / path, known[path]["bytes"]) for name, path in sorted(largest.items())]


def _opening(name: str, path: Path, size: int) -> Row:
    taken = []
    detail = ""
    for _ in range(3):
        begun = time.perf_counter()
        try:
            run = Run.open(path, follow=False)
        except UnreadableError as error:
            return Row(name, str(error), float("inf"), 500, "ms")
        run.wait(_SCREEN)
        taken.append(time.perf_counter() - begun)
        run.wait(_ALL)
        detail = (
            f"{size / _MEGA:.1f} MB, {len(run):,} rows, all of them after {time.perf_counter() - begun:.2f} s"
        )
        run.close()
    return Row(name, detail, _median(taken) / _MILLI, 500, "ms")


def _row(name: str, work: Callable[[], object], bar: float) -> Row:
    taken = _seconds(work, _ROUNDS)
    return Row(name, _spread(taken), _median(taken) / _MILLI, bar, "ms")


def _seconds(work: Callable[[], object], rounds: int) -> list[float]:
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return taken


def _median(taken: Sequence[float]) -> float:
    return statistics.median(taken)


def _spread(taken: Sequence[float]) -> str:
    return f"[{min(taken) / _MILLI:,.1f}-{max(taken) / _MILLI:,.1f} ms, n={len(taken)}]"


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print two tables; True if every bar is met."""
    parser = ArgumentParser(prog="python -m benchmarks.viewer")
    parser.add_argument("--short", action="store_true", help="a tenth of everything")
    count = 100_000 if parser.parse_args(arguments).short else 1_000_000
    machine = f"({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})"
    path = made_apart(count)
    rows = [*on_screen(path), *indexing(path), *looking(path), *searches(path)]
    path.unlink()
    own = show(f"a run of {count:,} events {machine}", rows)
    others = show(f"other agents' runs, to the first rows {machine}", samples())
    return own and others


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
