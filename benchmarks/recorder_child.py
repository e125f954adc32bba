"""A process that records: until all is recorded, or until it is killed.

python -m benchmarks.recorder_child fill FILE COUNT        prints its growth in bytes of memory
python -m benchmarks.recorder_child open FILE              prints seconds, growth and the next number
python -m benchmarks.recorder_child run FILE SHARED BATCH DURABILITY RATE
"""

from __future__ import annotations

import mmap
import struct
import sys
import time
from pathlib import Path
from typing import Literal, cast

from app.settings.schema import RecorderSettings
from app.trajectory.events import Note, ToolFinished
from app.trajectory.reader import read_last
from app.trajectory.recording.recorder import Recorder

COUNTS = struct.Struct("QQ")  # events recorded, and how many of them it was promised are kept
_SCREEN = 200  # records


def fill(path: Path, count: int, cap: int = 32) -> None:
    """Record many events as fast as there is room for them."""
    recorder = Recorder(path, RecorderSettings(batch_size=50, memory_cap=cap))
    for number in range(1000):
        recorder.record(event(number))
    recorder.flush().result()
    before = _memory("VmRSS")
    for number in range(1000, count):
        recorder.room().result()
        recorder.record(event(number))
    lost = recorder.close()
    assert not lost, lost
    print(_memory("VmHWM") - before)


def open_again(path: Path) -> None:
    """Open a session as it is gone on with: its last records, and a recorder for what comes."""
    Recorder(path.with_name("warm.jsonl"), RecorderSettings()).close()
    before = _memory("VmRSS")
    begun = time.perf_counter()
    recorder = Recorder(path, RecorderSettings(), resumed=True)
    screen = read_last(path, _SCREEN)
    seconds = time.perf_counter() - begun
    assert len(screen) == _SCREEN
    print(seconds, _memory("VmHWM") - before, recorder.count)
    recorder.close()


def run(path: Path, shared: Path, batch: int, durability: str, rate: float) -> None:
    """Record at an even rate until killed, and tell in shared memory how far it is."""
    chosen = cast(Literal["fsync", "batch", "write"], durability)
    settings = RecorderSettings(batch_size=batch, flush_interval=60.0, durability=chosen)
    recorder = Recorder(path, settings)
    promised = 0
    with shared.open("r+b") as file, mmap.mmap(file.fileno(), COUNTS.size) as counts:
        while True:
            recorder.record(Note("x" * 4_000))
            COUNTS.pack_into(counts, 0, recorder.count, promised)
            if recorder.count % 20 == 0:
                recorder.flush().result()
                promised = recorder.count
                COUNTS.pack_into(counts, 0, recorder.count, promised)
            time.sleep(1 / rate)


def event(number: int) -> ToolFinished:
    """An event of about 4 KB."""
    return ToolFinished(f"call-{number}", "done", f"{number:>8} a line of output that says nothing\n" * 85)


def _memory(what: str) -> int:
    """A figure of this process, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(what))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", file, count]:
            fill(Path(file), int(count))
        case ["open", file]:
            open_again(Path(file))
        case ["run", file, shared, batch, durability, rate]:
            run(Path(file), Path(shared), int(batch), durability, float(rate))
        case _:
            sys.exit(__doc__)
