"""A file is there once it is whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.trajectory.export.output import whole_file


def write(path: Path, data: bytes, *, force: bool = False) -> None:
    with whole_file(path, force=force) as stream:
        stream.write(data)


def test_what_was_written_is_the_file(tmp_path: Path) -> None:
    write(tmp_path / "out", b"all")
    assert (tmp_path / "out").read_bytes() == b"all"
    assert os.listdir(tmp_path) == ["out"]


def test_what_failed_half_way_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with whole_file(tmp_path / "out") as stream:
            stream.write(b"half")
            raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        fail()
    assert os.listdir(tmp_path) == []


def test_a_file_that_is_there_stays_unless_it_is_forced(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write(tmp_path / "out", b"new")
    assert (tmp_path / "out").read_bytes() == b"old"
    write(tmp_path / "out", b"new", force=True)
    assert (tmp_path / "out").read_bytes() == b"new"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link", b"new", force=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        for force in (True, False):
            write(tmp_path / "pipe", b"through", force=force)
            assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_a_pipe_without_a_name_is_written_to() -> None:
    reader, writer = os.pipe()
    try:
        write(Path(f"/dev/fd/{writer}"), b"through")
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
        os.close(writer)
