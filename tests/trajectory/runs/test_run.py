"""Any record of any run is at hand while the run is read or grows, whatever becomes of its file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.trajectory.blobs import Blobs
from app.trajectory.codec import encode, encode_apart
from app.trajectory.events import Note, Record, Unmapped
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.recording.compression import compress
from app.trajectory.recording.disk import REAL_DISK
from app.trajectory.runs import indexing
from app.trajectory.runs.run import Run
from tests.trajectory.written import BEGAN, Opened, notes, until, write


def test_every_record_is_at_hand_in_any_order(tmp_path: Path, opened: Opened) -> None:
    written = notes(1000)
    run = opened(write(tmp_path / "t.jsonl", written))
    assert (run.format, run.variant, len(run), run.complete, run.live) == ("sawhorse", "", 1000, True, False)
    assert list(run.records()) == written
    assert [run.record(row) for row in (999, 0, 500)] == [written[999], written[0], written[500]]
    assert list(run.records(990, 2000)) == written[990:]
    assert list(run.problems) == []
    with pytest.raises(IndexError):
        run.record(1000)
    with pytest.raises(IndexError):
        run.record(-1)


def test_the_folder_of_a_session_is_opened_as_its_file(tmp_path: Path, opened: Opened) -> None:
    write(tmp_path / "trajectory.jsonl", notes(3))
    assert opened(tmp_path).path == tmp_path / "trajectory.jsonl"


def test_what_was_compressed_is_read_the_same(tmp_path: Path, opened: Opened) -> None:
    written = notes(5000)
    compress(write(tmp_path / "t.jsonl", written), REAL_DISK)
    run = opened(tmp_path / "t.jsonl")
    assert (run.format, run.live, run.path.suffix) == ("sawhorse", False, ".zst")
    assert list(run.records()) == written


def test_what_was_compressed_and_damaged_is_read_up_to_the_damage(tmp_path: Path, opened: Opened) -> None:
    packed = compress(write(tmp_path / "t.jsonl", notes(50_000)), REAL_DISK)
    whole = packed.read_bytes()
    packed.write_bytes(whole[: len(whole) // 2] + bytes(100) + whole[len(whole) // 2 + 100 :])
    run = opened(tmp_path / "t.jsonl")
    assert 0 < len(run) < 50_000
    assert "the compressed file is damaged; what comes before the damage is shown" in run.problems
    assert run.record(len(run) - 1).event == Note(f"note {len(run) - 1}")


def test_large_values_are_put_back(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "t.jsonl"
    record = Record(0, BEGAN, Note("x" * 200_000))
    path.write_bytes(encode_apart(record, Blobs.of(path).put))
    assert path.stat().st_size < 2_000
    assert opened(path).record(0) == record


def test_a_record_is_shown_as_it_was_written(tmp_path: Path, opened: Opened) -> None:
    run = opened(write(tmp_path / "t.jsonl", [Record(0, BEGAN, Note("said"), source="@0+17")]))
    assert '\n  "kind": "note",\n  "text": "said",' in run.raw(0)


def test_a_file_that_grows_is_followed(tmp_path: Path, opened: Opened) -> None:
    path = write(tmp_path / "t.jsonl", notes(10))
    run = opened(path, follow=True)
    assert run.wait(10)
    before = run.changed()
    write(path, notes(90, first=10))
    until(lambda: len(run) == 100)
    assert run.changed() > before
    assert run.live
    assert run.record(99).event == Note("note 99")
    run.close()
    assert not run.live


def test_a_line_counts_once_it_is_whole(tmp_path: Path, opened: Opened) -> None:
    path = write(tmp_path / "t.jsonl", notes(2))
    line = encode(notes(1, first=2)[0])
    with path.open("ab", buffering=0) as stream:
        stream.write(line[:50])
        run = opened(path, follow=True)
        until(lambda: run.complete)
        assert len(run) == 2
        stream.write(line[50:-1])
        stream.write(b"\n")
        until(lambda: len(run) == 3)
    assert run.record(2).event == Note("note 2")
    assert list(run.problems) == []


def test_a_line_that_was_cut_off_is_told_of(tmp_path: Path, opened: Opened) -> None:
    path = write(tmp_path / "t.jsonl", notes(2))
    with path.open("ab") as stream:
        stream.write(b'{"v":1,"seq"')
    run = opened(path)
    assert len(run) == 2
    assert list(run.problems) == ["the last line was cut off: 12 bytes are no record"]


def test_a_line_that_nobody_goes_on_with_is_told_of(
    tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "t.jsonl", notes(2))
    with path.open("ab") as stream:
        stream.write(b'{"v":1,"seq"')
    monkeypatch.setattr(indexing, "_SETTLED", 0.0)
    run = opened(path, follow=True)
    until(lambda: len(run.problems) > 0)
    assert (run.problems[0], run.live) == ("the last line was cut off: 12 bytes are no record", True)


def test_a_damaged_line_is_a_row_that_says_why(tmp_path: Path, opened: Opened) -> None:
    path = write(tmp_path / "t.jsonl", notes(1))
    with path.open("ab") as stream:
        stream.write(b"{torn}\n\n" + encode(notes(1, first=1)[0]).replace(b"note 1", b"nota 1"))
    write(path, notes(1, first=2))
    run = opened(path)
    assert [run.rows.kind(row) for row in range(len(run))] == ["note", "unmapped", "unmapped", "note", "note"]
    assert [run.rows.failed(row) for row in range(len(run))] == [False, True, True, False, False]
    assert run.problems == ["line 2 is damaged", "line 3 is damaged"]
    damaged = [run.record(row) for row in (1, 2, 3)]
    assert [(record.seq, record.ts) for record in damaged] == [(1, 0.0), (2, 0.0), (1, 0.0)]
    assert damaged[0].event == Unmapped("damaged line", "the checksum is wrong\n{torn}\n")
    assert run.raw(1) == "{torn}"
    assert run.record(4).event == Note("note 2")
    assert (run.rows.kind(3), run.rows.failed(3)) == ("unmapped", True), "a look at it found that out"
    assert run.problems[-1] == "line 4 is damaged: the checksum is wrong"


@pytest.mark.parametrize("packed", [False, True])
def test_a_run_whose_first_line_is_damaged_is_ours_too(tmp_path: Path, opened: Opened, packed: bool) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(b"damaged\n")
    write(path, notes(3))
    if packed:
        compress(path, REAL_DISK)
    run = opened(path)
    assert (run.format, len(run), run.record(3).event) == ("sawhorse", 4, Note("note 2"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda path: os.truncate(path, 100), "the file was cut while it was open: open it again"),
        (
            lambda path: os.replace(write(path.with_name("other"), notes(300)), path),
            "the file was replaced or taken away while it was open: open it again",
        ),
        (os.unlink, "the file was replaced or taken away while it was open: open it again"),
    ],
)
def test_a_file_that_becomes_another_is_followed_no_longer(
    tmp_path: Path, opened: Opened, change: Callable[[Path], None], told: str
) -> None:
    path = write(tmp_path / "t.jsonl", notes(100))
    run = opened(path, follow=True)
    until(lambda: run.complete)
    change(path)
    until(lambda: not run.live)
    assert list(run.problems) == [told]
    assert len(run) == 100


def test_what_is_no_trajectory_is_said_at_once(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    pipe = tmp_path / "pipe"  # to open one is to wait for whoever writes into it
    os.mkfifo(pipe)
    for path in (empty, tmp_path / "none", tmp_path, pipe, Path("/dev/null")):
        with pytest.raises(UnreadableError, match=f"cannot open {path}: "):
            Run.open(path)


def test_it_is_read_beside_whoever_asks(tmp_path: Path, opened: Opened) -> None:
    path = write(tmp_path / "t.jsonl", notes(20_000))
    run = opened(path, follow=True)
    seen = 0
    while seen < 20_000:
        count = len(run)
        for row in range(seen, count, 500):
            assert run.record(row).event == Note(f"note {row}")
            assert (run.rows.kind(row), run.rows.ts(row)) == ("note", BEGAN + row)
        seen = count


def test_closed_in_the_middle_it_ends(tmp_path: Path) -> None:
    run = Run.open(write(tmp_path / "t.jsonl", notes(20_000)))
    run.close()
    assert not run.live


@pytest.mark.parametrize("packed", [False, True], ids=["ours", "compressed"])
def test_held_back_it_shows_its_beginning_and_reads_on_when_it_may(tmp_path: Path, packed: bool) -> None:
    path = write(tmp_path / "t.jsonl", notes(20_000))
    run = Run.open(compress(path, REAL_DISK) if packed else path, follow=False, holds_back=True)
    try:
        assert run.wait(200, 20)
        assert not run.wait(20_000, 0.3)
        assert not run.complete
        run.read_on()
        assert run.wait(20_000, 20)
    finally:
        run.close()


def test_a_short_one_is_not_held_back(tmp_path: Path) -> None:
    run = Run.open(write(tmp_path / "t.jsonl", notes(100)), follow=False, holds_back=True)
    assert run.wait(1_000, 20) is False
    assert run.complete
    run.close()


def test_closed_while_it_is_held_back_it_ends(tmp_path: Path) -> None:
    run = Run.open(write(tmp_path / "t.jsonl", notes(20_000)), holds_back=True)
    assert run.wait(200, 20)
    run.close()
    assert not run.live
