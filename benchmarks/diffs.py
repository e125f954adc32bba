"""A diff of 50,000 lines in a pty: from its text to the first frame, and how long keys take in it.

    python -m benchmarks.diffs [--short]

The yardstick of the first frame is to read the diff and no more; that of the keys, a diff of 1,500 lines.
"""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from benchmarks.keys import Program
from benchmarks.timing import PYTHON, ROOT, Row, environment, show, spread
from widgets.diff.parse import parse_diff
from widgets.diff.view import DiffView

_LINES, _FEW = 50_000, 1500
_BEAT = 0.001  # seconds
_PAGE_DOWN, _HOME, _END = "\x1b[6~", "\x1b[H", "\x1b[F"
_SHOW, _TELL = "o", "b"


def diff_of(lines: int) -> str:
    """A diff of one hunk: of three lines, one is taken out and one put in."""
    text = "".join(f"{' -+'[number % 3]}value {number}\n" for number in range(lines))
    old, new = (text.count("\n") - sum(line[0] == sign for line in text.splitlines()) for sign in "+-")
    return f"--- a/x.txt\n+++ b/x.txt\n@@ -1,{old} +1,{new} @@\n{text}"


class Reader(App[None]):
    """Shows a diff when it is asked to, and then for how long its loop stood still at most.

    Args:
        lines: Of the diff.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding(_SHOW, "show"), Binding(_TELL, "tell")]

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._text = diff_of(lines)
        self._view = DiffView()
        self._line = Static("READY", markup=False)
        self._longest = 0.0

    def compose(self) -> ComposeResult:
        """The diff, and a line."""
        yield self._view
        yield self._line

    def on_mount(self) -> None:
        """Take the keys."""
        self._view.focus()
        self.run_worker(self._beat())

    def action_show(self) -> None:
        """Show the diff."""
        self._longest = 0.0
        self._view.show_text(self._text)

    def action_tell(self) -> None:
        """Say how long the loop stood still."""
        self._line.update(f"STILL {self._longest * 1e3:.1f} ms")

    async def _beat(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(_BEAT)
            now = time.perf_counter()
            self._longest = max(self._longest, now - last - _BEAT)
            last = now


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured with one diff, in seconds."""

    opened: list[float]
    stalls: list[float]
    pages: list[float]
    ends: list[float]
    searched: float


def read(lines: int, rounds: int) -> Reading:
    """Open a diff several times, go through it, and search for its last line."""
    command = [PYTHON, "-m", "benchmarks.diffs", "--show", str(lines)]
    with Program(command, environment(TEXTUAL_ANIMATIONS="none"), ROOT) as program:
        program.wait_for("READY")
        program.settle()
        opened, stalls = [], []
        for _ in range(rounds):
            program.send(_END)
            program.settle()
            seen = len(program.output)
            begun = program.send(_SHOW)
            opened.append(program.wait_for("value 0", after=seen) - begun)
            program.settle()
            stalls.append(_stall(program))
        pages = [program.burst(partial(program.send, _PAGE_DOWN))[1] for _ in range(2 * rounds)]
        ends = [program.burst(partial(program.send, key))[1] for key in [_HOME, _END] * rounds]
        for keys in ("/", f"value {lines - 1}"):
            program.send(keys)
            program.settle()
        begun = program.send("\r")
        return Reading(opened, stalls, pages, ends, program.wait_for("1 of 1 line") - begun)


def _stall(program: Program) -> float:
    seen = len(program.output)
    program.send(_TELL)
    program.wait_for(" ms", after=seen)
    found = re.search(rb"STILL ([\d.]+) ms", program.output[seen:])
    assert found is not None
    return float(found[1]) / 1e3


def rows(rounds: int) -> list[Row]:
    """All measurements."""
    text = diff_of(_LINES)
    alone = []
    for _ in range(rounds):
        begun = time.perf_counter()
        parse_diff(text)
        alone.append(time.perf_counter() - begun)
    many, few = read(_LINES, rounds), read(_FEW, rounds)
    stall = statistics.median(many.stalls)
    return [
        _ratio("from text to first frame / reading it alone", many.opened, alone, 4),
        Row("longest stall of the loop, median", spread(many.stalls), stall * 1e3, 60, "ms"),
        _ratio("page down / in 1,500 lines", many.pages, few.pages, 2),
        _ratio("end and home / in 1,500 lines", many.ends, few.ends, 2),
        Row("search for the last line", "", many.searched * 1e3, 150, "ms"),
    ]


def _ratio(name: str, ours: list[float], other: list[float], bar: float) -> Row:
    figure = statistics.median(ours) / statistics.median(other)
    return Row(name, f"{spread(ours)} / {spread(other)}", figure, bar)


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print a table; True if every bar is met."""
    parser = ArgumentParser(prog="python -m benchmarks.diffs")
    parser.add_argument("--short", action="store_true", help="fewer rounds")
    parser.add_argument("--show", type=int, metavar="LINES", help="only show a diff, for who measures")
    chosen = parser.parse_args(arguments)
    if chosen.show:
        Reader(chosen.show).run()
        return True
    title = f"a diff of {_LINES:,} lines ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})"
    return show(title, rows(5 if chosen.short else 12))


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
