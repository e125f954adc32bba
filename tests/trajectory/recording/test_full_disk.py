"""A disk that is really full, or cannot be written: a file system mounted in a namespace of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Mounted = Callable[[str, str], list[str]]

# Records until the disk is full, makes room, and sees that recording goes on by itself.
RECORDING = """
import sys, time
from pathlib import Path
from app.settings.schema import RecorderSettings
from app.trajectory.events import Note
from app.trajectory.health import scan
from app.trajectory.reader import read
from app.trajectory.recording.recorder import Recorder, RecordingError

Recorder.RETRY = 0.01
folder = Path(sys.argv[1])
other = folder / "other"
other.write_bytes(b"x" * 200_000)
recorder = Recorder(folder / "t.jsonl", RecorderSettings())
error = None
while error is None:
    for _ in range(5):
        recorder.record(Note("x" * 4_000))
    error = recorder.flush().exception()
print(error)
for _ in range(5):
    recorder.record(Note("x" * 4_000))
print(recorder.status.pending >= 10, scan(recorder.path).is_whole)
other.unlink()
while recorder.status.error:
    time.sleep(0.001)
recorder.flush().result()
print(repr(recorder.close()), [record.seq for record in read(recorder.path)] == list(range(recorder.count)))
"""
# A large value needs more room than its line.
LARGE = """
import random, sys
from pathlib import Path
from app.settings.schema import RecorderSettings
from app.trajectory.events import Note
from app.trajectory.recording.recorder import Recorder

folder = Path(sys.argv[1])
recorder = Recorder(folder / "t.jsonl", RecorderSettings())
large = random.Random(1).randbytes(600_000).hex()
recorder.record(Note(large))
print(recorder.flush().exception(), [file.name for file in (folder / "blobs").iterdir()])
print(recorder.close())
"""
CREATING = """
import sys
from pathlib import Path
from app.settings.schema import RecorderSettings
from app.trajectory.recording.recorder import Recorder

try:
    Recorder(Path(sys.argv[1]) / "t.jsonl", RecorderSettings())
except OSError as error:
    print(error.strerror)
"""


@pytest.fixture
def mounted(tmp_path: Path) -> Mounted:
    """Runs a program over a file system of its own, and gives the lines it prints."""
    own = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    try:
        possible = subprocess.run(
            [*own, 'mount -t tmpfs none "$0"', tmp_path], check=False, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("unshare is not installed")
    if possible.returncode:
        pytest.skip(f"no file system can be mounted here: {possible.stderr.decode().strip()}")

    def run(options: str, program: str) -> list[str]:
        script = f'mount -t tmpfs -o {options} none "$1" && exec "$2" -c "$3" "$1"'
        command = [*own, script, "sh", str(tmp_path.resolve()), sys.executable, program]
        root = Path(__file__).parents[3]
        ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=root)
        return ended.stdout.splitlines()

    return run


def test_a_full_disk_is_said_and_recording_goes_on_once_there_is_room(mounted: Mounted) -> None:
    assert mounted("size=512k", RECORDING) == [
        "recording stopped: No space left on device",
        "True True",
        "'' True",
    ]


def test_a_large_value_that_finds_no_room_leaves_no_part_of_it(mounted: Mounted) -> None:
    assert mounted("size=512k", LARGE) == [
        "recording stopped: No space left on device []",
        "recording stopped: No space left on device",
    ]


def test_a_folder_that_cannot_be_written_is_said_at_once(mounted: Mounted) -> None:
    assert mounted("ro", CREATING) == ["Read-only file system"]
