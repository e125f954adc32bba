"""What commands print: how fast it is taken, how fast keys are meanwhile, and how fast it is found again."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from benchmarks import flood_source
from benchmarks.flood_source import FIRST, LAST, NEEDLE, digest, needles
from benchmarks.latency import Latency, Window, windows
from benchmarks.scale import Scale
from benchmarks.timing import PYTHON, Row
from benchmarks.workbench import Bench, flood_command, sha256_of, workbench

F3, HOME, END = "\x1bOR", "\x1b[H", "\x1b[F"
MEGA = 1_000_000
_GIGA = 1000 * MEGA
_QUOTA = ("--set", "tools.spool_quota=2000")  # megabytes
_JUMPS = 8


def one_pane(scale: Scale) -> list[Row]:
    """A gigabyte into one pane, as often as there are rounds; then what is left of the last one."""
    with workbench(*_QUOTA) as bench:
        rows = _floods(bench, scale, 1, _GIGA, bars=(7, 5, 10))
        bare = [_spliced(bench.folder) for _ in range(scale.rounds)]
        splice = Row("a bare splice into the same folder", _megabytes(bare), _median(bare), None, "MB/s")
        return [*rows, splice, *_jumps(bench), *_search(bench.spools()[-1])]


def eight_panes(scale: Scale) -> list[Row]:
    """1.6 gigabytes into eight panes at once."""
    with workbench(*_QUOTA) as bench:
        return _floods(bench, scale, 8, 1600 * MEGA, bars=(9, 6, 20))


def even_flood(scale: Scale) -> list[Row]:
    """Ten megabytes a second into one pane."""
    with workbench() as bench:
        idle = bench.idle(scale.idle)
        command = flood_command(int(10 * MEGA * scale.even), scale.even)
        seconds, window = bench.type_during(f"run 1 {command}", bench.floods)
        live = Latency.of(seconds)
        return [
            Row("key p50 / idle", f"{live}, idle {idle}", live.p50 / idle.p50, 3),
            Row("key p95 / idle", "", live.p95 / idle.p95, 2),
            Row("throughput", f"{_share(bench, [window])} of a core", window.rate / MEGA, None, "MB/s"),
        ]


def _floods(bench: Bench, scale: Scale, panes: int, size: int, bars: tuple[float, float, float]) -> list[Row]:
    """Rounds of a flood, each output removed after the next. Bars: key p50, key p99, memory in MB."""
    idle = bench.idle(scale.idle)
    expected = digest(size // panes)
    seconds: list[float] = []
    rounds: list[Window] = []
    grown: list[int] = []
    whole = 0
    for _ in range(scale.rounds):
        old, before = bench.spools(), bench.program.memory
        more, window = bench.type_during(f"run {panes} {flood_command(size // panes)}", bench.floods, panes)
        seconds += more
        rounds.append(window)
        bench.wait_until_over()
        grown.append(bench.program.peak_memory(Window(window.begun, time.monotonic(), 0)) - before)
        for spool in old:
            spool.unlink()
        whole += sum(sha256_of(spool) == expected for spool in bench.spools())
    live = Latency.of(seconds)
    rates = [window.rate for window in rounds]
    p50, p99, growth = bars
    least = 600 if panes == 1 else None
    count = scale.rounds * panes
    return [
        Row("key p50 / idle", f"{live}, idle {idle}", live.p50 / idle.p50, p50),
        Row("key p99 / idle", f"{_share(bench, rounds)} of a core", live.p99 / idle.p99, p99),
        Row(
            "throughput, median of the rounds",
            _megabytes(rates),
            _median(rates),
            least,
            "MB/s",
            at_least=True,
        ),
        Row("memory in a round, most", _megabytes(grown), max(grown) / MEGA, growth, "MB"),
        Row("outputs that differ from what was written", f"of {count}, by SHA-256", count - whole, 0, ""),
    ]


def _jumps(bench: Bench) -> list[Row]:
    """From a key to the first or last line of the pane that has the focus."""
    program = bench.program
    program.send(F3)
    program.settle()
    rows = []
    for name, key, line, back in (("home", HOME, FIRST, END), ("end", END, LAST, HOME)):
        seconds = []
        for _ in range(_JUMPS):
            program.send(back)
            program.settle()
            painted = len(program.output)
            pressed = program.send(key)
            seconds.append(program.wait_for(line.decode().strip(), after=painted) - pressed)
        detail = f"p50 of {_JUMPS}, most {max(seconds) * 1e3:.1f} ms"
        rows.append(Row(f"1 GB, key {name} to its line", detail, statistics.median(seconds) * 1e3, 30, "ms"))
    return rows


def _search(path: Path) -> list[Row]:
    """Search the whole of a file; then begin again, and cancel."""
    spool = SpoolFile(path, Indexer())
    spool.poll()
    begun = time.monotonic()
    search = spool.search(NEEDLE)
    search.join()
    seconds = time.monotonic() - begun
    assert (search.done, search.count) == (True, needles(_GIGA))
    search = spool.search(NEEDLE)
    time.sleep(0.1)
    begun = time.monotonic()
    search.cancel()
    search.join()
    cancelled = time.monotonic() - begun
    assert not search.done
    spool.close()
    return [
        Row("1 GB, search", f"{search.count} found", _GIGA / seconds / MEGA, 800, "MB/s", at_least=True),
        Row("1 GB, search cancelled", "", cancelled * 1e3, 10, "ms"),
    ]


def _spliced(folder: Path) -> float:
    """Bytes a second of a flood that a bare loop splices into a file."""
    log, target = folder / "bare.log", folder / "bare.out"
    command = [PYTHON, flood_source.__file__, str(log), str(_GIGA)]
    with (
        target.open("wb") as file,
        subprocess.Popen(command, stdout=subprocess.PIPE, pipesize=1 << 20) as child,
    ):
        assert child.stdout is not None
        while os.splice(child.stdout.fileno(), file.fileno(), 1 << 20):
            pass
    target.unlink()
    return windows(log)[-1].rate


def _megabytes(rates: Sequence[float]) -> str:
    return ", ".join(f"{rate / MEGA:.0f}" for rate in rates)


def _median(rates: list[float]) -> float:
    return statistics.median(rates) / MEGA


def _share(bench: Bench, times: list[Window]) -> str:
    """Of a core, in the mean."""
    return f"{statistics.mean(bench.program.cpu_share(window) for window in times):.0%}"
