"""Words are found in what lines say, wherever they stand, and not in how a line is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.trajectory.events import Note, Record, SettingsChanged, UserMessage
from app.trajectory.runs import searching
from app.trajectory.runs.run import Run
from app.trajectory.runs.searching import Found, search
from tests.trajectory.written import BEGAN, Opened, answered, finished, notes, records, requested, write


def found(run: Run, words: str, start: int = 0) -> list[int]:
    return [row for part in search(run, words, stop=lambda: False, start=start) for row in part.rows]


def in_texts(tmp_path: Path, opened: Opened, *texts: str) -> Run:
    tmp_path.mkdir(exist_ok=True)
    return opened(write(tmp_path / "t.jsonl", records(*map(Note, texts))))


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("needle", [0, 1, 3]),
        ("NEEDLE", [0, 1, 3]),
        ("needle hay", [1, 3]),
        ("hay   needle", [1, 3]),
        ('"needle hay"', [1]),
        ('needle "in hay"', [3]),
        ("nothing", []),
        ("needle nothing", []),
        ("", []),
        ("  ", []),
        ("n", [0, 1, 2, 3, 4]),
    ],
)
def test_a_row_has_all_the_words_in_any_case_and_counts_once(
    tmp_path: Path, opened: Opened, words: str, rows: list[int]
) -> None:
    texts = ("a Needle, a needle", "needle hay", "only hay, no", "in hay a needle", "Unknown")
    assert found(in_texts(tmp_path, opened, *texts), words) == rows


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ('say"so', [0]),
        ("a\\b", [1]),
        ("ünïcode", [2]),
        ("😀", [2]),
        ("new", [3]),
        ("nnew", []),
        ("ew", [3]),
        ("u001b", []),
        ("1b", []),
        ("01", []),
        ("31m", [4]),
        ("nested", [6]),
        ("\\nested", [6]),
        ("tnested", []),
        ("\udc80", []),
    ],
)
def test_what_is_written_as_an_escape_is_found_as_it_is_read(
    tmp_path: Path, opened: Opened, words: str, rows: list[int]
) -> None:
    texts = ('he: say"so', "a\\b", "ünïcode 😀", "a\nnew", "\x1b[31m", "back\tslash", "\\nested")
    assert found(in_texts(tmp_path, opened, *texts), words) == rows


def test_how_a_line_is_written_down_is_not_searched(tmp_path: Path, opened: Opened) -> None:
    written = [
        Record(4711, BEGAN, answered(1, "first words"), "", "/messages/3/content"),
        Record(1, BEGAN, requested("call-1", 1, "bash"), "helper", "@0+4711"),
        Record(2, BEGAN, finished("call-1", content="the status, the crc and the text")),
        Record(3, BEGAN, Note("messages")),
        Record(4, BEGAN, SettingsChanged({"zoom": 1})),
    ]
    run = opened(write(tmp_path / "t", written))
    assert found(run, "4711") == []
    assert found(run, "messages") == [3]
    assert found(run, "2023") == [], "the time"
    assert found(run, "crc") == found(run, "status") == [2]
    assert found(run, "text") == [2], "neither the name of a field nor the type of a block"
    assert found(run, "blocks") == found(run, "exit_code") == []
    assert found(run, "helper") == [1]
    assert found(run, "model.response") == [0]
    assert found(run, "zoom") == [4], "this name is none of ours"
    assert found(run, "call-1") == [1, 2]


def test_parts_are_searched_one_after_the_other(
    tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_PIECE", 1000)
    run = opened(write(tmp_path / "t", notes(500)))
    parts = list(search(run, "note 7", stop=lambda: False))
    assert [row for part in parts for row in part.rows] == [row for row in range(500) if "7" in str(row)]
    assert len(parts) > 20
    assert [part.searched_bytes for part in parts] == sorted(part.searched_bytes for part in parts)
    assert parts[-1].searched_bytes == parts[-1].total_bytes == run.path.stat().st_size
    assert found(run, "note 7", start=480) == [487, 497]


def test_a_line_longer_than_a_part_is_searched_to_its_end(
    tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_PIECE", 1000)
    for before in range(940, 1010, 3):
        run = in_texts(tmp_path / f"{before}", opened, "x" * before + "needle" + "x" * 5000 + "pin", "needle")
        assert found(run, "needle") == [0, 1]
        assert found(run, "pin needle") == [0]


def test_a_long_line_is_not_read_with_those_before_it(
    tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_PIECE", 1000)
    run = in_texts(tmp_path, opened, "one", "two", "x" * 5000 + "needle", "needle")
    parts = list(search(run, "needle", stop=lambda: False))
    assert [list(part.rows) for part in parts] == [[], [2], [3]]
    assert [part.searched_bytes for part in parts] == [sum(run.rows.place(row)) for row in (1, 2, 3)]


def test_a_search_can_be_stopped(tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_PIECE", 1000)
    run = opened(write(tmp_path / "t", notes(500)))
    parts: list[Found] = []
    for part in search(run, "note", stop=lambda: len(parts) == 2):
        parts.append(part)
    assert len(parts) == 2


def test_what_is_not_read_yet_is_waited_for(tmp_path: Path, opened: Opened) -> None:
    path = write(tmp_path / "t", [*notes(30_000), *records(UserMessage("the needle"), first=30_000)])
    assert found(opened(path, follow=True), "needle") == [30_000]
