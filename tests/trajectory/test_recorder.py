"""The recorder keeps every event, in order, and says when it cannot."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from app.settings.schema import RecorderSettings
from app.trajectory.events import Note, UserMessage
from app.trajectory.reader import read
from app.trajectory.recorder import Recorder, RecordingError


def recorder(path: Path, **settings: object) -> Recorder:
    return Recorder(path, RecorderSettings(**settings), clock=lambda: 1_700_000_000.0)  # type: ignore[arg-type]  # any


def test_events_are_numbered_without_gaps_and_kept_in_order(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    writer = recorder(path)

    def write(name: int) -> None:
        for number in range(200):
            writer.record(Note(f"{name}-{number}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert writer.close() == ""
    records = list(read(path))
    assert [record.seq for record in records] == list(range(800))
    for name in range(4):
        own = [
            r.event.text for r in records if isinstance(r.event, Note) and r.event.text.startswith(f"{name}-")
        ]
        assert own == [f"{name}-{number}" for number in range(200)]


def test_flush_means_that_everything_so_far_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    writer = recorder(path, batch_size=1000, flush_interval=60.0)
    for number in range(10):
        writer.record(Note(str(number)))
        writer.flush().result(5)
        assert len(list(read(path))) == number + 1
    writer.close()


def test_whoever_waits_for_a_flush_may_go_away(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    writer = recorder(path, batch_size=1000, flush_interval=60.0)
    for number in range(50):
        writer.record(Note(str(number)))
        writer.flush().cancel()
    writer.flush().result(5)
    assert len(list(read(path))) == 50
    writer.close()


def test_a_batch_is_written_when_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    full = threading.Event()
    real = os.write

    def write(descriptor: int, data: bytes) -> int:
        written.append(bytes(data).count(b"\n"))
        full.set()
        return real(descriptor, data)

    monkeypatch.setattr("app.trajectory.recorder.os.write", write)
    writer = recorder(tmp_path / "t.jsonl", batch_size=3, flush_interval=60.0)
    for number in range(3):
        writer.record(Note(str(number)))
    assert full.wait(5)
    writer.close()
    assert written == [3]


def test_the_file_and_its_events_are_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    recorder(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_recording_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("precious\n")
    with pytest.raises(FileExistsError):
        recorder(path)
    assert path.read_text() == "precious\n"


def test_a_full_disk_is_said_and_nothing_is_lost_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.jsonl"
    real = os.write
    room = [False]

    def write(descriptor: int, data: bytes) -> int:
        if room[0]:
            return real(descriptor, data)
        if len(data) > 10:
            return real(descriptor, bytes(data)[:10])  # a full disk gives a short write first
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("app.trajectory.recorder.os.write", write)
    monkeypatch.setattr(Recorder, "RETRY", 0.01)
    writer = recorder(path)
    writer.record(UserMessage("one"))
    monkeypatch.setattr(
        "app.trajectory.recorder.os.write",
        lambda descriptor, data: (
            write(descriptor, data)
            if room[0] or len(data) > 60
            else (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device"))
        ),
    )
    with pytest.raises(RecordingError, match="No space left"):
        writer.flush().result(5)
    assert "No space left" in writer.status.error
    assert writer.status.pending == 1
    assert path.stat().st_size == 0, "half a line does not stay"
    writer.record(UserMessage("two"))
    room[0] = True
    while writer.status.pending:
        try:
            writer.flush().result(5)
        except RecordingError:
            continue
    assert writer.close() == ""
    assert [r.event.text for r in read(path) if isinstance(r.event, UserMessage)] == ["one", "two"]


def test_closing_says_what_was_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(_descriptor: int, _data: bytes) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("app.trajectory.recorder.os.write", write)
    writer = recorder(tmp_path / "t.jsonl")
    writer.record(UserMessage("one"))
    assert "Input/output error" in writer.close()


def test_reading_passes_over_damage_and_a_torn_end(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    writer = recorder(path)
    for number in range(3):
        writer.record(Note(str(number)))
    writer.close()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"\x00garbage\n" + lines[1] + lines[2][:-5])
    assert [record.seq for record in read(path)] == [0, 1]
