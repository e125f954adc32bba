"""`sawhorse trajectory`: a recording is looked at, and its torn end set aside."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app.trajectory.codec import encode
from app.trajectory.effects import Effects
from app.trajectory.events import Event, Note, Record, ToolRequested
from app.trajectory.reader import read
from tests.cli.conftest import Sawhorse


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """The folder of a session with a recording of three events."""
    events: tuple[Event, ...] = (Note("a"), ToolRequested("c1", 1, "bash", {}, Effects("x")), Note("b"))
    lines = [encode(Record(number, 0.0, event)) for number, event in enumerate(events)]
    (tmp_path / "trajectory.jsonl").write_bytes(b"".join(lines))
    return tmp_path


def test_a_whole_recording_is_whole(sawhorse: Sawhorse, recording: Path) -> None:
    checked = sawhorse("trajectory", "check", str(recording))
    size = (recording / "trajectory.jsonl").stat().st_size
    assert checked.returncode == 0
    assert checked.stdout == (
        f"{recording}/trajectory.jsonl: 3 events in {size} bytes\n  calls without a result: c1\nit is whole\n"
    )
    repaired = sawhorse("trajectory", "repair", str(recording / "trajectory.jsonl"))
    assert repaired.returncode == 0
    assert repaired.stdout.endswith("nothing to repair: a session can go on with it\n")


def test_damage_is_shown_and_the_torn_end_is_moved_away(sawhorse: Sawhorse, recording: Path) -> None:
    path = recording / "trajectory.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"\x1b[31mred\n" + lines[2] + lines[0][:40])
    checked = sawhorse("trajectory", "check", str(path))
    assert checked.returncode == 1
    assert checked.stdout.splitlines()[1:] == [
        f"  line 2 at byte {len(lines[0])}: damaged: 9 bytes: the checksum is wrong",
        f"  line 3 at byte {len(lines[0]) + 9}: missing: event 1",
        "  the end is torn: the last 40 bytes are no event",
        f"`sawhorse trajectory repair {path}` makes it one that can be gone on with",
    ]
    repaired = sawhorse("trajectory", "repair", str(path))
    assert repaired.returncode == 0
    assert repaired.stdout.splitlines()[-1] == f"the torn end was moved to {path}.torn-1"
    assert Path(f"{path}.torn-1").read_bytes() == lines[0][:40]
    assert [record.seq for record in read(path)] == [0, 2]
    again = sawhorse("trajectory", "check", str(path))
    assert again.returncode == 1
    assert "is passed over" in again.stdout


@pytest.mark.parametrize("action", ["check", "repair"])
def test_what_is_no_recording_is_left_alone(sawhorse: Sawhorse, tmp_path: Path, action: str) -> None:
    notes = tmp_path / "notes"
    notes.write_text("my notes\n")
    refused = sawhorse("trajectory", action, str(notes))
    assert refused.returncode == 2
    assert refused.stderr == f"sawhorse: {notes} has no event in it; nothing was changed\n"
    assert notes.read_text() == "my notes\n"
    missing = sawhorse("trajectory", action, str(tmp_path / "none"))
    assert missing.returncode == 2
    assert missing.stderr == f"sawhorse: there is no file {tmp_path}/none\n"


@pytest.mark.parametrize("action", ["check", "repair"])
def test_a_pipe_or_a_folder_is_refused_and_not_waited_for(
    called: Sawhorse, tmp_path: Path, action: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    refused = called("trajectory", action, str(tmp_path / "pipe"))
    assert refused.returncode == 2
    assert refused.stderr == f"sawhorse: cannot open {tmp_path}/pipe: it is no file\n"
    refused = called("trajectory", action, str(tmp_path))
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"sawhorse: cannot open {tmp_path}: it is no trajectory")


def test_as_json_what_is_found_can_be_read_by_a_program(called: Sawhorse, recording: Path) -> None:
    path = recording / "trajectory.jsonl"
    path.write_bytes(path.read_bytes() + b"{torn")
    checked = called("trajectory", "check", str(recording), "--json")
    assert checked.returncode == 1
    found = json.loads(checked.stdout)
    assert found == {
        "file": str(path),
        "whole": False,
        "format": "sawhorse",
        "records": 3,
        "bytes": path.stat().st_size,
        "findings": [],
        "more_findings": 0,
        "torn_bytes": 5,
        "ends_in_newline": False,
        "calls_without_result": ["c1"],
    }


def test_the_file_of_another_agent_is_checked_and_never_repaired(called: Sawhorse, tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    lines = [
        {"type": "session", "version": 3, "id": "s", "cwd": "/work", "timestamp": "2026-01-01T00:00:00Z"},
        {
            "type": "message",
            "id": "1",
            "parentId": None,
            "timestamp": "2026-01-01T00:00:01Z",
            "message": {"role": "user", "content": [{"type": "text", "text": "hi"}]},
        },
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    whole = called("trajectory", "check", str(path))
    assert (whole.returncode, whole.stdout) == (0, f"{path}: 2 records (pi)\nit is whole\n")
    path.write_text(path.read_text() + '{"type": "mess')
    torn = called("trajectory", "check", str(path))
    assert torn.returncode == 1
    assert torn.stdout.splitlines()[-1] == "the rest can be read"
    assert "cut off" in torn.stdout
    found = json.loads(called("trajectory", "check", str(path), "--json").stdout)
    assert (found["whole"], found["format"], len(found["problems"])) == (False, "pi", 1)
    before = path.read_bytes()
    refused = called("trajectory", "repair", str(path))
    assert refused.returncode == 2
    assert refused.stderr == f"sawhorse: {path} is a recording of another agent (pi); nothing was changed\n"
    assert path.read_bytes() == before


def test_a_recording_of_ours_whose_beginning_is_damaged_is_still_ours(
    called: Sawhorse, recording: Path
) -> None:
    path = recording / "trajectory.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b'{"half": "a line"}\n' + lines[1] + lines[2])
    checked = called("trajectory", "check", str(path))
    assert checked.returncode == 1
    assert "line 1 at byte 0: damaged" in checked.stdout
