"""The recorder keeps every event, in order, in a file that is its own."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from app.settings.schema import RecorderSettings
from app.trajectory.events import Event, Note, UserMessage
from app.trajectory.reader import read, read_last
from app.trajectory.recording.recorder import Recorder, RecordingError
from tests.trajectory.conftest import NewRecorder
from tests.trajectory.faulty_disk import FaultyDisk

LAZY = {"batch_size": 10_000, "flush_interval": 60.0}


def texts(path: Path) -> list[str]:
    """What the notes of a file say, in its order."""
    return [record.event.text for record in read(path) if isinstance(record.event, Note | UserMessage)]


def test_events_are_numbered_without_gaps_and_kept_in_order(path: Path, new_recorder: NewRecorder) -> None:
    recorder = new_recorder()

    def write(name: int) -> None:
        for number in range(200):
            recorder.record(Note(f"{name}-{number}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recorder.close() == ""
    assert [record.seq for record in read(path)] == list(range(800))
    for name in range(4):
        own = [text for text in texts(path) if text.startswith(f"{name}-")]
        assert own == [f"{name}-{number}" for number in range(200)]


@pytest.mark.parametrize("durability", ["fsync", "batch", "write"])
def test_flush_means_that_everything_so_far_is_in_the_file(
    path: Path, new_recorder: NewRecorder, durability: str
) -> None:
    recorder = new_recorder(**LAZY, durability=durability)
    for number in range(10):
        recorder.record(Note(str(number)))
        recorder.flush().result(5)
        assert len(list(read(path))) == number + 1


def test_flush_means_the_disk_where_that_is_wanted(new_recorder: NewRecorder) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(**LAZY, disk=disk)
    for _ in range(3):
        recorder.record(Note("x"))
        recorder.flush().result(5)
        after = disk.calls[: len(disk.calls)]
        assert "sync" in after[len(after) - after[::-1].index("write") :]


def test_with_durability_write_the_disk_is_waited_for_at_the_end_only(new_recorder: NewRecorder) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(durability="write", disk=disk)
    recorder.record(Note("settled"))
    recorder.flush().result(5)
    for number in range(100):
        recorder.record(Note(str(number)))
        recorder.flush().result(5)
    while "sync" not in disk.calls:  # the new name in its folder
        threading.Event().wait(0.001)
    assert disk.calls.count("sync") == 1
    recorder.close()
    assert disk.calls.count("sync") == 2


def test_where_nothing_is_new_a_flush_is_done_at_once(new_recorder: NewRecorder) -> None:
    recorder = new_recorder()
    assert recorder.flush().done()
    recorder.record(Note("x"))
    recorder.flush().result(5)
    assert recorder.flush().done()


def test_whoever_waits_for_a_flush_may_go_away(path: Path, new_recorder: NewRecorder) -> None:
    recorder = new_recorder(**LAZY)
    for number in range(50):
        recorder.record(Note(str(number)))
        recorder.flush().cancel()
    recorder.flush().result(5)
    assert len(list(read(path))) == 50


def test_a_batch_is_written_when_it_is_full(new_recorder: NewRecorder) -> None:
    full = threading.Event()
    sizes: list[int] = []

    class Watched(FaultyDisk):
        def write(self, descriptor: int, data: bytes | memoryview) -> int:
            sizes.append(bytes(data).count(b"\n"))
            full.set()
            return super().write(descriptor, data)

    recorder = new_recorder(batch_size=3, flush_interval=60.0, disk=Watched())
    for number in range(3):
        recorder.record(Note(str(number)))
    assert full.wait(5)
    assert sizes == [3]


def test_a_batch_that_is_not_full_is_written_when_its_time_is_over(new_recorder: NewRecorder) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(batch_size=1000, flush_interval=0.01, disk=disk)
    for _ in range(3):
        disk.wrote.clear()
        recorder.record(Note("x"))
        assert disk.wrote.wait(5)


def test_the_file_is_for_its_owner_only_and_not_reached_through_a_link(
    path: Path, tmp_path: Path, new_recorder: NewRecorder
) -> None:
    new_recorder().close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"exists|symbolic"):
        new_recorder()
    assert not (tmp_path / "elsewhere").exists()


def test_a_recording_is_never_written_over(path: Path, new_recorder: NewRecorder) -> None:
    path.write_text("precious\n")
    with pytest.raises(FileExistsError):
        new_recorder()
    assert path.read_text() == "precious\n"


def test_what_is_to_be_redacted_is_not_in_the_file_and_is_counted(
    path: Path, new_recorder: NewRecorder
) -> None:
    def redact(event: Event) -> tuple[Event, int]:
        if isinstance(event, Note) and "secret" in event.text:
            return Note(event.text.replace("secret", "[redacted]")), event.text.count("secret")
        return event, 0

    recorder = new_recorder(redact=redact)
    for text in ("a secret and a secret", "nothing", "secret" * 20_000):
        recorder.record(Note(text))
    recorder.flush().result(5)
    assert recorder.status.redacted == 20_002
    recorder.close()
    assert texts(path) == ["a [redacted] and a [redacted]", "nothing", "[redacted]" * 20_000]
    kept = [file for file in path.parent.rglob("*") if file.is_file()]
    assert len(kept) == 2
    assert not any(b"secret" in file.read_bytes() for file in kept)


def test_what_cannot_be_redacted_is_not_written_and_said(path: Path, new_recorder: NewRecorder) -> None:
    def redact(event: Event) -> tuple[Event, int]:
        raise RuntimeError("a bug")

    recorder = new_recorder(redact=redact)
    recorder.record(Note("secret"))
    with pytest.raises(RecordingError, match="recording stopped: RuntimeError: a bug"):
        recorder.flush().result(5)
    assert "a bug" in recorder.close()
    assert path.read_bytes() == b""


def test_large_values_are_kept_beside_the_file_once_and_are_there_again_when_it_is_read(
    path: Path, new_recorder: NewRecorder
) -> None:
    large = "line\n" * 100_000
    recorder = new_recorder()
    events: list[Event] = [Note(large), UserMessage(large), Note("small")]
    for event in events:
        recorder.record(event)
    assert recorder.close() == ""
    assert path.stat().st_size < 5_000
    (blob,) = (path.parent / "blobs").iterdir()
    assert blob.stat().st_size < 5_000
    assert stat.S_IMODE(blob.stat().st_mode) == 0o600
    assert stat.S_IMODE(blob.parent.stat().st_mode) == 0o700
    assert [record.event for record in read(path)] == events
    assert [record.event for record in read_last(path, 3)] == events


def test_a_session_that_is_gone_on_with_counts_on(path: Path, new_recorder: NewRecorder) -> None:
    first = new_recorder()
    first.record(Note("one"))
    first.close()
    with path.open("ab") as stream:
        stream.write(b'{"v":1,"seq":1,"ts":"20')
    second = new_recorder(resumed=True)
    assert second.record(Note("two")).seq == 1
    assert [record.seq for record in second.records(0, 2)] == [0, 1]
    assert second.close() == ""
    assert texts(path) == ["one", "two"]
    assert path.with_name("t.jsonl.torn-1").read_bytes() == b'{"v":1,"seq":1,"ts":"20'


def test_what_comes_after_the_end_is_said_to_be_lost(new_recorder: NewRecorder) -> None:
    recorder = new_recorder()
    recorder.record(Note("in time"))
    assert recorder.close() == ""
    recorder.record(Note("late"))
    with pytest.raises(RecordingError, match="closed"):
        recorder.flush().result(5)
    assert recorder.close() == "too late to be recorded: 1 of 2 events"


def test_reading_passes_over_damage_and_a_torn_end(path: Path, new_recorder: NewRecorder) -> None:
    recorder = new_recorder()
    for number in range(3):
        recorder.record(Note(str(number)))
    recorder.close()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"\x00garbage\n" + lines[1] + lines[2][:-5])
    assert [record.seq for record in read(path)] == [0, 1]


def test_status_says_how_it_goes(path: Path, new_recorder: NewRecorder) -> None:
    recorder = new_recorder(**LAZY, memory_cap=3, memory_events=500)
    assert (recorder.status.last_flush, recorder.status.sync_p50) == (None, None)
    for _ in range(10):
        recorder.record(Note("x" * 1000))
    waiting = recorder.status
    assert (waiting.events, waiting.pending, waiting.batches, waiting.bytes) == (10, 10, 0, 0)
    assert 10_000 < waiting.pending_bytes == waiting.memory < 20_000
    recorder.flush().result(5)
    written = recorder.status
    assert (written.events, written.pending, written.pending_bytes) == (10, 0, 0)
    assert (written.batches, written.bytes) == (1, path.stat().st_size)
    assert waiting.memory < written.memory < 2.5 * waiting.memory, "its lines, too"
    assert (waiting.memory_events, written.memory_events) == (10, 10)
    assert (written.memory_cap, written.memory_events_cap) == (3 << 20, 500)
    assert written.last_flush == 1_700_000_000.0
    assert written.sync_p50 is not None
    assert written.sync_p99 is not None
    assert 0 < written.sync_p50 <= written.sync_p99
    assert (written.batch_size, written.flush_interval) == (10_000, 60.0)
    assert (written.durability, written.error) == ("fsync", "")


def test_a_recorder_needs_only_a_path_and_settings(path: Path) -> None:
    recorder = Recorder(path, RecorderSettings())
    assert abs(recorder.record(Note("x")).ts - path.stat().st_mtime) < 60
    assert recorder.close() == ""
