"""A disk that is really full: a file system of half a megabyte, mounted in a namespace of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# Records until the disk is full, makes room, and sees that recording goes on by itself.
RECORDING = """
import sys, time
from pathlib import Path
from app.settings.schema import RecorderSettings
from app.trajectory.events import Note
from app.trajectory.health import scan
from app.trajectory.reader import read
from app.trajectory.recorder import Recorder, RecordingError

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
MOUNTED = 'mount -t tmpfs -o size=512k none "$1" && exec "$2" -c "$3" "$1"'


def test_a_full_disk_is_said_and_recording_goes_on_once_there_is_room(tmp_path: Path) -> None:
    own = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    try:
        possible = subprocess.run(
            [*own, 'mount -t tmpfs none "$0"', tmp_path], check=False, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("unshare is not installed")
    if possible.returncode:
        pytest.skip(f"no file system can be mounted here: {possible.stderr.decode().strip()}")
    command = [*own, MOUNTED, "sh", str(tmp_path.resolve()), sys.executable, RECORDING]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=60, cwd=Path(__file__).parents[2]
    )
    assert ended.stdout.splitlines() == [
        "recording stopped: No space left on device",
        "True True",
        "'' True",
    ]
