"""A run leads to the files in its folder, and to no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.trajectory.own_files import is_own_file


@pytest.mark.parametrize("name", ["out.txt", "outputs/1.out", "not/there/yet", "outputs/../out.txt"])
def test_what_is_in_its_folder_is_its_own(tmp_path: Path, name: str) -> None:
    assert is_own_file(name, tmp_path)
    assert is_own_file(str(tmp_path / name), tmp_path)


@pytest.mark.parametrize("name", ["../out.txt", "/etc/passwd", "leads/passwd", "nul\0", "half \udc00\ud800"])
def test_whatever_is_elsewhere_or_nowhere_is_not(tmp_path: Path, name: str) -> None:
    (tmp_path / "leads").symlink_to("/etc")
    assert not is_own_file(name, tmp_path)
