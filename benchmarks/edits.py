"""Edits: one in a large file, many files at once, many edits of one file, and edits cut short by a kill.

    python -m benchmarks.edits [--short]

The yardstick of an edit is the same by hand: read, replace, write beside it, fsync, rename.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import subprocess
import sys
import threading
import time
import tracemalloc
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from app.trajectory.events import ModelResponse, ToolFinished
from app.trajectory.reader import read
from app.workspace.editor import Editor
from app.workspace.files import Files
from app.workspace.paths import Workspace
from benchmarks.timing import PYTHON, SAWHORSE, Row, environment, show, spread, temporary_folder
from tests.servers.model_server import Call, ModelServer, Turn

MEGA = 1_000_000
_LINE = b"a line of a log that nobody reads, %07d\n"
_BEAT = 0.001  # seconds

# Writes one of two contents over and over until it is killed.
_BUSY = """
import sys, threading
from pathlib import Path
from app.workspace.atomic import read_file, write_file

path = Path(sys.argv[1])
print("ready", flush=True)
while True:
    for content in (b"old\\n" * 20_000, b"new!\\n" * 100_000):
        stop = threading.Event()
        write_file(path, content, read_file(path, stop), stop)
"""


def one_edit(rounds: int) -> list[Row]:
    """One line of a file of 20 MB."""
    folder = Path(temporary_folder()).resolve()
    path = folder / "large.log"
    path.write_bytes(b"".join(_LINE % number for number in range(20 * MEGA // len(_LINE % 0))))
    editor = Editor(Workspace(folder), Files())
    bare: list[float] = []
    ours: list[float] = []
    stalls: list[float] = []
    for number in range(1, rounds + 1):
        bare.append(_by_hand(path, _LINE % (1000 * number), b"by hand\n"))
        old = (_LINE % (1000 * number + 1)).decode()
        seconds, stall = _in_two_loops(partial(editor.str_replace, "large.log", old, "edited\n"))
        ours.append(seconds)
        stalls.append(stall)
    ratio = statistics.median(ours) / statistics.median(bare)
    return [
        Row("one line of 20 MB / the same by hand", f"{spread(ours)} / {spread(bare)}", ratio, 3),
        Row("longest stall of either loop", f"of {rounds} edits", max(stalls) * 1e3, 20, "ms"),
    ]


def one_view() -> list[Row]:
    """Forty lines in the middle of a file of 50 MB."""
    folder = Path(temporary_folder()).resolve()
    count = 50 * MEGA // len(_LINE % 0)
    (folder / "large.log").write_bytes(b"".join(_LINE % number for number in range(count)))
    editor = Editor(Workspace(folder), Files())
    middle = [count // 2, count // 2 + 39]
    seconds, stall = _in_two_loops(partial(editor.view, "large.log", middle))
    tracemalloc.start()
    asyncio.run(editor.view("large.log", middle))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return [
        Row("40 lines of 50 MB: memory", f"{seconds * 1e3:.0f} ms", peak / MEGA, 10, "MB"),
        Row("longest stall of either loop", "", stall * 1e3, 20, "ms"),
    ]


def many_files(count: int) -> list[Row]:
    """One turn with an edit in each of many files."""
    together, apart = _turn(count), _turn(count, "tools.parallel=false")
    detail = f"{together:.2f} s / {apart:.2f} s, {count} files"
    return [Row("edits of one turn / one after the other", detail, together / apart, 1.0)]


def many_edits(rounds: int, count: int = 64) -> list[Row]:
    """Edits of one file that all start at once."""
    folder = Path(temporary_folder()).resolve()
    path = folder / "a.txt"
    lost = 0
    for _ in range(rounds):
        path.write_text("".join(f"line {number};\n" for number in range(count)))
        editor = Editor(Workspace(folder), Files())

        async def edit(editor: Editor = editor) -> None:
            await asyncio.gather(
                *(editor.str_replace("a.txt", f"line {n};", f"edit {n};") for n in range(count))
            )

        asyncio.run(edit())
        lost += path.read_text() != "".join(f"edit {number};\n" for number in range(count))
    return [Row(f"{count} edits of one file at once: rounds that lost one", f"of {rounds}", lost, 0, "")]


def kills(count: int) -> list[Row]:
    """Writers that are killed at a random moment."""
    path = Path(temporary_folder()).resolve() / "a.txt"
    contents = (b"old\n" * 20_000, b"new!\n" * 100_000)
    broken, seen, chance = 0, set[bytes](), random.Random(7)
    path.write_bytes(contents[0])
    for _ in range(count):
        with subprocess.Popen([PYTHON, "-c", _BUSY, path], stdout=subprocess.PIPE) as busy:
            assert busy.stdout is not None
            busy.stdout.readline()
            time.sleep(chance.uniform(0, 0.02))
            busy.kill()
        content = path.read_bytes()
        broken += content not in contents
        seen.add(content)
        for left in path.parent.glob(".sawhorse-*.tmp"):
            left.unlink()
    detail = f"of {count}; {len(seen)} of 2 contents seen"
    return [Row("killed while writing: neither old nor new", detail, broken, 0, "")]


def _by_hand(path: Path, old: bytes, new: bytes) -> float:
    begun = time.perf_counter()
    content = path.read_bytes().replace(old, new)
    beside = path.with_suffix(".tmp")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    return time.perf_counter() - begun


def _in_two_loops(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Do something in a loop while it and another one, of another thread, are to beat each millisecond.

    Returns:
        Seconds it took, and the longest time that either loop stood still.
    """
    done, longest = threading.Event(), [0.0, 0.0]

    async def beat(place: int) -> None:
        last = time.perf_counter()
        while not done.is_set():
            await asyncio.sleep(_BEAT)
            now = time.perf_counter()
            longest[place] = max(longest[place], now - last - _BEAT)
            last = now

    async def measured() -> float:
        beating = asyncio.create_task(beat(0))
        await asyncio.sleep(0.05)
        begun = time.perf_counter()
        await work()
        seconds = time.perf_counter() - begun
        done.set()
        await beating
        return seconds

    other = threading.Thread(target=lambda: asyncio.run(beat(1)))
    other.start()
    seconds = asyncio.run(measured())
    other.join()
    return seconds, max(longest)


def _turn(count: int, *settings: str) -> float:
    """Seconds from the model's answer to the last result, as the trajectory has it."""
    folder = Path(temporary_folder(), "workspace")
    folder.mkdir()
    calls = []
    for number in range(count):
        (folder / f"{number}.txt").write_text("before\nhere\nafter\n")
        arguments = {"command": "str_replace", "path": f"{number}.txt", "old_str": "here", "new_str": "there"}
        calls.append(Call("str_replace_based_edit_tool", arguments))
    with ModelServer([Turn(calls=calls), Turn(text="done")]) as server:
        environ = environment(OPENAI_BASE_URL=f"{server.url}/v1", OPENAI_API_KEY="sk-benchmark-key")
        command = [SAWHORSE, "run", "go", "--model", "openai/m", "--mode", "auto"]
        command += ["--workspace", str(folder)]
        for setting in settings:
            command += ["--set", setting]
        subprocess.run(command, env=environ, check=True, capture_output=True)
        (trajectory,) = Path(environ["SAWHORSE_DATA"]).glob("sessions/*/trajectory.jsonl")
        records = list(read(trajectory))
    assert all(path.read_text() == "before\nthere\nafter\n" for path in folder.iterdir())
    begun = next(record.ts for record in records if isinstance(record.event, ModelResponse))
    return max(record.ts for record in records if isinstance(record.event, ToolFinished)) - begun


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print a table; True if every bar is met."""
    parser = ArgumentParser(prog="python -m benchmarks.edits")
    parser.add_argument("--short", action="store_true", help="a tenth of the rounds")
    short = parser.parse_args(arguments).short
    rows = [
        *one_edit(3 if short else 9),
        *one_view(),
        *many_files(50 if short else 500),
        *many_edits(5 if short else 50),
        *kills(50 if short else 500),
    ]
    return show(f"edits ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})", rows)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
