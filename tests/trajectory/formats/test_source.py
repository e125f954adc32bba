"""What a file is made of, where its records stand, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.trajectory.formats.file_bytes import SourceError
from app.trajectory.formats.limits import Limits
from app.trajectory.formats.source import Pause, Source, SourceLine


def written(path: Path, data: bytes) -> Source:
    path.write_bytes(data)
    return Source(path)


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\t", "empty"),
        (b'{"a": 1}', "document"),
        (b'\xef\xbb\xbf\n {\n "a": 1\n}\n', "document"),
        (b'[\n{"a": 1},\n{"b": 2}\n]', "document"),
        (b'{"a": 1}\n{"b": 2}', "lines"),
        (b'{"a": 1}\n{torn', "lines"),
        (b'{torn\n{"b": 2}\n{"c": 3}', "lines"),
        (b'{\n "a": [1, 2,\n', "document"),
        (b'{"a": [1, 2', "document"),
        (b"{", "lines"),
        (b"# words", "text"),
        (b"\x7fELF\0\0\0", "binary"),
        (b'{"a": 1}\n\0\0\0\0', "lines"),
        (b"PK\x03\x04", "archive"),
        ('{"a": 1}'.encode("utf-16"), "document"),
    ],
)
def test_a_file_is_known_by_what_is_in_it(tmp_path: Path, data: bytes, shape: str) -> None:
    assert written(tmp_path / "file", data).shape == shape


def test_a_folder_is_one_and_nothing_is_an_error(tmp_path: Path) -> None:
    assert Source(tmp_path).shape == "folder"
    with pytest.raises(SourceError, match="No such file"):
        _ = Source(tmp_path / "none").shape
    with pytest.raises(SourceError, match="null"):
        _ = Source(tmp_path / "a\0b").shape


def test_lines_that_are_no_json_are_told_with_their_number_and_passed_on(tmp_path: Path) -> None:
    source = written(tmp_path / "file", b'{"a": 1}\n\nno\n{"b": 2}\n{"torn')
    lines = [line for line in source.lines() if isinstance(line, SourceLine)]
    assert [line.value for line in lines] == [{"a": 1}, None, {"b": 2}, None]
    assert [source.raw(line.place) for line in lines] == ['{"a": 1}', "no", '{"b": 2}', '{"torn']
    first, last = source.problems
    assert first.startswith("line 3 is no JSON")
    assert last.endswith(", and is the last one: it was cut off")


def test_a_thousand_damaged_lines_are_told_of_a_hundred_times(tmp_path: Path) -> None:
    source = written(tmp_path / "file", b"{}\n" + b"no\n" * 1000)
    assert len(list(source.lines())) == 1001
    assert len(source.problems) == 100


def test_a_damaged_document_is_read_up_to_the_damage(tmp_path: Path) -> None:
    source = written(tmp_path / "file", b'{\n "a": [1,\n 2,\n {"b": "c')
    assert source.document == {"a": [1, 2, {}]}
    [problem] = source.problems
    assert "what comes before the damage is shown" in problem
    source.forget()
    assert source.document == {"a": [1, 2, {}]}


def test_a_document_beyond_the_limit_is_not_taken_into_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b'{"a": "' + b"x" * 5_000_000 + b'"}')
    source = Source(tmp_path / "file", limits=Limits(document=2**20, line=2**22))
    assert source.document is None
    assert "5 MB are too many for one document of JSON" in source.problems


def test_a_place_is_found_again_and_one_that_is_gone_is_told(tmp_path: Path) -> None:
    source = written(tmp_path / "file", b'{"a": [1, {"b/c": {"d~e": "\xc3\xa9"}}]}')
    assert source.raw("/a/1/b~1c/d~0e") == '"é"'
    assert source.raw("@0+4") == '{"a"'
    assert source.raw("@0+34#/a/0") == "1"
    for place in (
        "/a/2",
        "/a/x",
        "/a/-1",
        "/none",
        "@x+1",
        "@1",
        "@0+35",
        "none#/a",
        "@0+3#/a",
        f"/a/{'9' * 30}",
    ):
        with pytest.raises(SourceError):
            source.raw(place)


def test_what_is_nested_too_deep_to_be_shown_is_told(tmp_path: Path) -> None:
    source = written(tmp_path / "file", b'{"a": ' + b"[" * 1000 + b"]" * 1000 + b"}")
    with pytest.raises(SourceError, match="nested too deep"):
        source.raw("/a")


def test_a_line_that_stands_alone_may_be_followed_by_others(tmp_path: Path) -> None:
    assert written(tmp_path / "file", b'{"a": 1}\n').is_one_line
    assert not written(tmp_path / "file", b'{\n"a": 1}\n').is_one_line


def test_a_followed_file_pauses_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b'{"a": 1}\n')
    waits = iter([True, False])

    def follow() -> bool:
        with path.open("ab") as stream:
            stream.write(b'{"b": 2}\n')
        return next(waits)

    found = [None if isinstance(line, Pause) else line.value for line in Source(path, follow).lines()]
    assert found == [{"a": 1}, None, {"b": 2}, None]
