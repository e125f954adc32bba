"""Members of archives and folders, honest ones and others."""

from __future__ import annotations

import json
import os
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
import zstandard

from app.trajectory.formats.archive import Archive
from app.trajectory.formats.limits import LIMITS, Limits


def opened(path: Path, limits: Limits = LIMITS) -> tuple[Archive, list[str]]:
    problems: list[str] = []
    return Archive(path, problems.append, limits), problems


def packed(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def with_zstandard(path: Path, name: str, data: bytes) -> Path:
    """An archive with one member, compressed in the way that only newer programs know."""
    body, raw = zstandard.compress(data), name.encode()
    facts = struct.pack("<HHHHHIIIHH", 63, 0, 93, 0, 33, zlib.crc32(data), len(body), len(data), len(raw), 0)
    local = b"PK\x03\x04" + facts + raw + body
    central = b"PK\x01\x02" + struct.pack("<H", 63) + facts + struct.pack("<HHHII", 0, 0, 0, 0, 0) + raw
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    path.write_bytes(local + central + end)
    return path


def test_members_of_an_archive_and_of_a_folder_are_read_alike(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "b").mkdir(parents=True)
    (folder / "a.json").write_text('{"x": 1}')
    (folder / "b" / "c.json").write_text("[2]")
    (folder / "link").symlink_to(folder / "a.json")
    names = ("a.json", "b/c.json")
    zipped = packed(tmp_path / "a.zip", {name: (folder / name).read_bytes() for name in names})
    for path in (folder, zipped):
        archive, problems = opened(path)
        assert archive.members == names
        assert [archive.json(name) for name in names] == [{"x": 1}, [2]]
        assert problems == []


def test_a_member_that_newer_programs_packed_is_read(tmp_path: Path) -> None:
    archive, problems = opened(with_zstandard(tmp_path / "a.eval", "header.json", b'{"eval": 1}'))
    assert archive.json("header.json") == {"eval": 1}
    assert problems == []


@pytest.mark.parametrize("newer", [False, True])
def test_a_bomb_is_refused_by_what_it_says_of_its_size(tmp_path: Path, newer: bool) -> None:
    path, data = tmp_path / "bomb.eval", b"0" * 2**24
    if newer:
        with_zstandard(path, "header.json", data)
    else:
        packed(path, {"header.json": data})
    assert path.stat().st_size < 2**16
    archive, problems = opened(path, Limits(member=2**20))
    assert archive.json("header.json") is None
    assert problems == ["header.json cannot be read: it is larger than 1 MB"]


@pytest.mark.parametrize("newer", [False, True])
def test_a_bomb_that_lies_about_its_size_is_stopped(tmp_path: Path, newer: bool) -> None:
    path, data = tmp_path / "bomb.eval", b" " * 2**24 + b"1"
    if newer:
        with_zstandard(path, "header.json", data)
    else:
        packed(path, {"header.json": data})
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", len(data)), struct.pack("<I", 9)))
    archive, problems = opened(path, Limits(member=2**20))
    assert archive.json("header.json") is None
    assert len(problems) == 1


def test_many_members_that_are_too_much_together_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {f"{n}.json": json.dumps("x" * 2**19).encode() for n in range(5)})
    archive, problems = opened(path, Limits(archive=2**20))
    assert [archive.json(name) is not None for name in archive.members] == [True, False, False, False, False]
    assert problems[0].endswith("more than 1 MB are packed in the archive")


def test_only_so_many_members_are_looked_at(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {f"{n}.json": b"1" for n in range(9)})
    archive, problems = opened(path, Limits(members=3))
    assert len(archive.members) == 3
    assert problems == ["only 3 of its files are looked at"]


def test_what_is_damaged_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.json": b'{"a": 1}', "b\n.json": b"torn{"}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b'{"a": 1}', b'{"a": 2}'))
    archive, problems = opened(path)
    assert [archive.json(name) for name in ("a.json", "b\n.json", "none")] == [None, None, None]
    assert [problem.partition(" ")[0] for problem in problems] == ["a.json", "b", "none"]
    assert all("\n" not in problem for problem in problems)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_that_is_cut_off_is_read_up_to_there(tmp_path: Path, method: int) -> None:
    members = {f"{number}.json": json.dumps([number] * 50).encode() for number in range(4)}
    path = packed(tmp_path / "a.zip", members, method)
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"PK\x03\x04") + 40])
    archive, problems = opened(path)
    assert archive.members == ("0.json", "1.json", "2.json")
    assert archive.json("2.json") == [2] * 50
    assert problems == ["the archive is damaged, its first whole files are shown: File is not a zip file"]


def test_a_bomb_is_none_in_a_damaged_archive_either(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.json": b" " * 2**24 + b"1", "b.json": b"2"})
    data = path.read_bytes().replace(struct.pack("<I", 2**24 + 1), struct.pack("<I", 9))
    path.write_bytes(data[: data.index(b"PK\x01\x02")])
    archive, _ = opened(path, Limits(member=2**20))
    assert archive.json("a.json") is None
    assert archive.json("b.json") == 2


def test_an_encrypted_member_and_no_archive_at_all_are_told(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.json": b"1"})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    archive, problems = opened(path)
    assert archive.json("a.json") is None
    assert "encrypted" in problems[0]
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04" + os.urandom(500))
    archive, problems = opened(tmp_path / "b.zip")
    assert archive.members == ()
    assert len(problems) == 1
