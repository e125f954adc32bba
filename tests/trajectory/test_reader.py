"""Any part of a trajectory is read without the rest, whatever has become of the file."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.trajectory.codec import encode
from app.trajectory.events import Note, Record
from app.trajectory.lines import LONGEST, last_lines, lines
from app.trajectory.offsets import STEP, Offsets
from app.trajectory.reader import Reader, read, read_last
from app.trajectory.recording.compression import compress
from app.trajectory.recording.disk import REAL_DISK


def record(number: int, text: str = "") -> Record:
    return Record(number, 1_700_000_000.0 + number, Note(text or f"note {number}"))


def write(path: Path, records: Sequence[Record]) -> Path:
    path.write_bytes(b"".join(map(encode, records)))
    return path


@pytest.fixture(params=["plain", "compressed"])
def long(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A trajectory of a thousand records."""
    path = write(tmp_path / "t.jsonl", [record(number) for number in range(1000)])
    if request.param == "compressed":
        compress(path, REAL_DISK)
    return path


def test_all_of_it_and_any_part_of_it_is_read(long: Path) -> None:
    assert list(read(long)) == [record(number) for number in range(1000)]
    reader = Reader(long)
    for start, stop in (
        (990, 1000),
        (0, 1),
        (500, 700),
        (64, 65),
        (63, 64),
        (1000, 2000),
        (5, 5),
        (999, None),
    ):
        expected = [record(number) for number in range(start, min(stop or 1000, 1000))]
        assert list(reader.records(start, stop)) == expected
        assert list(read(long, start, stop)) == expected


@pytest.mark.parametrize("count", [0, 1, 7, 1000])
def test_the_end_is_read_backwards(long: Path, count: int) -> None:
    assert read_last(long, count) == [record(number) for number in range(1000 - count, 1000)]


def test_more_than_there_is_is_all_there_is(tmp_path: Path) -> None:
    assert read_last(write(tmp_path / "t", [record(0), record(1)]), 100) == [record(0), record(1)]
    assert read_last(write(tmp_path / "e", []), 100) == []


def test_a_part_is_found_without_a_look_at_what_comes_before(tmp_path: Path) -> None:
    path = write(tmp_path / "t.jsonl", [record(number) for number in range(1000)])
    reader = Reader(path)
    assert next(reader.records(900)) == record(900)
    whole = path.read_bytes()
    before = whole.index(encode(record(896)))
    path.write_bytes(b"\0" * before + whole[before:])
    assert next(reader.records(900)) == record(900), "it starts 4 records before"


def test_a_file_that_grows_is_followed(tmp_path: Path) -> None:
    path = write(tmp_path / "t.jsonl", [record(number) for number in range(100)])
    reader = Reader(path)
    assert len(list(reader.records(90))) == 10
    write(path, [record(number) for number in range(300)])
    assert list(reader.records(250)) == [record(number) for number in range(250, 300)]


def test_damage_and_gaps_are_passed_over_by_whoever_looks_for_a_part(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    numbers = [number for number in range(1000) if not 60 <= number < 200]
    whole = [encode(record(number)) for number in numbers]
    whole[100] = whole[100].replace(b"note", b"nota")
    whole[101] = b'{"v":1,"seq":999999999999999999,"ts"\n'
    path.write_bytes(b"".join(whole))
    reader = Reader(path)
    expected = [number for at, number in enumerate(numbers) if at not in (100, 101)]
    for start in (0, 50, 60, 130, 200, 240, 250, 900):
        assert [r.seq for r in reader.records(start)] == [number for number in expected if number >= start]


def test_a_number_comes_once(tmp_path: Path) -> None:
    path = write(tmp_path / "t", [record(0), record(1), record(1), record(0), record(2)])
    assert [r.seq for r in read(path)] == [0, 1, 2]


def test_lines_are_the_same_backwards_wherever_a_piece_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t"
    for content in (b"", b"\n", b"a", b"a\n", b"\n\na", b"a\n\nbc\n", b"abc\nde\n\n\nfghij", b"\n\n"):
        path.write_bytes(content)
        for piece in range(1, 12):
            monkeypatch.setattr("app.trajectory.lines._PIECE", piece)
            assert list(last_lines(path)) == list(lines(path))[::-1]
            assert sum(line.length for line in lines(path)) == len(content)


def test_a_line_without_end_is_not_taken_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.trajectory.lines.LONGEST", 10_000)
    monkeypatch.setattr("app.trajectory.lines._PIECE", 1_000)
    path = tmp_path / "t.jsonl"
    path.write_bytes(encode(record(0)) + b"x" * 5_000_000 + b"\n" + encode(record(1)))
    for way in (lines, last_lines):
        tracemalloc.start()
        found = [(line.offset, line.length, line.ends) for line in way(path)]
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        first = len(encode(record(0)))
        assert sorted(found)[1] == (first, 5_000_001, True)
        assert sorted(found)[2] == (first + 5_000_001, len(encode(record(1))), True)
        assert peak < 200_000
    assert [r.seq for r in read(path)] == [0, 1]
    assert LONGEST > 1 << 20


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read(tmp_path / "none"))
    with pytest.raises(FileNotFoundError):
        read_last(tmp_path / "none", 1)


def test_offsets_are_noted_in_order_only() -> None:
    offsets = Offsets()
    offsets.note(STEP, 500)
    assert offsets.place(10 * STEP) == 0
    for number in range(3 * STEP):
        offsets.note(number, number * 10)
    assert offsets.place(0) == 0
    assert offsets.place(2 * STEP + 5) == 2 * STEP * 10
    assert offsets.place(100 * STEP) == 2 * STEP * 10
    offsets.passed(5 * STEP + 1, 9_999)
    assert offsets.place(4 * STEP) == offsets.place(5 * STEP + 3) == 9_999
