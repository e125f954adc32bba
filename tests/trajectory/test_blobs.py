"""Large values: kept once, found by what they are, and never taken for something else."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from app.trajectory.blobs import BlobError, Blobs
from app.trajectory.codec import blobs_of, decode, encode_apart
from app.trajectory.content import Text, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import Event, ModelResponse, Note, Record, ToolFinished, ToolRequested
from app.trajectory.large_values import INLINE, LINE
from tests.trajectory.faulty_disk import FaultyDisk, once

LARGE = "line ü\n" * 20_000


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def test_a_value_is_found_by_its_name_and_kept_once(blobs: Blobs, tmp_path: Path) -> None:
    name = blobs.put(b"x" * 100_000)
    assert blobs.put(b"x" * 100_000) == name
    assert blobs.put(b"") != name
    assert blobs.get(name) == b"x" * 100_000
    files = list((tmp_path / "blobs").iterdir())
    assert len(files) == 2
    assert all(file.stat().st_size < 200 for file in files)


@pytest.mark.parametrize("name", ["0" * 64, "../secret", "", "A" * 64])
def test_what_is_not_there_is_said(blobs: Blobs, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.zst").write_bytes(b"x")
    with pytest.raises(BlobError):
        blobs.get(name)


def test_damage_is_found_out_wherever_it_is(blobs: Blobs, tmp_path: Path) -> None:
    name = blobs.put(b"some words that matter " * 3)
    file = tmp_path / "blobs" / f"{name}.zst"
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at])
        with pytest.raises(BlobError, match="damaged"):
            blobs.get(name)
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            assert blobs.get(name) == b"some words that matter " * 3, "a bit that means nothing"
        except BlobError:
            continue


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("call", ["open", "write", "sync", "rename"])
def test_a_value_that_cannot_be_kept_leaves_nothing_behind(tmp_path: Path, call: str, fault: int) -> None:
    disk = FaultyDisk()
    blobs = Blobs(tmp_path / "blobs", disk)
    blobs.put(b"first")
    failing = iter([fault])
    disk.fault = lambda name, _: next(failing, 0) if name == call else 0
    with pytest.raises(OSError, match=r"No space|Input/output"):
        blobs.put(b"second")
    assert len(list((tmp_path / "blobs").iterdir())) == 1
    name = blobs.put(b"second")
    assert blobs.get(name) == b"second"


def test_a_blob_is_on_the_disk_before_it_is_named(tmp_path: Path) -> None:
    disk = FaultyDisk()
    Blobs(tmp_path / "blobs", disk).put(b"x")
    at = disk.calls.index("rename")
    assert disk.calls[at - 2 : at] == ["write", "sync"]
    assert "sync" in disk.calls[at:]


def test_there_is_a_fault_to_meet(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="Input/output"):
        Blobs(tmp_path, FaultyDisk(once(0, errno.EIO))).put(b"x")


EVENTS: list[Event] = [
    Note(LARGE),
    ToolFinished("c", "done", LARGE, diff="+" + LARGE),
    ToolRequested("c", 1, "x", {"a/b": [1, {"~": LARGE}], "other": LARGE}, Effects("t")),
    ModelResponse(1, "m", (Text(LARGE), ToolCall("c", "x", {"t": LARGE})), "end", Usage(), 1.0, None, 1, 1),
    ToolRequested("c", 1, "x", {str(n): "v" * 1000 for n in range(5_000)}, Effects("t")),
    ToolRequested("c", 1, "x", {"large": LARGE, **{str(n): "v" * 1000 for n in range(5_000)}}, Effects("t")),
]  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_an_event_with_large_values_survives_the_way_there_and_back(blobs: Blobs, event: Event) -> None:
    record = Record(7, 0.0, event)
    line = encode_apart(record, blobs.put)
    assert len(line) < min(LINE, 10_000)
    assert decode(line, blobs.get) == record


def test_the_same_text_in_two_events_is_one_blob(blobs: Blobs, tmp_path: Path) -> None:
    for event in EVENTS[2:4]:
        encode_apart(Record(0, 0.0, event), blobs.put)
    assert len(list((tmp_path / "blobs").iterdir())) == 1


def test_what_is_not_large_stays_in_its_line(blobs: Blobs) -> None:
    line = encode_apart(Record(0, 0.0, Note("x" * INLINE)), blobs.put)
    assert blobs_of(line) == []
    assert decode(line).event == Note("x" * INLINE)


def test_a_text_whose_rest_is_lost_says_so(blobs: Blobs, tmp_path: Path) -> None:
    line = encode_apart(Record(0, 0.0, Note(LARGE)), blobs.put)
    (name,) = blobs_of(line)
    (tmp_path / "blobs" / f"{name}.zst").unlink()
    event = decode(line, blobs.get).event
    assert isinstance(event, Note)
    assert (
        event.text
        == f"{LARGE[:1000]}\n[the rest is missing: blob {name} cannot be read: No such file or directory]"
    )


def test_text_that_is_no_text_is_written_out(blobs: Blobs) -> None:
    line = encode_apart(Record(0, 0.0, Note("\udcff" * INLINE)), blobs.put)
    event = decode(line, blobs.get).event
    assert isinstance(event, Note)
    assert event.text == "\\udcff" * INLINE
