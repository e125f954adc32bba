"""The approval of shell commands: everyday ones, and such as are made to take long.

python -m benchmarks.approval [--short]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence

from app.approval.commands import Prefix, judge
from app.approval.places import Here
from benchmarks.timing import PYTHON, ROOT, Row, show

_CASES = ROOT / "tests" / "approval" / "commands" / "contract.jsonl"
_HERE = Here("/w", "/w")
_RULES: list[Prefix] = [("git", "push"), ("rm", "x"), ("env", "a")]
_MEGABYTE = 1_000_000
_PARTS = 10_000
_DEEP = 10_000
_FIRST = """
import time
from app.approval.commands import judge
from app.approval.places import Here
begun = time.perf_counter()
judge("git status", Here("/w", "/w"))
print(time.perf_counter() - begun)
"""


def everyday(rounds: int) -> list[Row]:
    """Each of the acceptance cases, with its rules."""
    cases = []
    for line in _CASES.read_text("utf-8").splitlines():
        record = json.loads(line)
        rules = [tuple(record[key].split()) for key in ("rule", "deny") if record[key]]
        cases.append((record["command"], rules))
    seconds: list[list[float]] = [[] for _ in cases]
    for _ in range(rounds):
        for taken, (command, rules) in zip(seconds, cases, strict=True):
            begun = time.perf_counter()
            judge(command, _HERE, allow=rules, deny=_RULES)
            taken.append(time.perf_counter() - begun)
    each = sorted(map(statistics.median, seconds))
    detail = f"of {len(cases)} commands, each {rounds} times"
    return [
        Row("one command: median", detail, statistics.median(each) * 1e3, 0.5, "ms"),
        Row("one command: p99", detail, each[len(each) * 99 // 100] * 1e3, 5, "ms"),
    ]


def worst() -> list[Row]:
    """Commands that would take long, or for ever, if nothing was bounded; the longest of each kind."""
    kinds = {
        "1 MB": [
            unit * (_MEGABYTE // len(unit)) for unit in ("a", "a;", '"', "$(", "|", "rm ", "a && ", "\n")
        ],
        f"{_PARTS} parts": [glue.join(["true"] * _PARTS) for glue in ("&&", ";", " | ", "\n", "&")],
        f"{_DEEP} deep": [
            *(sign * _DEEP for sign in ("(", "$(", "`", "{ ", "x=(", "$((", "[[ ")),
            *("(" * _DEEP + "a" + ")" * _DEEP, "a " + "$(a " * _DEEP + ")" * _DEEP),
        ],
        "broken, 10 kB": [
            unit * (9_999 // len(unit)) for unit in ("a|", "a`>", "<x[`", "((a", "x=(", "2>*`")
        ],
    }
    return [
        Row(f"{name}: longest", f"{len(some)} kinds", max(map(_judged, some)), 1, "s")
        for name, some in kinds.items()
    ]


def first(rounds: int) -> list[Row]:
    """The first command, which loads the parser."""
    runs = [
        float(subprocess.run([PYTHON, "-c", _FIRST], cwd=ROOT, check=True, capture_output=True).stdout)
        for _ in range(rounds)
    ]
    return [Row("the first command", f"{rounds} processes", statistics.median(runs) * 1e3, None, "ms")]


def _judged(command: str) -> float:
    """Seconds that a command takes with rules of each kind."""
    begun = time.perf_counter()
    judge(command, _HERE, allow=_RULES, ask=_RULES, deny=_RULES)
    return time.perf_counter() - begun


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print a table; True if every bar is met."""
    parser = ArgumentParser(prog="python -m benchmarks.approval")
    parser.add_argument("--short", action="store_true", help="a tenth of the rounds")
    short = parser.parse_args(arguments).short
    rows = [*first(3 if short else 9), *everyday(3 if short else 30), *worst()]
    return show(f"approval of commands ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})", rows)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
