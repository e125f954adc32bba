"""The viewer in a terminal: how soon it shows a run of any size, what it takes, and how quick its keys are.

`python -m benchmarks.viewer` has these figures in its table.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from app.trajectory.codec import encode
from app.trajectory.effects import Effects
from app.trajectory.events import Note, Record, ToolFinished, ToolRequested
from benchmarks.keys import Program
from benchmarks.latency import Latency, percentile
from benchmarks.memory import memory
from benchmarks.timing import PYTHON, ROOT, SAWHORSE, Row, environment, spread, temporary_folder

_GROW = "--grow"
_OPENINGS = 7
_RATE = 1_000  # events a second
_TICK = 0.01  # seconds between two pieces that are written
_TYPED = 15.0  # seconds
_LULL = 1.0  # seconds
_IDLE = 0.05  # share of a core
_PAGE_DOWN, _END, _HOME = "\x1b[6~", "\x1b[F", "\x1b[H"
_RESULTS = "FaFjjj"  # all is listed again; then, of the kinds, the results of calls are looked at
_SEARCHES = ("quoted", "alpha", "haystack")
_PRESSES = 5
_MOST_FIRST, _MOST_KEY, _MOST_TAIL = 200, 50, 60  # milliseconds
_MOST_LARGER = 1.5
_MOST_MEMORY = 150  # megabytes


def on_screen(file: Path) -> list[Row]:
    """All figures of the program in a terminal."""
    return [*first_rows(file), *looking(file), *live_tail()]


def first_rows(file: Path, openings: int = _OPENINGS) -> Sequence[Row]:
    """Seconds to the first rows: from the first paint of the screen, and from the start of the program."""
    small = Path(temporary_folder(), "small.jsonl")
    small.write_bytes(b"".join([encode(Record(0, time.time(), Note("session.started"))), *events(1, 100)]))
    pairs = [(_opening(file), _opening(small)) for _ in range(openings)]
    took = [after_screen for (after_screen, _), _ in pairs]
    large, little = [whole for (_, whole), _ in pairs], [whole for _, (_, whole) in pairs]
    return (
        Row(
            "first rows after the screen is up", spread(took), percentile(took, 0.5) * 1e3, _MOST_FIRST, "ms"
        ),
        Row(
            "from the start of the program / with a small run",
            f"{spread(large)} / {spread(little)}",
            percentile(large, 0.5) / percentile(little, 0.5),
            _MOST_LARGER,
            "x",
        ),
    )


def looking(file: Path) -> list[Row]:
    """The memory of the program, and its keys, once a run is indexed and laid out."""
    with _viewer(file) as program:
        program.wait_for("session.started")
        _until_idle(program)
        indexed = memory("VmHWM", program.pid)
        keys = [
            _key(program, "page down", _PAGE_DOWN),
            _key(program, "end", _END, before=_HOME),
            _key(program, "filter by kind", "\r", before=_RESULTS),
        ]
        for words in _SEARCHES:
            program.send(f"/{words}\r")
            _until_idle(program)
        used = memory("VmHWM", program.pid)
    return [
        _memory("indexed and laid out", indexed),
        _memory("after a filter and searches", used),
        *keys,
    ]


def _key(program: Program, name: str, pressed: str, before: str = "") -> Row:
    """How soon the list is painted after a key, and how soon all is.

    Args:
        program: Is quiet.
        name: Of what the key does.
        pressed: The key.
        before: Keys that lead up to it.
    """
    first, all_of_it = [], []
    for _ in range(_PRESSES):
        if before:
            program.burst(lambda: program.send(before))
        begun, ended = program.burst(lambda: program.send(pressed))
        first.append(begun)
        all_of_it.append(ended)
    detail = f"{spread(first)}; with all that is beside it {spread(all_of_it)}"
    return Row(f"{name}, on the screen", detail, percentile(first, 0.5) * 1e3, _MOST_KEY, "ms")


def _memory(when: str, most: int) -> Row:
    return Row(f"memory, {when}", "of the whole program, at most", most / 2**20, _MOST_MEMORY, "MB")


def live_tail(seconds: float = _TYPED) -> Sequence[Row]:
    """Latency of keys while the run grows by a thousand events a second and its end is followed; and idle."""
    file = Path(temporary_folder(), "growing.jsonl")
    file.write_bytes(b"".join(events(0, 200)))
    with _viewer(file) as program:
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
        Row("keys of an idle viewer, p99", str(idle), idle.p99 * 1e3, None, "ms"),
        Row(
            "keys at 1,000 events/s, p99",
            f"{busy}, the run has {grown:,} events",
            busy.p99 * 1e3,
            _MOST_TAIL,
            "ms",
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


def _viewer(file: Path) -> Program:
    return Program([SAWHORSE, "view", str(file)], environment(), file.parent, columns=160, rows=48)


def _until_idle(program: Program) -> None:
    """Wait until it has nothing more to do."""
    used = -1.0
    while (now := program.cpu) - used > _IDLE * _LULL:
        used = now
        program.wait(lambda: False, _LULL, complaint="")


def _opening(file: Path) -> tuple[float, float]:
    """Seconds to the first row: from the line of keys, which the first frame has, and from the start."""
    started = time.monotonic()
    with _viewer(file) as program:
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


if __name__ == "__main__" and sys.argv[1] == _GROW:
    _grow(Path(sys.argv[2]))
