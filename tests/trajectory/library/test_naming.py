"""A run is named by its file, its folder, or an end of its id."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.trajectory.library.naming import find


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    for identity in ("2026-01-01-aa", "2026-01-01-bb"):
        folder = tmp_path / "sessions" / identity
        folder.mkdir(parents=True)
        (folder / "trajectory.jsonl").touch()
    return {"SAWHORSE_DATA": str(tmp_path)}


def test_an_id_or_an_end_of_it_is_a_session_of_ours(tmp_path: Path, environ: dict[str, str]) -> None:
    last = tmp_path / "sessions" / "2026-01-01-bb" / "trajectory.jsonl"
    assert find("2026-01-01-bb", environ) == find("bb", environ) == last


def test_a_file_counts_before_an_id(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bb").touch()
    assert find("bb", environ) == tmp_path / "bb"


def test_a_folder_is_the_trajectory_in_it_or_else_itself(tmp_path: Path, environ: dict[str, str]) -> None:
    session = tmp_path / "sessions" / "2026-01-01-aa"
    assert find(str(session), environ) == session / "trajectory.jsonl"
    (session / "trajectory.jsonl").rename(session / "trajectory.jsonl.zst")
    assert find(str(session), environ) == session / "trajectory.jsonl"
    assert find(str(session / "trajectory.jsonl"), environ) == session / "trajectory.jsonl"
    assert find(f"{tmp_path}/", environ) == tmp_path
    assert find("/", environ) == Path("/")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2026", "2026-01-01-bb, 2026-01-01-aa; give more of the id"),
        ("cc", "no file cc, nor a session of that id"),
        ("", "no file"),
        ("./none", "no file /"),
        ("~nobody-of-that-name/x", "no such home"),
        ("a\udcff", "not UTF-8"),
        ("x" * 5000, "cannot look for x"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(environ: dict[str, str], name: str, said: str) -> None:
    with pytest.raises(LookupError, match=said):
        find(name, environ)
