"""The bytes and lines of a file in any encoding, also while it grows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard

from app.trajectory.formats.file_bytes import ByteLine, FileBytes, SourceError
from app.trajectory.formats.limits import Limits

TEXT = '{"a": "é"}\n\n{"b": 2}\n{"torn'


def lines(path: Path) -> tuple[list[ByteLine], list[str]]:
    problems: list[str] = []
    return list(FileBytes(path, None, problems.append).lines()), problems


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


def test_a_line_has_its_number_and_its_place_and_the_last_one_says_that_it_does_not_end(path: Path) -> None:
    path.write_text(TEXT)
    found, problems = lines(path)
    assert found == [
        ByteLine(1, 0, '{"a": "é"}'.encode(), ends=True),
        ByteLine(2, 12, b"", ends=True),
        ByteLine(3, 13, b'{"b": 2}', ends=True),
        ByteLine(4, 22, b'{"torn', ends=False),
    ]
    assert not problems


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (b"\xef\xbb\xbf" + TEXT.encode(), None),
        (TEXT.replace("\n", "\r\n").encode(), None),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "it is in UTF-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "it is in UTF-16"),
        (TEXT.encode("utf-16-le"), "it is in UTF-16"),
        (TEXT.encode("utf-16-be"), "it is in UTF-16"),
        (zstandard.compress(TEXT.encode()), None),
        (zstandard.compress(TEXT[:7].encode()) + zstandard.compress(TEXT[7:].encode()), None),
    ],
)
def test_the_lines_are_the_same_in_every_encoding_and_stand_where_they_say(
    path: Path, written: bytes, problem: str | None
) -> None:
    path.write_bytes(written)
    found, problems = lines(path)
    assert [line.data.decode() for line in found] == TEXT.split("\n")
    assert problems == ([problem] if problem else [])
    file = FileBytes(path, None, problems.append)
    assert [file.part(line.offset, len(line.data)) for line in found] == [line.data for line in found]


def test_a_packed_file_that_is_cut_off_or_damaged_is_read_up_to_there(path: Path) -> None:
    packed = zstandard.compress(os.urandom(50_000).hex().encode())
    path.write_bytes(packed[: len(packed) // 2])
    found, problems = lines(path)
    assert problems == ["the compressed file is cut off; what comes before that is shown"]
    path.write_bytes(packed + b"no frame at all")
    found, problems = lines(path)
    assert len(found[0].data) >= 100_000
    assert problems == ["the compressed file is damaged; what comes before the damage is shown"]


def test_no_more_is_unpacked_than_the_limit(path: Path) -> None:
    path.write_bytes(zstandard.compress(b"\0" * 2**27))
    problems: list[str] = []
    file = FileBytes(path, None, problems.append, Limits(unpacked=2**20))
    assert file.size <= 2**20
    assert problems == ["more than 1 MB are packed in it; the rest is left out"]


def test_a_line_without_an_end_stops_at_the_limit(path: Path) -> None:
    with path.open("wb") as stream:
        stream.write(b"{}\n{")
        stream.truncate(2**24)
    problems: list[str] = []
    found = list(FileBytes(path, None, problems.append, Limits(line=2**21)).lines())
    assert [line.data for line in found] == [b"{}"]
    assert problems == ["line 2 is longer than 2 MB"]


def test_a_long_line_takes_time_in_proportion_to_its_length(path: Path) -> None:
    path.write_bytes(b"x" * 50_000_000 + b"\n{}")
    assert [len(line.data) for line in lines(path)[0]] == [50_000_000, 2]


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: None])
def test_what_is_no_file_is_refused_at_once(path: Path, make: Callable[[Path], object]) -> None:
    make(path)
    with pytest.raises(SourceError):
        FileBytes(path, None, print).whole()


class Growing:
    """A file that is followed: each wait does the next thing to it."""

    def __init__(self, path: Path, *steps: Callable[[], object]) -> None:
        self.problems: list[str] = []
        self._steps = iter(steps)
        self.lines = FileBytes(path, self._follow, self.problems.append).growing_lines()

    def _follow(self) -> bool:
        step = next(self._steps, None)
        if step is not None:
            step()
        return step is not None

    def seen(self) -> Iterator[str]:
        for line in self.lines:
            yield "pause" if line is None else line.data.decode() + ("" if line.ends else "…")


def append(path: Path, text: str) -> Callable[[], object]:
    def step() -> None:
        with path.open("a") as stream:
            stream.write(text)

    return step


def test_lines_come_as_they_are_written_and_a_torn_one_once_it_is_whole(path: Path) -> None:
    path.write_text("one\ntw")
    growing = Growing(path, append(path, "o\nthr"), append(path, "ee\n"), append(path, "left"))
    assert list(growing.seen()) == ["one", "pause", "two", "pause", "three", "pause", "pause", "left…"]
    assert not growing.problems


def test_an_object_is_shown_before_its_line_ends_and_not_again_when_it_does(path: Path) -> None:
    path.write_text('{"a": 1}')
    growing = Growing(path, append(path, "\r\n"), append(path, '{"b": 2'), append(path, "}"))
    assert list(growing.seen()) == ['{"a": 1}…', "pause", "pause", "pause", '{"b": 2}…', "pause"]


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (lambda path: path.write_text("{"), "the file was cut while it was open: open it again"),
        (lambda path: path.unlink(), "the file was taken away while it was open"),
        (
            lambda path: (path.with_name("new").write_text("{}\n" * 9), path.with_name("new").replace(path)),
            "the file was replaced while it was open: open it again",
        ),
    ],
)
def test_a_file_that_is_cut_replaced_or_taken_away_is_told_and_no_longer_followed(
    path: Path, step: Callable[[Path], object], problem: str
) -> None:
    path.write_text('{"a": 1}\n{"b": 2}\n')
    growing = Growing(path, lambda: step(path), lambda: None)
    assert list(growing.seen()) == ['{"a": 1}', '{"b": 2}', "pause"]
    assert growing.problems == [problem]
