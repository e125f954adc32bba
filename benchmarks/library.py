"""The library of 10,000 runs: how soon it is on the screen, how soon words are found, what keeping it costs.

    python -m benchmarks.library [--short]

Each run is a session of ours with 33 events. Words are drawn as in a language: a few are in every run.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")


from textual.app import App  # after the environment that it reads

from app.screens.library import LibraryScreen
from app.settings.places import cache_directory, sessions_directory
from app.trajectory.codec import encode
from app.trajectory.content import Text, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    Event,
    ModelResponse,
    Record,
    SessionEnded,
    SessionStarted,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    UserMessage,
)
from app.trajectory.library.library import Library
from benchmarks.timing import Row, environment, show

_MILLI, _MEGA = 1e-3, 1_000_000
_BEAT = 0.001  # seconds
_VOCABULARY = 20_000
_TURNS = 7
_BEGAN = 1_750_000_000.0  # seconds since the epoch
_SYLLABLES = [f"{first}{second}" for first in "bcdfghjklmnprstvz" for second in "aeiou"]


def word(place: int) -> str:
    """The word of a place in the vocabulary; those near each other begin alike no more than in a language."""
    syllables = []
    for _ in range(3):
        place, rest = divmod(place * 7, len(_SYLLABLES))
        syllables.append(_SYLLABLES[rest])
        place += rest
    return "".join(syllables)


class Words:
    """Draws words, as often as their place in the vocabulary says."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._weights = [1 / (place + 1) for place in range(_VOCABULARY)]
        self._drawn: list[str] = []

    def text(self, count: int) -> str:
        """So many of them."""
        if len(self._drawn) < count:
            numbers = self._chance.choices(range(_VOCABULARY), self._weights, k=100_000)
            self._drawn = [word(number) for number in numbers]
        taken, self._drawn = self._drawn[:count], self._drawn[count:]
        return " ".join(taken)


def session(number: int, words: Words) -> Iterator[Event]:
    """What happens in one session."""
    yield SessionStarted(f"{number:06}", f"/home/me/project-{number % 50}", "maker/model-1", "ask", "1")
    yield UserMessage(f"{words.text(12)} needle{number}x")
    for turn in range(1, _TURNS + 1):
        call = f"{number}-{turn}"
        usage, blocks = Usage(3_000, 200), (Text(words.text(60)),)
        yield ModelResponse(turn, "maker/model-1", blocks, "tools", usage, 0.01, 0.4, 2.0, 1)
        effects = Effects(title="a command", command="a command")
        yield ToolRequested(call, turn, "bash", {"command": words.text(8)}, effects)
        yield ToolStarted(call)
        yield ToolFinished(call, "failed" if turn == 3 else "done", words.text(120), 0.3)
    yield TaskEnded("done", _TURNS)
    yield SessionEnded(Usage(3_000, 200), 0.07)


def make_sessions(folder: Path, count: int) -> int:
    """Write so many sessions; the bytes of all."""
    words, written = Words(5), 0
    for number in range(count):
        began = _BEGAN + 3_600 * number
        lines = [
            encode(Record(place, began + place, event)) for place, event in enumerate(session(number, words))
        ]
        path = folder / f"session-{number:06}" / "trajectory.jsonl"
        path.parent.mkdir(parents=True)
        written += path.write_bytes(b"".join(lines))
        os.utime(path, (began, began + 60))
    return written


def keeping(environ: dict[str, str], count: int, size: int) -> list[Row]:
    """The first reading of all files, and a look that finds nothing new."""
    library = Library.open(environ)
    begun = time.perf_counter()
    assert library.refresh().read == count
    first = time.perf_counter() - begun
    again = [_took(library.refresh) for _ in range(5)]
    kept = sum(file.stat().st_size for file in cache_directory(environ).iterdir())
    told = f"{size / _MEGA:.0f} MB of files, {kept / _MEGA:.0f} MB of library"
    library.close()
    return [
        Row(f"first reading of {count:,} sessions", told, first, None, "s"),
        Row("  sessions a second", "", count / first, None, ""),
        Row("a look that finds nothing new", _most(again), statistics.median(again) / _MILLI, 1_000, "ms"),
    ]


def searching(environ: dict[str, str]) -> list[Row]:
    """How long words take to be found, with the excerpts of the newest 50 runs."""
    library = Library.open(environ)
    rows = []
    searches = {
        "a word of one run": "needle77x",
        "a word of a few": word(9_000) + " ",
        "a word of every run": word(1) + " ",
        "three words": f"{word(7)} {word(40)} {word(200)} ",
        "the beginning of many words": word(1)[:2],
        "words together": f'"{word(0)} {word(1)}"',
    }
    for name, words in searches.items():
        took = [_took(lambda words=words: library.search(words)) for _ in range(9)]  # type: ignore[misc]  # a default binds it
        found = f"{library.search(words).total:,} runs; {_most(took)}"
        rows.append(Row(f"search: {name}", found, statistics.median(took) / _MILLI, 100, "ms"))
    took = [_took(lambda: library.recent("project-7")) for _ in range(9)]
    rows.append(
        Row("all runs of a folder, by name", _most(took), statistics.median(took) / _MILLI, 100, "ms")
    )
    library.close()
    return rows


async def opening(environ: dict[str, str], count: int) -> list[Row]:
    """How long the screen takes, from the key to the first rows and to all of them."""
    took = [await _opened(environ, count) for _ in range(7)]
    first, everything = zip(*took, strict=True)
    return [
        Row("the screen, to its first rows", _most(first), statistics.median(first) / _MILLI, 300, "ms"),
        Row(f"  to all {count:,}", _most(everything), statistics.median(everything) / _MILLI, None, "ms"),
    ]


async def _opened(environ: dict[str, str], count: int) -> tuple[float, float]:
    """Seconds to the first rows and to all; the database is opened anew, as a program does that starts."""
    app: App[None] = App()
    async with app.run_test(size=(120, 40)):
        screen = LibraryScreen(environ)
        begun = time.perf_counter()
        await app.push_screen(screen)
        await _until(lambda: bool(screen.shown) and _is_drawn(screen))
        first = time.perf_counter() - begun
        await _until(lambda: len(screen.shown) == count)
        return first, time.perf_counter() - begun


async def giving_way(environ: dict[str, str]) -> list[Row]:
    """How long an event loop stands still while a thread reads all files for the first time."""
    shutil.rmtree(cache_directory(environ))
    library = Library.open(environ)
    reading = asyncio.create_task(asyncio.to_thread(library.refresh))
    stalls = []
    last = time.perf_counter()
    while not reading.done():
        await asyncio.sleep(_BEAT)
        now = time.perf_counter()
        stalls.append(now - last - _BEAT)
        last = now
    library.close()
    stalls.sort()
    late = stalls[len(stalls) * 99 // 100] / _MILLI
    detail = f"of {len(stalls):,} beats, the longest {stalls[-1] / _MILLI:.0f} ms"
    return [Row("a loop beside the first reading, 99 of 100", detail, late, 60, "ms")]


def _is_drawn(screen: LibraryScreen) -> bool:
    """Whether rows are on the screen: their heading is only there with them."""
    return any("calls" in strip.text for strip in screen._compositor.render_strips())


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(_BEAT)


def _took(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _most(took: Sequence[float]) -> str:
    return f"most {max(took) / _MILLI:.0f} ms of {len(took)}"


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print a table; True if every bar is met."""
    parser = ArgumentParser(prog="python -m benchmarks.library")
    parser.add_argument("--short", action="store_true", help="a tenth of the sessions")
    count = 1_000 if parser.parse_args(arguments).short else 10_000
    environ = environment()
    size = make_sessions(sessions_directory(environ), count)
    machine = f"({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})"
    rows = [
        *keeping(environ, count, size),
        *asyncio.run(opening(environ, count)),
        *searching(environ),
        *asyncio.run(giving_way(environ)),
    ]
    return show(f"library {machine}", rows)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
