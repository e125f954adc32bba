"""Trajectories changed in thousands of ways: each is read, or refused in one line; none hangs.

python -m benchmarks.mutations [COUNT] [--seed N]
"""

from __future__ import annotations

import sys
import time
import traceback
from argparse import ArgumentParser
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.timing import Row, show, temporary_folder
from tests.trajectory.formats.mutations import Mutant, mutants, outcome

_SHOWN = 10  # failures
_LONGEST = 1.0  # seconds


@dataclass(slots=True)
class Tally:
    """What became of the changed files of one folder of fixtures."""

    read_as: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    slowest: float = 0.0


def main() -> int:
    """Read them all, and print a table; 1 if anything went wrong."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    tallies: dict[str, Tally] = {}
    shown = 0
    for mutant in mutants(Path(temporary_folder()), chosen.count, chosen.seed):
        tally = tallies.setdefault(mutant.fixture.partition("/")[0], Tally())
        start = time.perf_counter()
        try:
            tally.read_as[outcome(mutant.path)] += 1
        except Exception:
            tally.failures += 1
            shown += 1
            if shown <= _SHOWN:
                _tell(mutant)
        tally.slowest = max(tally.slowest, time.perf_counter() - start)
    print(f"\n{'fixtures of':<16} {'changed':>8} {'failed':>7} {'slowest':>9}  read as")
    for name, tally in sorted(tallies.items()):
        count = tally.failures + tally.read_as.total()
        as_what = ", ".join(f"{kind} {number:,}" for kind, number in tally.read_as.most_common())
        print(f"{name:<16} {count:>8,} {tally.failures:>7} {tally.slowest * 1000:>6.0f} ms  {as_what}")
    rows = [
        Row(
            "failures", f"of {chosen.count:,} changed files", sum(t.failures for t in tallies.values()), 0, ""
        ),
        Row("slowest", "", max(t.slowest for t in tallies.values()), _LONGEST, " s"),
    ]
    return 0 if show("Changed trajectories", rows) else 1


def _tell(mutant: Mutant) -> None:
    print(f"\n{mutant.fixture}, {mutant.change}:\n{traceback.format_exc()}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
