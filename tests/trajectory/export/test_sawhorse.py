"""A run as lines of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from app.trajectory.codec import decode
from app.trajectory.events import Record
from app.trajectory.export.sawhorse import sawhorse
from app.trajectory.export.writing import convert
from app.trajectory.health import scan
from app.trajectory.lines import LONGEST
from app.trajectory.reader import read
from tests.trajectory.export.conftest import Recording, done


def test_lines_are_whole_and_say_where_they_came_from(run: Sequence[Record], tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    placed = [replace(record, source=f"/steps/{record.seq}") for record in run]
    path.write_bytes(b"".join(sawhorse(placed)))
    assert scan(path).is_whole
    assert list(read(path)) == placed


def test_a_recording_of_ours_is_converted_to_the_very_same_bytes(
    recording: Recording, run: Sequence[Record], tmp_path: Path
) -> None:
    path = recording.save(tmp_path / "trajectory.jsonl")
    stream = BytesIO()
    convert(path, "sawhorse", stream)
    assert stream.getvalue() == path.read_bytes()


def test_a_line_that_would_be_too_long_to_be_read_is_cut(recording: Recording) -> None:
    recording.tell(done("c1", "x" * LONGEST))
    [line] = sawhorse(recording.records)
    event = decode(line).event
    assert len(line) < LONGEST
    assert str(getattr(event, "content", "")).endswith("characters are left out]")
