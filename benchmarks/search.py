"""Searches of 100,000 files, with ripgrep and without: how long they take, and whom they hold up.

    python -m benchmarks.search [--short]

The tree has what trees have: .gitignore files at several levels, binary files, lines of megabytes, links in a
circle, a pipe, a folder that may not be entered.
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
import statistics
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar

from app.workspace.paths import Workspace
from app.workspace.programs import find_program
from app.workspace.search import Found, Query, Search
from benchmarks.timing import Row, show, spread, temporary_folder

MEGA = 1_000_000
_BEAT = 0.001  # seconds
_WORDS = ["alpha", "beta", "gamma", "delta", "needle", "return", "import", "value", "class", "self"]
_FOLDERS = ("src/core", "src/ui/views", "tests", "docs/en", "build/lib", "vendor/one/two")
_KINDS = (".py", ".py", ".ts", ".txt", ".log", "")
_A_FOLDER = 25  # files
_CONTENTS = 400  # many names lead to each

T = TypeVar("T")
Work: TypeAlias = Callable[[Search], Awaitable[Found]]

# What is compared; the first of each tool is also timed and cancelled, and must look at every file.
_GREPS: dict[str, Work] = {
    "grep": lambda search: search.grep(Query(r"needle \w+ missing$")),
    "grep: caps": lambda search: search.grep(Query("needle", most=1000)),
    "grep: context": lambda search: search.grep(Query("[Nn]eedle +class", context=2, most=300), limit=10**6),
    "grep: files": lambda search: search.grep(Query("^needle", output="files", most=1000), limit=10**6),
    "grep: counts": lambda search: search.grep(Query("SELF", output="count", ignore_case=True, most=1000)),
    "grep: long lines": lambda search: search.grep(Query("a", path="long")),
}
_GLOBS: dict[str, Work] = {
    "glob": lambda search: search.glob("*"),
    "glob: folders": lambda search: search.glob("**/src/**/*.{py,ts}", most=1000, limit=10**6),
}


def make_tree(count: int) -> Path:
    """A workspace of so many files."""
    root = Path(temporary_folder(), "workspace").resolve()
    contents = root.parent / "contents"
    contents.mkdir()
    chance = random.Random(1)
    for number in range(_CONTENTS):
        lines = [" ".join(chance.choices(_WORDS, k=4)) for _ in range(chance.randrange(60))]
        content = "\n".join(lines).encode() + (b"\0" if number % 25 == 0 else b"\n")
        (contents / str(number)).write_bytes(content)
        os.utime(contents / str(number), (1e9 + number, 1e9 + number))
    made = 0
    while made < count:
        package = root / f"package_{made // (_A_FOLDER * len(_FOLDERS)):04}"
        for folder in _FOLDERS:
            (package / folder).mkdir(parents=True)
            for _ in range(_A_FOLDER):
                name = f"{chance.choice(_WORDS)}_{made}{_KINDS[made % len(_KINDS)]}"
                os.link(contents / str(made % _CONTENTS), package / folder / name)
                made += 1
        if chance.random() < 0.2:
            (package / ".gitignore").write_text("/docs/*\n!/docs/en/\n*.tmp\n")
    (root / ".gitignore").write_text("build/\n*.log\n!keep.log\n__pycache__/\n*.py[co]\n/dist\n")
    _make_odd(root)
    return root


def _make_odd(root: Path) -> None:
    (root / "long").mkdir()
    (root / "long/bundle.js").write_bytes(b"var a=1;" * 40_000 + b"\n")
    with (root / "long/larger.js").open("wb") as file:
        for _ in range(20):  # not at once: that would count as memory we had before
            file.write(b"a" * MEGA)
    (root / "circle").symlink_to(root)
    (root / "package_0000/up").symlink_to("..")
    os.mkfifo(root / "pipe")
    (root / "closed").mkdir(mode=0)


async def _measured(work: Awaitable[T]) -> tuple[T, float, float]:
    """What work comes to, its seconds, and the longest time for which the loop stood still."""
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_BEAT)
            longest = max(longest, time.perf_counter() - before - _BEAT)

    beating = asyncio.create_task(beat())
    await asyncio.sleep(0.05)
    begun = time.perf_counter()
    result = await work
    seconds = time.perf_counter() - begun
    beating.cancel()
    return result, seconds, longest


async def _cancelled(search: Search, work: Work, after: float) -> float:
    """Seconds from cancelling a search until no program and no thread of it is left."""
    before = _programs()
    task = asyncio.ensure_future(work(search))
    await asyncio.sleep(after)
    assert not task.done(), "it was to be cancelled in the middle"
    begun = time.perf_counter()
    task.cancel()
    await asyncio.wait([task])
    for thread in threading.enumerate():
        if thread.name.startswith("asyncio-waitpid"):
            thread.join()
    assert not _programs() - before, "a program is left"
    return time.perf_counter() - begun


def _programs() -> set[str]:
    """The programs we have started, where the system tells."""
    lists = Path("/proc/self/task").glob("*/children")
    return {program for listed in lists for program in listed.read_text().split()}


async def _rows(name: str, search: Search, work: Work, rounds: int, idle: float) -> list[Row]:
    measured = [await _measured(work(search)) for _ in range(rounds)]
    seconds = statistics.median(each[1] for each in measured)
    stall = statistics.median(each[2] for each in measured)
    step = min(each[1] for each in measured) / (2 * rounds)
    gone = [await _cancelled(search, work, step * number) for number in range(rounds)]
    return [
        Row(f"{name}: every file", spread([each[1] for each in measured]), seconds, 10, "s"),
        Row("longest stall of the loop over idle, median", f"of {rounds}", (stall - idle) * 1e3, 20, "ms"),
        Row("cancelled: until nothing is left of it", spread(gone), max(gone) * 1e3, 100, "ms"),
    ]


async def searches(count: int, rounds: int) -> list[Row]:
    """Time, cancel and compare searches of a workspace of so many files."""
    root = await asyncio.to_thread(make_tree, count)
    workspace = Workspace(root)
    programs = {"ours": Search(workspace, ripgrep=False)}
    if find_program("rg", root):
        programs["ripgrep"] = Search(workspace)
    for search in programs.values():
        await search.grep(Query("x", path="long", output="count"))  # whatever is loaded once is loaded now
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    idle = statistics.median([(await _measured(asyncio.sleep(1)))[2] for _ in range(rounds)])
    rows = [Row("longest stall of an idle loop, median", f"of {rounds}", idle * 1e3, None, "ms")]
    for name, search in programs.items():
        rows += await _rows(f"grep, {name}", search, _GREPS["grep"], rounds, idle)
        rows += await _rows(f"glob, {name}", search, _GLOBS["glob"], rounds, idle)
    different, stalls = [], []
    for name, work in {**_GREPS, **_GLOBS}.items():
        results = [await _measured(work(search)) for search in programs.values()]
        stalls += [stall for _, _, stall in results]
        different += [name] * (results[0][0] != results[-1][0])
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    grown *= 1 if sys.platform == "darwin" else 1024
    return [
        *rows,
        Row("searches that differ without ripgrep", ", ".join(different), len(different), 0, ""),
        Row(
            "longest stall over idle, of any of them",
            f"of {len(stalls)}",
            (max(stalls) - idle) * 1e3,
            20,
            "ms",
        ),
        Row("memory we took more than before", "", grown / MEGA, 30, "MB"),
    ]


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print a table; True if every bar is met."""
    parser = ArgumentParser(prog="python -m benchmarks.search")
    parser.add_argument("--short", action="store_true", help="a fifth of the files, and fewer rounds")
    short = parser.parse_args(arguments).short
    count = 20_000 if short else 100_000
    rows = asyncio.run(searches(count, 3 if short else 7))
    return show(f"searches of {count:,} files ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})", rows)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
