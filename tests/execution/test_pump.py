from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.execution.pump import Pump

MAKE = Callable[[int], Pump]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "call.out"


@pytest.fixture
def ended() -> threading.Event:
    return threading.Event()


@pytest.fixture
def pump(path: Path, ended: threading.Event) -> Iterator[MAKE]:
    made: list[Pump] = []

    def make(quota: int) -> Pump:
        made.append(Pump(path, quota, ended.set))
        return made[-1]

    before = len(os.listdir("/dev/fd"))
    yield make
    for each in made:
        each.stop()
        assert ended.wait(10)
    assert len(os.listdir("/dev/fd")) == before


def _start(pump: Pump) -> int:
    """Start it with one writer: ours."""
    writer = os.dup(pump.entrance)
    pump.start()
    return writer


def _write(writer: int, data: bytes) -> None:
    with os.fdopen(writer, "wb", buffering=0) as file:
        left = memoryview(data)
        while left:
            left = left[file.write(left) :]


def test_every_byte_arrives_in_a_file_only_the_person_may_read(
    pump: MAKE, path: Path, ended: threading.Event
) -> None:
    data = os.urandom(5_000_000)
    moving = pump(1 << 30)
    _write(_start(moving), data)
    assert ended.wait(10)
    assert path.read_bytes() == data
    assert (moving.kept, moving.lost, moving.error) == (len(data), 0, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("quota", [0, 1, 65_536, 1_000_001])
def test_the_quota_is_exact_and_the_writer_does_not_notice(
    pump: MAKE, path: Path, ended: threading.Event, quota: int
) -> None:
    data = os.urandom(3_000_000)
    moving = pump(quota)
    _write(_start(moving), data)
    assert ended.wait(10)
    assert path.read_bytes() == data[:quota]
    assert (moving.kept, moving.lost) == (quota, len(data) - quota)


def test_a_full_disk_is_noted_and_the_rest_is_drained(pump: MAKE, path: Path, ended: threading.Event) -> None:
    moving = pump(1 << 30)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, moving._target)  # the only file whose disk is always full
    os.close(full)
    _write(_start(moving), b"x" * 3_000_000)
    assert ended.wait(10)
    assert moving.error == "No space left on device"
    assert (moving.kept, moving.lost) == (0, 3_000_000)


@pytest.mark.parametrize("quota", [1 << 30, 1_000_001])
def test_a_file_that_cannot_be_spliced_into_is_written(
    pump: MAKE, path: Path, ended: threading.Event, quota: int
) -> None:
    moving = pump(quota)
    appending = os.open(path, os.O_WRONLY | os.O_APPEND)
    os.dup2(appending, moving._target)  # splice refuses such a descriptor
    os.close(appending)
    data = os.urandom(3_000_000)
    _write(_start(moving), data)
    assert ended.wait(10)
    assert moving._move == moving._copy
    assert path.read_bytes() == data[:quota]
    assert moving.kept + moving.lost == len(data)


def test_a_stop_takes_what_is_in_the_pipe_and_waits_for_no_writer(
    pump: MAKE, path: Path, ended: threading.Event
) -> None:
    moving = pump(1 << 30)
    writer = _start(moving)
    os.write(writer, b"last words")
    moving.stop()
    moving.stop()
    assert ended.wait(10)
    assert path.read_bytes() == b"last words"
    os.close(writer)


def test_an_existing_file_is_never_written_over(pump: MAKE, path: Path) -> None:
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        pump(10)
    assert path.read_bytes() == b"mine"


def test_a_link_is_never_followed(pump: MAKE, path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        pump(10)
    assert not (tmp_path / "elsewhere").exists()
