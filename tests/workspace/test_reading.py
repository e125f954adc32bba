from __future__ import annotations

import os
import threading
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.workspace.atomic import StoppedError
from app.workspace.errors import FileError
from app.workspace.paths import Workspace
from app.workspace.reading import view_file


def view(path: Path, view_range: Sequence[int] | None = None, limit: int = 30_000) -> str:
    location = Workspace(path.parent if path.is_file() else path).locate(str(path))
    return view_file(location, view_range, limit, threading.Event())[0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.txt"


def test_lines_are_numbered_and_keep_their_blanks(path: Path) -> None:
    path.write_bytes(b"\tone  \r\ntwo\x0b\x85\nlast")
    assert view(path) == (
        "     1\t\tone  \n     2\ttwo\x0b\ufffd\n     3\tlast\n"
        "[\ufffd stands for bytes that are not UTF-8; edits elsewhere keep them]\n"
    )


def test_a_range_shows_these_lines_and_says_what_there_is_more(path: Path) -> None:
    path.write_text("".join(f"line {number}\n" for number in range(1, 101)))
    assert view(path, [3, 4]) == "     3\tline 3\n     4\tline 4\n"
    assert view(path, [99, -1]) == "    99\tline 99\n   100\tline 100\n"
    assert view(path, [99, 5000]) == "    99\tline 99\n   100\tline 100\n"


@pytest.mark.parametrize("view_range", [[0, 3], [3, 2], [-1, 3], [1, 0], [1, -2], [1], [1, 2, 3]])
def test_a_range_that_is_none_is_an_error(view_range: list[int], path: Path) -> None:
    path.write_text("a\nb\nc\n")
    with pytest.raises(FileError, match="view_range"):
        view(path, view_range)


def test_a_range_beyond_the_end_says_how_long_the_file_is(path: Path) -> None:
    path.write_text("a\nb")
    with pytest.raises(FileError, match="line 3 is out of range: the file has 2 lines"):
        view(path, [3, 4])


def test_a_long_file_is_cut_at_a_line_and_says_so(path: Path) -> None:
    path.write_text("".join(f"line {number}\n" for number in range(1, 5001)))
    text = view(path, limit=1000)
    assert len(text) < 1200
    last = len(text.splitlines()) - 1
    assert text.splitlines()[-2] == f"{last:6}\tline {last}"
    assert text.endswith(f"[lines 1 to {last} of 5,000 are shown; use view_range, or grep, for the rest]\n")


def test_every_line_of_a_file_can_be_reached(path: Path) -> None:
    content = [f"line {number} {'x' * (number % 97)}" for number in range(1, 3001)]
    path.write_text("\n".join(content))
    seen: list[str] = []
    while len(seen) < len(content):
        shown = [line for line in view(path, [len(seen) + 1, -1], 2000).splitlines() if line[0] != "["]
        assert shown
        seen += [line.partition("\t")[2] for line in shown]
    assert seen == content


def test_a_very_long_line_is_cut_and_says_so(path: Path) -> None:
    path.write_text("x" * 5000 + "\nnext\n")
    assert "… [3,000 more characters in this line]\n     2\tnext\n" in view(path)
    path.write_text("x" * 100_000 + "\nnext\n")
    text = view(path)
    assert len(text) < 3000
    assert "line 1 is longer than can be shown" in text
    assert view(path, [2, 2]) == "     2\tnext\n"


def test_a_byte_order_mark_is_told_not_shown(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbfone\n")
    assert view(path).startswith("     1\tone\n[the file begins with a byte order mark")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG image"),
        (b"\xff\xd8\xff\xe0\0", "a JPEG image"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP image"),
        (b"\xfe\xff\0a", "UTF-16 text"),
        (b"a\0b", "binary data"),
    ],
)
def test_what_is_not_text_is_named(content: bytes, kind: str, path: Path) -> None:
    path.write_bytes(content)
    assert view(path) == f"a.txt is {kind}, {len(content)} bytes; it is not shown here\n"


def test_an_empty_file_is_empty(path: Path) -> None:
    path.touch()
    assert view(path) == "a.txt is empty\n"
    assert view(path, [1, -1]) == "a.txt is empty\n"


def test_forty_lines_of_a_giant_file_take_little_memory(path: Path) -> None:
    line = b"0123456789 abcdefghij klmnopqrst uvwxyz ABCDEFGH\n"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(line * 10_000)
    assert path.stat().st_size == 49_000_000
    tracemalloc.start()
    text = view(path, [900_000, 900_039])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(text.splitlines()) == 40
    assert text.startswith("900000\t0123")
    assert peak < 8 * 2**20


def test_the_start_of_a_file_too_long_to_count_is_shown(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"first\nsecond\n")
        file.truncate(80 * 2**20)
        file.seek(0)
        for _ in range(80):
            file.write(b"first\nsecond\n" * 80_000)
    assert "lines 1 to 2 of a file of" not in view(path, [1, 2])
    assert "of a file of 83,886,080 bytes are shown" in view(path)


def test_reading_stops_when_nobody_waits(path: Path) -> None:
    path.write_text("a\n")
    stop = threading.Event()
    stop.set()
    with pytest.raises(StoppedError):
        view_file(Workspace(path.parent).locate("a.txt"), None, 1000, stop)


def test_a_folder_is_listed_two_levels_deep_without_what_git_ignores(tmp_path: Path) -> None:
    for name in (
        "src/app/deep/file.py", "src/main.py", "src/gen/out.py", "node_modules/x/y.js", ".git/config",
        ".github/workflows/ci.yml", ".env", "b.txt", "a\nb",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".gitignore").write_text("node_modules/\n")
    (tmp_path / "src/.gitignore").write_text("gen\n")
    (tmp_path / "link").symlink_to("src/main.py")
    (tmp_path / "empty").mkdir()
    assert view(tmp_path) == (
        "./\n  .github/\n    workflows/\n  .gitignore\n  a\\nb\n  b.txt\n  empty/\n  link -> src/main.py\n"
        "  src/\n    .gitignore\n    app/\n    main.py\n"
    )
    assert view(tmp_path / "empty") == "./ is empty, or holds only ignored files\n"
    with pytest.raises(FileError, match="is a directory"):
        view(tmp_path, [1, 2])


def test_an_ignored_folder_can_be_looked_into_by_name(tmp_path: Path) -> None:
    (tmp_path / "build/lib").mkdir(parents=True)
    (tmp_path / "build/lib/a.o").touch()
    (tmp_path / ".gitignore").write_text("build/\n*.o\n")
    location = Workspace(tmp_path).locate("build")
    text, stamp = view_file(location, None, 1000, threading.Event())
    assert text == "build/\n  lib/\n    a.o\n"
    assert stamp is None


def test_a_huge_folder_is_cut_and_says_so(tmp_path: Path) -> None:
    for number in range(700):
        (tmp_path / f"{number:04}").touch()
    text = view(tmp_path)
    assert text.endswith("  0499\n[200 more; view a folder further down, or use glob]\n")


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    location = Workspace(tmp_path).locate("gone")
    with pytest.raises(FileNotFoundError):
        view_file(location, None, 1000, threading.Event())
    assert os.listdir(tmp_path) == []
