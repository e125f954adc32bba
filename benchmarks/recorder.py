"""The recorder: what it costs whoever records, what it writes, what it keeps in memory, what a kill loses.

    python -m benchmarks.recorder [--short]

The twin is a recorder that rewrites one JSON document after every fifth record.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, get_args  # Any: the document of the twin

from app.settings.schema import RecorderSettings
from app.trajectory.content import Text, ToolCall, Usage
from app.trajectory.events import Event, ModelResponse
from app.trajectory.health import scan
from app.trajectory.reader import read
from app.trajectory.recording.disk import Data, RealDisk
from app.trajectory.recording.recorder import Recorder
from app.trajectory.redaction import Redactor
from benchmarks.recorder_child import COUNTS, event
from benchmarks.timing import PYTHON, ROOT, Row, environment, show, temporary_folder

Durability = Literal["fsync", "batch", "write"]
DURABILITIES: tuple[Durability, ...] = get_args(Durability)
_MICRO, _MILLI, _MEGA = 1e-6, 1e-3, 1_000_000
_BEAT = 0.001  # seconds
_ROUNDS = 5


class CountingDisk(RealDisk):
    """Counts what is written."""

    def __init__(self) -> None:
        self.written = 0

    def write(self, descriptor: int, data: Data) -> int:
        written = super().write(descriptor, data)
        self.written += written
        return written


def callers_time(count: int) -> list[Row]:
    """What `record` takes, while five events come each millisecond."""
    rows = []
    for durability in DURABILITIES:
        recorder = Recorder(_new_file(), RecorderSettings(durability=durability))
        took = []
        for number in range(count):
            given = event(number)
            begun = time.perf_counter()
            recorder.record(given)
            took.append(time.perf_counter() - begun)
            if number % 5 == 4:
                time.sleep(_BEAT)
        assert recorder.close() == ""
        took.sort()
        median, late = took[count // 2] / _MICRO, took[count * 99 // 100] / _MICRO
        detail = f"of {count} events of 4 KB, the longest {took[-1] / _MILLI:.1f} ms"
        rows += [
            Row(f"record(), {durability}: median", detail, median, 15, "us"),
            Row(f"record(), {durability}: 99 of 100", "", late, 100, "us"),
        ]
    return rows


def against_a_rewritten_document(steps: int, sample: int) -> list[Row]:
    """CPU time and bytes of so many steps: an answer and a tool result each, 4 KB."""
    events = [made for number in range(steps) for made in (_answer(number), event(number))]
    rounds = [_recorded_steps(events, RealDisk(), promised=False)[0] for _ in range(_ROUNDS)]
    ours = statistics.median(rounds)
    with_promises, _ = _recorded_steps(events, RealDisk(), promised=True)
    disk = CountingDisk()
    _, path = _recorded_steps(events, disk, promised=False)
    twin, twin_bytes = _twin(steps, sample)
    size = path.stat().st_size
    told = (
        f"{twin:.1f} / {ours:.3f} s [{min(rounds):.3f}-{max(rounds):.3f}], of the saves one in {sample} made"
    )
    return [
        Row(f"{steps} steps: CPU of the twin / ours", told, twin / ours, 300, at_least=True),
        Row(
            "  with the disk waited for after each step",
            f"{with_promises:.2f} s; the twin waits for nothing",
            twin / with_promises,
            None,
        ),
        Row(
            "bytes written by the twin / by us",
            f"{twin_bytes / _MEGA:,.0f} / {disk.written / _MEGA:.1f} MB",
            twin_bytes / disk.written,
            300,
            at_least=True,
        ),
        Row("bytes written / final file", f"{disk.written:,} / {size:,}", disk.written / size, 1.15),
    ]


def memory(count: int) -> list[Row]:
    """Growth of a process that records far more than its cap, and whether all of it is in the file."""
    path = _new_file()
    growth = int(_child("fill", path, count))
    health = scan(path)
    size = path.stat().st_size
    path.unlink()
    missing = count - health.records + (not health.is_whole)
    return [
        Row(
            f"{count:,} events, cap 32 MB: growth",
            f"a file of {size / _MEGA:.0f} MB",
            growth / 2**20,
            48,
            "MB",
        ),
        Row("events missing in the file", f"of {count:,}", missing, 0, ""),
    ]


def stalls(seconds: float, rounds: int) -> list[Row]:
    """How long two loops stand still while one of them records 5,000 events a second, without secrets.

    Each round is held against an idle one right before it; the median of them counts, since a busy machine
    stops a loop by itself now and then.
    """
    idle, busy = [], []
    redactor = Redactor(os.environ)
    for _ in range(rounds):
        idle.append(_longest_stall(seconds, lambda: None) / _MILLI)
        recorder = Recorder(_new_file(), RecorderSettings(), redact=redactor.redact)

        def five(recorder: Recorder = recorder) -> None:
            for number in range(5):
                recorder.record(event(number))

        busy.append(_longest_stall(seconds, five) / _MILLI)
        assert recorder.close() == ""
    over = statistics.median(more - least for more, least in zip(busy, idle, strict=True))
    told = f"median {statistics.median(busy):.1f} / {statistics.median(idle):.1f} ms"
    detail = f"{told}, most {max(busy):.1f} / {max(idle):.1f} ms; {rounds} rounds of {seconds:g} s"
    return [Row("longest stall of either loop, over idle", detail, over, 10, "ms")]


def rates(seconds: float) -> list[Row]:
    """Events a second by batch size and durability, each batch waited for before the next begins."""
    rows = []
    for durability in DURABILITIES:
        for batch in (1, 5, 50):
            recorder = Recorder(_new_file(), RecorderSettings(batch_size=batch, durability=durability))
            begun = time.perf_counter()
            while time.perf_counter() - begun < seconds:
                for _ in range(batch):
                    recorder.record(event(recorder.count))
                recorder.flush().result()
            rate = recorder.count / (time.perf_counter() - begun)
            status = recorder.status
            assert recorder.close() == ""
            sync = (
                f"sync {status.sync_p50 / _MILLI:.1f} ms, late {status.sync_p99 / _MILLI:.1f} ms"
                if (status.sync_p50 and status.sync_p99)
                else "no sync"
            )
            rows.append(Row(f"batch {batch}, {durability}: events a second", sync, rate, None, ""))
    return rows


def kills(count: int) -> list[Row]:
    """What is lost of 200 events a second when the process is killed at a random moment."""
    rows, broken, chance = [], 0, random.Random(6)
    for durability in DURABILITIES:
        for batch in (1, 5, 50):
            lost, most = 0, 0
            for _ in range(count):
                recorded, promised, kept = _killed(batch, durability, chance.uniform(0.02, 0.4))
                most = max(most, recorded - kept)
                lost += kept < promised
                broken += kept < 0
            detail = f"{count} kills"
            rows.append(Row(f"batch {batch}, {durability}: most events lost", detail, most, batch, ""))
            rows.append(Row("  and of those before a side effect", detail, lost, 0, ""))
    rows.append(Row("killed: files with a gap, or out of order", f"of {9 * count}", broken, 0, ""))
    return rows


def opening(megabytes: int) -> list[Row]:
    """Opening a session to go on with it, whose last batch was cut off."""
    small, large = (_recorded(size) for size in (megabytes // 10, megabytes))
    seconds, growth, _ = map(float, _child("open", large).split())
    _, small_growth, _ = map(float, _child("open", small).split())
    begun = time.perf_counter()
    everything = sum(1 for _ in read(large))
    whole = time.perf_counter() - begun
    detail = f"to read all {everything:,} takes {whole:.2f} s"
    proportion = f"{growth / 2**20:.1f} / {small_growth / 2**20:.1f} MB"
    large.unlink()
    return [
        Row(f"open {megabytes} MB, first screen", detail, seconds / _MILLI, 300, "ms"),
        Row("memory for it / for a tenth of it", proportion, growth / max(small_growth, 2**20), 2),
    ]


def _recorded_steps(events: Sequence[Event], disk: RealDisk, *, promised: bool) -> tuple[float, Path]:
    """Seconds of CPU to record events, and where."""
    path = _new_file()
    begun = time.process_time()
    recorder = Recorder(path, RecorderSettings(), disk=disk)
    for number, given in enumerate(events):
        recorder.record(given)
        if promised and number % 2:
            recorder.flush().result()
    assert recorder.close() == ""
    return time.process_time() - begun, path


def _answer(number: int) -> Event:
    call = ToolCall(f"call-{number}", "bash", {"command": f"echo {number} " * 60})
    text = Text(f"{number:>8} words of the model that say nothing\n" * 80)
    return ModelResponse(number, "p/m", (text, call), "tools", Usage(1, 2, 3, 4), 0.1, 0.2, 1.5, 1)


def _twin(steps: int, sample: int) -> tuple[float, int]:
    """Seconds of CPU and bytes of a document that is written anew after every fifth record."""
    path = Path(temporary_folder(), "twin.json")
    document: dict[str, Any] = {"llm_interactions": [], "agent_steps": []}
    seconds, written, saves = 0.0, 0, 0
    for number in range(2 * steps):
        begun = time.process_time()
        place, content = (
            ("llm_interactions", f"{number:>8} words of the model that say nothing\n" * 85)
            if number % 2 == 0
            else ("agent_steps", f"{number:>8} a line of output that says nothing\n" * 85)
        )
        document[place].append({"timestamp": "2026-01-01T00:00:00", "content": content, "tool_calls": []})
        if number % 5 == 4:
            saves += 1
            if saves % sample == 0:
                with path.open("w") as stream:
                    json.dump(document, stream, indent=2)
                written += sample * path.stat().st_size
                seconds += (sample - 1) * (time.process_time() - begun)
        seconds += time.process_time() - begun
    return seconds, written


def _longest_stall(seconds: float, each_beat: Callable[[], None]) -> float:
    """The longest time that a loop, or one of another thread, stood still beyond its beat.

    The other one does something with each beat.
    """
    longest = [0.0, 0.0]
    until = time.perf_counter() + seconds

    async def beat(place: int, work: Callable[[], None]) -> None:
        last = time.perf_counter()
        while last < until:
            work()
            await asyncio.sleep(_BEAT)
            now = time.perf_counter()
            longest[place] = max(longest[place], now - last - _BEAT)
            last = now

    other = threading.Thread(target=lambda: asyncio.run(beat(1, each_beat)))
    other.start()
    asyncio.run(beat(0, lambda: None))
    other.join()
    return max(longest)


def _killed(batch: int, durability: str, seconds: float) -> tuple[int, int, int]:
    """Events recorded, promised to be kept, and kept, by a process that is killed after some time.

    What is kept is -1 if the file is not a beginning of what was recorded.
    """
    path = _new_file()
    shared = path.with_name("counts")
    shared.write_bytes(bytes(COUNTS.size))
    arguments = ["run", str(path), str(shared), str(batch), durability, "200"]
    with subprocess.Popen([PYTHON, "-m", "benchmarks.recorder_child", *arguments], cwd=ROOT) as child:
        while COUNTS.unpack(shared.read_bytes())[0] == 0:
            time.sleep(_BEAT)
        time.sleep(seconds)
        child.kill()
    recorded, promised = COUNTS.unpack(shared.read_bytes())
    numbers = [record.seq for record in read(path)]
    shutil.rmtree(path.parent)
    return recorded, promised, len(numbers) if numbers == list(range(len(numbers))) else -1


def _recorded(megabytes: int) -> Path:
    path = _new_file()
    recorder = Recorder(path, RecorderSettings(batch_size=50, durability="write"))
    number = 0
    while recorder.status.bytes < megabytes * _MEGA:
        for _ in range(100):
            recorder.record(event(number))
            number += 1
        recorder.flush().result()
    assert recorder.close() == ""
    with path.open("ab") as stream:
        stream.write(b'{"v":1,"seq":' + b"x" * 2_000)
    return path


def _child(*arguments: object) -> str:
    command = [PYTHON, "-m", "benchmarks.recorder_child", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=environment(), check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _new_file() -> Path:
    return Path(temporary_folder(), "trajectory.jsonl")


def main(arguments: Sequence[str] = ()) -> bool:
    """Measure, and print two tables; True if every bar is met."""
    parser = ArgumentParser(prog="python -m benchmarks.recorder")
    parser.add_argument("--short", action="store_true", help="a tenth of everything")
    short = parser.parse_args(arguments).short
    machine = f"({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})"
    first = show(
        f"recorder {machine}",
        [
            *callers_time(2_000 if short else 20_000),
            *against_a_rewritten_document(2_000, 100 if short else 20),
            *memory(20_000 if short else 100_000),
            *stalls(1 if short else 2, 3 if short else 9),
            *opening(10 if short else 100),
        ],
    )
    second = show(
        f"batch size and durability {machine}",
        [*rates(0.2 if short else 2), *kills(2 if short else 20)],
    )
    return first and second


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
