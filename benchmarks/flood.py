"""Keys while output floods and the model talks: the real program in a real pty, and a naive twin beside it.

    python -m benchmarks.flood [--short] [--only NAME]

Letters are pressed in the composer at random intervals of 25 to 75 ms. Latency is from a press to its letter
in the bytes of the pty, as p50 / p95 / p99. Each run idles first: its figures are held against those.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence

from benchmarks.flood_output import eight_panes, even_flood, one_pane
from benchmarks.flood_text import answers, busy_answers, long_conversation
from benchmarks.naive import naive_twin
from benchmarks.scale import SHORT, Scale
from benchmarks.spawning import spawning
from benchmarks.timing import Row, show

Case = Callable[[Scale], list[Row]]

CASES: dict[str, tuple[str, Case]] = {
    "spawn": ("a command", lambda _: spawning()),
    "pane": ("1 GB into one pane", one_pane),
    "panes": ("1.6 GB into eight panes", eight_panes),
    "even": ("10 MB/s into one pane", even_flood),
    "naive": ("1 GB into a RichLog, line by line", naive_twin),
    "text": ("text of the model", answers),
    "busy": ("text of the model beside four busy panes", busy_answers),
    "long": ("a long conversation", long_conversation),
}


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print a table for each case; True if every bar is met."""
    parser = ArgumentParser(prog="python -m benchmarks.flood")
    parser.add_argument("--short", action="store_true", help="two minutes instead of eight")
    parser.add_argument("--only", choices=CASES, help="one case")
    chosen = parser.parse_args(arguments)
    good = True
    for name, (title, case) in CASES.items():
        if chosen.only in (None, name):
            conditions = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
            good = show(f"{title} ({conditions})", case(SHORT if chosen.short else Scale())) and good
    return good


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
