"""Whatever the disk does, the recorder says so, goes on by itself, and loses nothing and repeats nothing."""

from __future__ import annotations

import errno
import time
from pathlib import Path

import pytest

from app.settings.schema import RecorderSettings
from app.trajectory.events import Note
from app.trajectory.reader import read
from app.trajectory.recording.recorder import Recorder, RecordingError
from tests.trajectory.conftest import NewRecorder
from tests.trajectory.faulty_disk import SHORT, FaultyDisk, always, once

LAZY = {"batch_size": 10_000, "flush_interval": 60.0}
LARGE = "y" * 70_000


def numbers(path: Path) -> list[int]:
    return [record.seq for record in read(path)]


def work(recorder: Recorder) -> list[int]:
    """Record, and ask three times that it be kept.

    Returns:
        What the file had to have when that was promised.
    """
    promised = []
    for part in range(3):
        for _ in range(4):
            recorder.record(Note("x" * 300))
        recorder.record(Note(f"{LARGE}{part}"))
        refused = recorder.flush().exception(5)
        if refused is not None:
            assert str(refused).startswith("recording stopped: ")
            continue
        promised.append(recorder.count)
        assert numbers(recorder.path)[-1] + 1 >= recorder.count
    return promised


def calls_without_faults(folder: Path) -> int:
    disk = FaultyDisk()
    recorder = Recorder(folder / "whole.jsonl", RecorderSettings(**LAZY), disk=disk)  # type: ignore[arg-type]  # any
    assert work(recorder) == [5, 10, 15]
    assert recorder.close() == ""
    assert {"open", "write", "sync", "rename"} <= set(disk.calls)
    return len(disk.calls)


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, SHORT], ids=["ENOSPC", "EIO", "short"])
@pytest.mark.parametrize("length", [1, 3])
def test_a_fault_at_any_call_loses_nothing_and_repeats_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int, length: int
) -> None:
    monkeypatch.setattr(Recorder, "RETRY", 0.001)
    for at in range(calls_without_faults(tmp_path) + 5):
        folder = tmp_path / f"{at}"
        folder.mkdir()
        path = folder / "t.jsonl"
        disk = FaultyDisk(lambda _, number, at=at: fault if at <= number < at + length else 0)  # type: ignore[misc]  # a default
        try:
            recorder = Recorder(path, RecorderSettings(**LAZY), disk=disk)  # type: ignore[arg-type]  # any
        except OSError:
            assert at == 0
            continue
        work(recorder)
        while recorder.status.pending or recorder.status.error:
            time.sleep(0.001)
        disk.fault = lambda _name, _number: 0
        assert recorder.close() == "", f"call {at} of {disk.calls}"
        assert numbers(path) == list(range(15)), f"call {at} of {disk.calls}"
        assert length > 1 or not list(folder.rglob("*.tmp"))


def test_a_full_disk_is_said_and_nothing_is_lost_once_there_is_room(
    path: Path, new_recorder: NewRecorder
) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(**LAZY, disk=disk)
    recorder.record(Note("before"))
    recorder.flush().result(5)
    before = path.read_bytes()
    short = iter([SHORT])  # a full disk takes a part first
    disk.fault = lambda name, _: next(short, errno.ENOSPC) if name == "write" else 0
    for number in range(100):
        recorder.record(Note(str(number)))
    with pytest.raises(RecordingError, match="recording stopped: No space left on device"):
        recorder.flush().result(5)
    assert recorder.status.error == "recording stopped: No space left on device"
    assert recorder.status.pending == 100
    assert path.read_bytes() == before, "half a line does not stay"
    disk.fault = lambda _name, _number: 0
    while recorder.status.pending:  # it tries again by itself
        time.sleep(0.001)
    assert recorder.status.error == ""
    assert recorder.close() == ""
    assert numbers(path) == list(range(101))


def test_half_a_line_that_cannot_be_taken_back_is_taken_back_before_anything_else_is_written(
    path: Path, new_recorder: NewRecorder
) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(**LAZY, disk=disk)
    short = iter([SHORT])
    disk.fault = lambda name, _: next(short, errno.EIO) if name in ("write", "truncate") else 0
    recorder.record(Note("x" * 1000))
    with pytest.raises(RecordingError):
        recorder.flush().result(5)
    assert 0 < path.stat().st_size < 1000
    disk.fault = lambda _name, _number: 0
    assert recorder.close() == ""
    assert numbers(path) == [0]
    assert path.read_bytes().count(b"\n") == 1


def test_after_a_failed_sync_the_bytes_are_written_again_before_anybody_is_told_they_are_kept(
    path: Path, new_recorder: NewRecorder
) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(**LAZY, disk=disk)
    recorder.record(Note("settled"))
    recorder.flush().result(5)
    disk.fault = always("sync", errno.EIO)
    recorder.record(Note("in doubt"))
    with pytest.raises(RecordingError, match="recording stopped: Input/output error"):
        recorder.flush().result(5)
    assert "Input/output" in recorder.status.error
    disk.calls.clear()
    disk.fault = lambda _name, _number: 0
    recorder.flush().result(5)
    assert disk.calls[-3:] == ["open", "write_at", "sync"]
    assert recorder.status.error == ""
    assert recorder.close() == ""
    assert numbers(path) == [0, 1]


def test_nothing_is_written_after_what_is_in_doubt(path: Path, new_recorder: NewRecorder) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(batch_size=1, disk=disk)
    recorder.record(Note("0"))
    recorder.flush().result(5)
    disk.fault = always("sync", errno.EIO)
    recorder.record(Note("1"))
    with pytest.raises(RecordingError):
        recorder.flush().result(5)
    size = path.stat().st_size
    for _ in range(50):
        recorder.record(Note("x"))
        with pytest.raises(RecordingError):
            recorder.flush().result(5)
    assert path.stat().st_size == size
    disk.fault = lambda _name, _number: 0
    assert recorder.close() == ""
    assert numbers(path) == list(range(52))


def test_a_file_that_was_replaced_meanwhile_is_not_written_over(
    path: Path, new_recorder: NewRecorder
) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(**LAZY, disk=disk)
    recorder.record(Note("0"))
    disk.fault = always("sync", errno.EIO)
    with pytest.raises(RecordingError):
        recorder.flush().result(5)
    path.rename(path.with_name("moved"))
    path.write_text("not ours\n")
    disk.fault = lambda _name, _number: 0
    assert "the file was replaced" in recorder.close()
    assert path.read_text() == "not ours\n"


def test_closing_says_what_was_lost(new_recorder: NewRecorder) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(disk=disk)
    disk.fault = always("write", errno.EIO)
    recorder.record(Note("one"))
    assert "Input/output error" in recorder.close()


def test_a_recorder_whose_disk_refuses_does_not_spin(new_recorder: NewRecorder) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(batch_size=1, disk=disk)
    recorder.RETRY = 60.0
    disk.fault = always("write", errno.ENOSPC)
    recorder.record(Note("x"))
    with pytest.raises(RecordingError):
        recorder.flush().result(5)
    tried = disk.calls.count("write")
    for _ in range(200):
        recorder.record(Note("x"))
    with pytest.raises(RecordingError):
        recorder.flush().result(5)
    assert disk.calls.count("write") <= tried + 2


def test_one_fault_is_enough_to_see_that_faults_are_met(new_recorder: NewRecorder) -> None:
    disk = FaultyDisk(once(3, errno.EIO))
    recorder = new_recorder(disk=disk)
    for _ in range(3):
        recorder.record(Note("x"))
        recorder.flush().exception(5)
    assert disk.failed.is_set()
