"""One session has one writer, and what a killed one was told is kept is there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.trajectory.events import Note
from app.trajectory.health import scan
from app.trajectory.reader import read
from tests.trajectory.conftest import NewRecorder

ROOT = Path(__file__).parents[3]
# Records until it is killed, and says which events it was promised.
BUSY = """
import sys
from pathlib import Path
from app.settings.schema import RecorderSettings
from app.trajectory.events import Note
from app.trajectory.recording.recorder import Recorder

recorder = Recorder(Path(sys.argv[1]), RecorderSettings(batch_size=5, durability=sys.argv[2]))
print("ready", flush=True)
number = 0
while True:
    recorder.record(Note("x" * (number * 37 % 9000)))
    number += 1
    if number % 7 == 0:
        recorder.flush().result()
        print(number, flush=True)
"""


def busy(path: Path, durability: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", BUSY, str(path), durability], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_a_second_process_is_refused_as_long_as_the_first_one_writes(
    path: Path, new_recorder: NewRecorder
) -> None:
    with busy(path, "write") as process:
        with pytest.raises(OSError, match="another process records this session"):
            new_recorder(resumed=True)
        process.send_signal(signal.SIGKILL)
    assert new_recorder(resumed=True).record(Note("now it is ours")).seq == scan(path).events


@pytest.mark.parametrize("durability", ["fsync", "batch", "write"])
def test_what_a_killed_process_was_promised_is_there_and_nothing_else_is_broken(
    path: Path, new_recorder: NewRecorder, durability: str
) -> None:
    chance = random.Random(3)
    for _ in range(4):
        with busy(path, durability) as process:
            time.sleep(chance.uniform(0.0, 0.1))  # the moment is what varies
            process.kill()
            assert process.stdout is not None
            said = [int(line) for line in process.stdout.read().split("\n")[:-1]]
        promised = said[-1] if said else 0
        numbers = [each.seq for each in read(path)] if path.stat().st_size else []
        assert numbers == list(range(len(numbers)))
        assert len(numbers) >= promised
        recorder = None
        if numbers:
            recorder = new_recorder(resumed=True)
            assert recorder.record(Note("on")).seq == len(numbers)
            assert recorder.close() == ""
            assert scan(path).is_whole
        for file in path.parent.iterdir():
            os.unlink(file) if file.is_file() else None
