"""A small file of ours: changes are noticed, and nobody ever sees half of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.approval.small_file import SmallFile


def test_it_has_news_until_it_is_read_and_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "f"
    file = SmallFile(path)
    assert file.has_news()
    assert file.read() is None
    assert not file.has_news()
    path.write_bytes(b"one")
    os.utime(path, (1, 1))
    assert file.has_news()
    assert file.read() == b"one"
    assert not file.has_news()
    path.unlink()
    assert file.has_news()


def test_a_change_within_a_tick_of_the_clock_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"one")
    file = SmallFile(path)
    file.read()
    now = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(now.st_atime_ns, now.st_mtime_ns))
    assert file.has_news()


def test_a_new_content_is_for_its_owner_and_goes_through_a_link(tmp_path: Path) -> None:
    real = tmp_path / "kept" / "real"
    link = tmp_path / "link"
    link.symlink_to(real)
    SmallFile(link).write(b"one")
    assert link.is_symlink()
    assert real.read_bytes() == b"one"
    assert real.stat().st_mode & 0o777 == 0o600
    assert real.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in real.parent.iterdir()] == ["real"]


def test_what_cannot_be_replaced_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    with pytest.raises(IsADirectoryError):
        SmallFile(tmp_path / "f").write(b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


@pytest.mark.timeout(5)
def test_what_is_no_plain_small_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(bytes(2**20 + 1))
    for name, says in (("pipe", "no plain file"), ("large", "larger than 1 MiB"), (".", "no plain file")):
        file = SmallFile(tmp_path / name)
        with pytest.raises(OSError, match=says):
            file.read()
