"""Two footprints are equal only where nothing has changed, as far as folders can tell."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.workspace import footprint as module
from app.workspace.footprint import footprint


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("a", "d/b", "d/e/c", "skip/s", ".git/index"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    return tmp_path


def same_length_and_time(path: Path) -> None:
    before = path.stat()
    path.write_text("2")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def renamed_over(path: Path) -> None:
    other = path.with_name("other")
    other.write_text("1")
    other.rename(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda root: same_length_and_time(root / "d/e/c"),
        lambda root: renamed_over(root / "a"),
        lambda root: (root / "d/new").touch(),
        lambda root: (root / "d/b").unlink(),
        lambda root: (root / "a").chmod(0o600),
        lambda root: (root / "d/.git").mkdir(),
        lambda root: (root / "link").symlink_to("a"),
    ],
)
def test_a_change_shows(root: Path, change: Callable[[Path], object]) -> None:
    before = footprint(str(root), ["skip/"])
    change(root)
    after = footprint(str(root), ["skip/"])
    assert before is not None
    assert after is not None
    assert before.entries != after.entries


def test_what_is_skipped_and_what_git_keeps_does_not_show(root: Path) -> None:
    before = footprint(str(root), ["skip/"])
    (root / "skip" / "new").touch()
    (root / ".git" / "index").write_text("other")
    (root / ".git" / "lock").touch()
    after = footprint(str(root), ["skip/"])
    assert before is not None
    assert after is not None
    assert before.entries == after.entries


def test_one_of_files_that_have_just_changed_is_not_settled(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = footprint(str(root), [])
    assert fresh is not None
    assert not fresh.settled
    monkeypatch.setattr(module, "_SETTLED", -1_000_000_000)
    old = footprint(str(root), [])
    assert old is not None
    assert old.settled


def test_there_is_none_of_very_many_files_or_of_a_folder_that_is_gone(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert footprint(str(root / "missing"), []) is None
    monkeypatch.setattr(module, "_MOST", 3)
    assert footprint(str(root), []) is None
