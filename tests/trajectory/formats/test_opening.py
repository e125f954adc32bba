"""Opening what somebody names, whatever it turns out to be."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.opening import opened
from tests.trajectory.formats.reading import DATA
from tests.trajectory.formats.records import read

SESSION = DATA / "gemini" / "session.jsonl"


def test_the_name_of_a_file_says_nothing_about_its_format(tmp_path: Path) -> None:
    for fixture in (DATA / "gemini" / "session.json", DATA / "opencode" / "session.json", SESSION):
        path = tmp_path / "full.jsonl"
        path.write_bytes(fixture.read_bytes())
        assert read(path)[0].format == fixture.parent.name


@pytest.mark.parametrize(
    "changed",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.decode().encode("utf-16"),
        lambda data: data.decode().encode("utf-16-be"),
        lambda data: data.rstrip(b"\n"),
        lambda data: b"\n\n" + data.replace(b"\n", b"\n\n"),
        zstandard.compress,
    ],
)
def test_every_encoding_of_a_file_gives_the_same_events(
    tmp_path: Path, changed: Callable[[bytes], bytes]
) -> None:
    for fixture in (SESSION, DATA / "claude" / "session.jsonl", DATA / "codex" / "rollout.jsonl"):
        path = tmp_path / "changed.jsonl"
        path.write_bytes(changed(fixture.read_bytes()))
        reading, records = read(path)
        expected, same = read(fixture)
        assert reading.format == expected.format
        assert [record.event.kind for record in records] == [record.event.kind for record in same]
        assert [record.ts for record in records] == [record.ts for record in same]
        for record in records:
            assert not record.source or reading.source.raw(record.source)


def test_a_torn_last_line_costs_only_that_line(tmp_path: Path) -> None:
    path = tmp_path / "torn.jsonl"
    path.write_bytes(SESSION.read_bytes()[:-40])
    reading, records = read(path)
    whole = read(SESSION)[1]
    assert [record.event for record in records] == [record.event for record in whole][: len(records)]
    assert reading.counts.bad_records == 1
    assert "it was cut off" in reading.source.problems[0]


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "notes.txt").write_text("nothing")
    (path / "1.json").write_text("[1]")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: None, "No such file or directory"),
        (lambda path: path.write_bytes(b""), "it is empty"),
        (lambda path: path.write_bytes(b"\n\n"), "it is empty"),
        (lambda path: path.write_bytes(b"\x7fELF" + b"\0" * 99), "it is neither text nor an archive"),
        (lambda path: path.write_bytes(b"PK\x03\x04" + b"\0" * 99), "it is no trajectory of a kind"),
        (_folder, "it is no trajectory of a kind"),
        (os.mkfifo, "it is no file"),
        (lambda path: path.symlink_to(path), "Too many levels of symbolic links"),
    ],
)
def test_what_is_no_trajectory_is_refused_in_one_line(
    tmp_path: Path, make: Callable[[Path], object], why: str
) -> None:
    path = tmp_path / "named"
    make(path)
    with pytest.raises(UnreadableError) as caught:
        opened(path)
    assert str(caught.value).startswith(f"cannot open {path}: ")
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_archive_that_would_fill_the_memory_is_refused_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "bomb.eval"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", "{}")
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<II", 4, 2), struct.pack("<II", 4, 2**30)))
    with pytest.raises(UnreadableError, match=r"header\.json cannot be read: it is larger than 256 MB"):
        opened(path)


def test_a_file_that_goes_away_between_opening_and_reading_is_told(tmp_path: Path) -> None:
    path = tmp_path / "gone.jsonl"
    path.write_bytes(SESSION.read_bytes())
    records = opened(path).records()
    path.unlink()
    with pytest.raises(UnreadableError, match="No such file"):
        list(records)
