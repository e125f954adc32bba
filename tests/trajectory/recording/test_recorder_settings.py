"""Settings change at any moment, and memory stays within what it may be; the file has everything."""

from __future__ import annotations

import errno
import random
import threading
from pathlib import Path

from app.settings.schema import RecorderSettings
from app.trajectory.events import Note, Record
from app.trajectory.reader import read
from app.trajectory.recording.recorder import Recorder
from tests.trajectory.conftest import NewRecorder
from tests.trajectory.faulty_disk import FaultyDisk, always

LAZY = {"batch_size": 10_000, "flush_interval": 60.0}
KILO = "x" * 1_000


def test_a_thousand_changes_while_events_come_lose_nothing_and_keep_the_order(
    path: Path, new_recorder: NewRecorder
) -> None:
    chance = random.Random(6)
    recorder = new_recorder()
    done = threading.Event()

    def produce(name: int) -> None:
        number = 0
        while not done.is_set() or number < 1000:
            recorder.record(Note(f"{name}-{number}"))
            number += 1
            if number % 50 == 0:
                recorder.flush().result(10)

    threads = [threading.Thread(target=produce, args=(name,)) for name in range(2)]
    for thread in threads:
        thread.start()
    for change in range(1000):
        if change % 7 == 0:
            recorder.flush().result(10)
        recorder.configure(
            RecorderSettings(
                batch_size=chance.choice([1, 2, 5, 50, 10_000]),
                flush_interval=chance.choice([0.01, 0.25, 60.0]),
                durability=chance.choice(["fsync", "batch", "write"]),
                memory_cap=chance.choice([1, 64]),
                memory_events=chance.choice([100, 50_000]),
            )
        )
    done.set()
    for thread in threads:
        thread.join()
    assert recorder.close() == ""
    records = list(read(path))
    assert [record.seq for record in records] == list(range(recorder.count))
    for name in range(2):
        own = [str(record.event.text) for record in records if isinstance(record.event, Note)]
        own = [text for text in own if text.startswith(f"{name}-")]
        assert own == [f"{name}-{number}" for number in range(len(own))]


def test_what_waits_is_written_at_once_when_settings_change(path: Path, new_recorder: NewRecorder) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(**LAZY, disk=disk)
    recorder.record(Note("waits for long"))
    recorder.configure(RecorderSettings(batch_size=2, flush_interval=60.0))
    assert disk.wrote.wait(5)
    disk.wrote.clear()
    recorder.record(Note("1"))
    recorder.record(Note("2"))
    assert disk.wrote.wait(5), "the new size of a batch"
    assert recorder.status.batch_size == 2


def test_what_was_only_handed_to_the_system_goes_to_the_disk_when_that_is_wanted(
    new_recorder: NewRecorder,
) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(durability="write", disk=disk)
    recorder.record(Note("x"))
    recorder.flush().result(5)
    recorder.configure(RecorderSettings(durability="fsync"))
    recorder.flush().result(5)
    assert recorder.status.sync_p50 is not None


def test_the_oldest_leave_memory_and_are_read_from_the_file(new_recorder: NewRecorder) -> None:
    recorder = new_recorder(memory_events=100)
    for number in range(1000):
        recorder.record(Note(str(number)))
    recorder.flush().result(5)
    assert recorder.status.memory_events == 100
    assert recorder.oldest == 900
    for start, stop in ((0, 1000), (0, 1), (895, 905), (64, 129), (990, 2000), (700, 700)):
        got = recorder.records(start, stop)
        assert [record.seq for record in got] == list(range(start, min(stop, 1000)))
        assert all(record.event == Note(str(record.seq)) for record in got)


def test_memory_is_bounded_in_bytes_too(new_recorder: NewRecorder) -> None:
    recorder = new_recorder(memory_cap=1)
    for number in range(5_000):
        recorder.record(Note(KILO))
        if number % 100 == 0:
            recorder.room().result(5)
    recorder.flush().result(5)
    status = recorder.status
    assert 700_000 < status.memory <= status.memory_cap == 1 << 20
    assert status.memory_events < 1000
    assert len(recorder.records(0, 5_000)) == 5_000


def test_a_smaller_cap_counts_at_once(new_recorder: NewRecorder) -> None:
    recorder = new_recorder()
    for _ in range(3_000):
        recorder.record(Note(KILO))
    recorder.flush().result(5)
    assert recorder.status.memory > 3_000_000
    recorder.configure(RecorderSettings(memory_cap=1))
    recorder.record(Note("x"))
    recorder.flush().result(5)
    assert recorder.status.memory <= 1 << 20


def test_what_is_not_in_the_file_never_leaves_memory_and_whoever_waits_for_room_waits(
    path: Path, new_recorder: NewRecorder
) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(memory_events=100, disk=disk)
    assert recorder.room().done()
    disk.fault = always("write", errno.ENOSPC)
    for number in range(150):
        recorder.record(Note(str(number)))
    waiting = recorder.room()
    assert not waiting.done()
    assert recorder.status.memory_events == 150
    assert [record.seq for record in recorder.records(0, 150)] == list(range(150))
    disk.fault = lambda _name, _number: 0
    waiting.result(5)
    assert recorder.close() == ""
    assert len(list(read(path))) == 150


def test_a_larger_cap_makes_room(new_recorder: NewRecorder) -> None:
    disk = FaultyDisk()
    recorder = new_recorder(memory_events=100, disk=disk)
    disk.fault = always("write", errno.ENOSPC)
    for number in range(150):
        recorder.record(Note(str(number)))
    waiting = recorder.room()
    recorder.configure(RecorderSettings(memory_events=1000))
    waiting.result(5)
    disk.fault = lambda _name, _number: 0


def test_nobody_waits_for_room_in_a_recording_that_has_ended(new_recorder: NewRecorder) -> None:
    disk = FaultyDisk(always("write", errno.EIO))
    recorder = new_recorder(memory_events=100, disk=disk)
    for number in range(150):
        recorder.record(Note(str(number)))
    waiting = recorder.room()
    assert "Input/output error" in recorder.close()
    waiting.result(5)


def test_a_disk_that_stands_still_holds_up_neither_recording_nor_writing(
    path: Path, new_recorder: NewRecorder
) -> None:
    stands, goes_on = threading.Event(), threading.Event()

    class Stalled(FaultyDisk):
        def sync(self, descriptor: int) -> None:
            stands.set()
            goes_on.wait(10)
            super().sync(descriptor)

    recorder: Recorder = new_recorder(durability="batch", batch_size=1, disk=Stalled())
    recorder.record(Note("first"))
    assert stands.wait(5)
    records: list[Record] = [recorder.record(Note(str(number))) for number in range(100)]
    recorder.flush().result(5)
    assert list(read(path))[1:] == records
    goes_on.set()
    assert recorder.close() == ""
