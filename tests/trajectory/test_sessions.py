"""Sessions are found by what is known of them: their folder, or their id."""

from __future__ import annotations

from pathlib import Path

from app.settings.schema import RecorderSettings
from app.trajectory.events import Note, SessionStarted
from app.trajectory.recording.recorder import Recorder
from app.trajectory.sessions import beginning, named, newest_in


def record(sessions: Path, identity: str, workspace: str, *, compress: bool = False) -> Path:
    folder = sessions / identity
    folder.mkdir(parents=True)
    recorder = Recorder(folder / "trajectory.jsonl", RecorderSettings(compress=compress))
    recorder.record(SessionStarted(identity, workspace, "m/m", "ask", "1"))
    assert recorder.close() == ""
    return folder / "trajectory.jsonl"


def test_the_last_session_of_a_folder_is_found(tmp_path: Path) -> None:
    record(tmp_path, "2026-01-01-aa", "/w")
    last = record(tmp_path, "2026-01-02-bb", "/w", compress=True)
    record(tmp_path, "2026-01-03-cc", "/other")
    assert newest_in(tmp_path, Path("/w")) == last
    assert newest_in(tmp_path, Path("/none")) is None
    assert newest_in(tmp_path / "none", Path("/w")) is None


def test_a_session_is_found_by_its_id_or_either_end_of_it(tmp_path: Path) -> None:
    first = record(tmp_path, "2026-01-01-aa", "/w")
    second = record(tmp_path, "2026-01-01-ab", "/w")
    assert named(tmp_path, "2026-01-01-aa") == [first]
    assert named(tmp_path, "ab") == [second]
    assert named(tmp_path, "2026-01-01") == [second, first]
    assert named(tmp_path, "c") == []
    assert named(tmp_path, "") == []
    assert named(tmp_path, "../x") == []


def test_what_is_no_recording_of_a_session_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "2026-01-01-aa"
    folder.mkdir()
    assert named(tmp_path, "aa") == []
    recorder = Recorder(folder / "trajectory.jsonl", RecorderSettings())
    recorder.record(Note("hello"))
    recorder.close()
    assert beginning(folder / "trajectory.jsonl") is None
    assert newest_in(tmp_path, Path("/w")) is None
