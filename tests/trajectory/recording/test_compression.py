"""A finished trajectory is compressed in one step, and read as before."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from app.settings.schema import RecorderSettings
from app.trajectory.events import Note
from app.trajectory.reader import read
from app.trajectory.recording.compression import compress, unpack
from app.trajectory.recording.disk import REAL_DISK, Disk
from app.trajectory.recording.locking import lock
from tests.trajectory.conftest import NewRecorder
from tests.trajectory.faulty_disk import SHORT, FaultyDisk, once
from tests.trajectory.test_reader import record, write

COUNT = 200


@pytest.fixture
def whole(path: Path) -> bytes:
    return write(path, [record(number) for number in range(COUNT)]).read_bytes()


def test_a_session_that_ends_is_compressed_where_that_is_wanted(
    path: Path, new_recorder: NewRecorder
) -> None:
    recorder = new_recorder()
    for number in range(COUNT):
        recorder.record(Note(f"the same again {number}"))
    recorder.configure(RecorderSettings(compress=True))
    assert recorder.close() == ""
    packed = path.with_name("t.jsonl.zst")
    assert [file.name for file in path.parent.iterdir()] == [packed.name]
    assert stat.S_IMODE(packed.stat().st_mode) == 0o600
    assert packed.stat().st_size < 5_000
    assert [each.seq for each in read(path)] == [each.seq for each in read(packed)] == list(range(COUNT))
    assert [each.seq for each in recorder.records(0, COUNT)] == list(range(COUNT))


def test_one_that_is_gone_on_with_is_brought_back_first(path: Path, new_recorder: NewRecorder) -> None:
    first = new_recorder(compress=True)
    first.record(Note("one"))
    first.close()
    second = new_recorder(resumed=True)
    second.record(Note("two"))
    assert second.close() == ""
    assert path.exists()
    assert [each.event for each in read(path)] == [Note("one"), Note("two")]


def test_there_and_back_is_the_same(path: Path, whole: bytes) -> None:
    packed = compress(path, REAL_DISK)
    assert not path.exists()
    unpack(path, REAL_DISK)
    assert path.read_bytes() == whole
    assert not packed.exists()
    unpack(path, REAL_DISK)
    assert path.read_bytes() == whole


@pytest.mark.parametrize("way", [compress, unpack])
@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, SHORT], ids=["ENOSPC", "EIO", "short"])
def test_a_fault_at_any_call_leaves_a_whole_file(
    path: Path, whole: bytes, way: Callable[[Path, Disk], object], fault: int
) -> None:
    counting = FaultyDisk()
    compress(path, counting)
    for at in range(len(counting.calls) + 1):
        for file in path.parent.iterdir():
            file.unlink()
        path.write_bytes(whole)
        if way is unpack:
            compress(path, REAL_DISK)
        with suppress(OSError):
            way(path, FaultyDisk(once(at, fault)))
        assert [each.seq for each in read(path)] == list(range(COUNT))
        assert not list(path.parent.glob("*.tmp"))


def test_what_does_not_read_as_it_was_written_takes_the_place_of_nothing(path: Path, whole: bytes) -> None:
    class Forgetful(FaultyDisk):
        def write(self, descriptor: int, data: bytes | memoryview) -> int:
            return len(data)

    with pytest.raises(OSError, match=r"damaged|what was written"):
        compress(path, Forgetful())
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == whole


def test_two_processes_do_not_bring_it_back_at_once(path: Path, whole: bytes) -> None:
    packed = compress(path, REAL_DISK)
    descriptor = os.open(packed, os.O_RDONLY)
    lock(descriptor)
    with pytest.raises(OSError, match="another process records this session"):
        unpack(path, REAL_DISK)
    os.close(descriptor)
    assert packed.exists()
    assert not path.exists()
