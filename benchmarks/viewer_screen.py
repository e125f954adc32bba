"""How soon the viewer shows a run of any size, and how quick its keys are while the run grows.

python -m benchmarks.viewer_screen [--short]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from app.trajectory.codec import encode
from app.trajectory.effects import Effects
from app.trajectory.events import Record, ToolFinished, ToolRequested
from benchmarks.keys import Program
from benchmarks.latency import Latency, percentile
from benchmarks.timing import PYTHON, ROOT, SAWHORSE, Row, environment, show, spread, temporary_folder
from benchmarks.viewer import large_run

_GROW = "--grow"
_OPENINGS = 7
_RATE = 1_000  # events a second
_TICK = 0.01  # seconds between two pieces that are written
_TYPED = 15.0  # seconds
_BARS = {"first rows": 0.2, "live tail": 0.060}


def first_rows(file: Path, openings: int = _OPENINGS) -> Row:
    """Seconds from the first paint of the screen to the first rows of a run in it."""
    opened = [_opening(file) for _ in range(openings)]
    took = [after_screen for after_screen, _ in opened]
    return Row(
        "first rows after the screen is up",
        f"{spread(took)}; from the start of the program {spread([whole for _, whole in opened])}",
        percentile(took, 0.5) * 1e3,
        _BARS["first rows"] * 1e3,
        " ms",
    )


def live_tail(seconds: float = _TYPED) -> Sequence[Row]:
    """Latency of keys while the run grows by a thousand events a second and its end is followed; and idle."""
    file = Path(temporary_folder(), "growing.jsonl")
    file.write_bytes(b"".join(events(0, 200)))
    with Program([SAWHORSE, "view", str(file)], environment(), file.parent, columns=160, rows=48) as program:
        program.wait_for("esc")
        program.settle()
        program.send("w/")
        program.wait_for("enter finds")
        idle = Latency.of(program.echoes(program.type_for(seconds / 3)))
        writer = subprocess.Popen([PYTHON, "-m", "benchmarks.viewer_screen", _GROW, str(file)], cwd=ROOT)
        try:
            program.wait_for("events", after=len(program.output))
            busy = Latency.of(program.echoes(program.type_for(seconds)))
        finally:
            writer.kill()
            writer.wait()
        grown = file.read_bytes().count(b"\n")
    return (
        Row("keys of an idle viewer, p99", str(idle), idle.p99 * 1e3, None, " ms"),
        Row(
            "keys at 1,000 events/s, p99",
            f"{busy}, the run has {grown:,} events",
            busy.p99 * 1e3,
            _BARS["live tail"] * 1e3,
            " ms",
        ),
    )


def events(first: int, count: int) -> list[bytes]:
    """Lines of a run: calls and their answers."""
    lines = []
    for number in range(first, first + count, 2):
        call, when = f"call_{number}", time.time()
        effects = Effects(f"pytest -q tests/test_{number}.py", command="pytest -q")
        request = ToolRequested(call, number // 20, "bash", {"command": effects.title}, effects)
        answer = ToolFinished(call, "done" if number % 10 else "failed", "a line of output\n" * 20, 0.2)
        lines += [encode(Record(number, when, request)), encode(Record(number + 1, when, answer))]
    return lines


def _opening(file: Path) -> tuple[float, float]:
    """Seconds to the first row: from the line of keys, which the first frame has, and from the start."""
    started = time.monotonic()
    with Program([SAWHORSE, "view", str(file)], environment(), file.parent, columns=160, rows=48) as program:
        up = program.wait_for("esc")
        rows = program.wait_for("session.started")  # what is said of it comes with its row, or after it
        return max(rows - up, 0.0), rows - started


def _grow(file: Path) -> None:
    """Append for ever."""
    number, due = 200, time.monotonic()
    with file.open("ab", buffering=0) as stream:
        while True:
            stream.write(b"".join(events(number, int(_RATE * _TICK))))
            number += int(_RATE * _TICK)
            due += _TICK
            time.sleep(max(due - time.monotonic(), 0))


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print a table; True if every bar is met."""
    if arguments[:1] == [_GROW]:
        _grow(Path(arguments[1]))
    count = 100_000 if "--short" in arguments else 1_000_000
    path = large_run(count)
    rows = [first_rows(path), *live_tail()]
    path.unlink()
    return show(f"the viewer in a terminal, a run of {count:,} events (load {os.getloadavg()[0]:.1f})", rows)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
