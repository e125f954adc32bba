from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from app.workspace import opening, programs
from app.workspace.errors import SearchError
from app.workspace.findings import Output
from app.workspace.paths import Workspace
from app.workspace.programs import find_program
from app.workspace.search import Found, Query, Search
from tests.workspace.searching import needs_ripgrep, search_by, workspace_in, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace_in(tmp_path)


@pytest.fixture(params=["ripgrep", "own"])
def search(request: pytest.FixtureRequest, root: Path) -> Search:
    return search_by(request.param, root)


async def test_lines_come_with_path_and_number_in_order(root: Path, search: Search) -> None:
    write(root, {"b.py": "x = 1\nneedle\n", "a/z.py": "needle two\n", "a.py": "nothing\n"})
    found = await search.grep(Query("need[l]e"))
    assert found == Found("a/z.py:1:needle two\nb.py:2:needle\n", 2, more=False, timed_out=False)


@pytest.mark.parametrize(
    ("output", "text"), [("files", "a.py\nb.py\n"), ("count", "a.py:2\nb.py:1\n"), ("content", "")]
)
async def test_the_output_may_be_files_or_counts(
    output: Output, text: str, root: Path, search: Search
) -> None:
    write(root, {"a.py": "x\ny\nx x\n", "b.py": "x\n", "c.py": "y\n"})
    found = await search.grep(Query("x" if text else "nowhere", output=output))
    assert found.text == text


async def test_context_shows_the_lines_around_and_parts_the_places(root: Path, search: Search) -> None:
    write(root, {"a": "1\n2\nx\n4\n5\n6\n7\nx\nx\n10\n", "b": "x\n"})
    found = await search.grep(Query("x", context=1))
    assert found.text == ("a-2-2\na:3:x\na-4-4\n--\na-7-7\na:8:x\na:9:x\na-10-10\n--\nb:1:x\n")
    assert found.count == 4


async def test_one_file_or_folder_can_be_searched(root: Path, search: Search) -> None:
    write(root, {"src/a.py": "x\n", "src/b.py": "x\n", "c.py": "x\n"})
    assert (await search.grep(Query("x", path="src"))).text == "src/a.py:1:x\nsrc/b.py:1:x\n"
    assert (await search.grep(Query("x", path="src/b.py", include="*.js"))).text == "src/b.py:1:x\n"
    assert (await search.grep(Query("x", path="c.py", output="count"))).text == "c.py:1\n"


@pytest.mark.parametrize(
    ("include", "names"),
    [
        ("*.py", ["a.py", "src/a.py", "src/deep/b.py"]),
        ("*.{js,ts}", ["src/a.js", "src/b.ts"]),
        ("src/*.{js,ts}", ["src/a.js", "src/b.ts"]),
        ("src/**/*.py", ["src/a.py", "src/deep/b.py"]),
        ("./src/a.*", ["src/a.js", "src/a.py"]),
        ("/a.py", ["a.py"]),
        ("deep", []),
        ("src/deep/", ["src/deep/b.py"]),
        ("**/deep/*", ["src/deep/b.py"]),
        ("[ab].??", ["a.py", "src/a.js", "src/a.py", "src/b.ts", "src/deep/b.py"]),
        ("*.md", []),
    ],
)
async def test_a_glob_narrows_both_searches_alike(
    include: str, names: list[str], root: Path, search: Search
) -> None:
    write(root, dict.fromkeys(("a.py", "src/a.py", "src/a.js", "src/b.ts", "src/deep/b.py", "c.md/x"), "x\n"))
    (root / "c.md/x").unlink()
    found = await search.grep(Query("x", include=include, output="files"))
    assert found.text.splitlines() == names
    assert sorted((await search.glob(include)).text.splitlines()) == names


async def test_a_glob_from_a_folder_counts_from_there(root: Path, search: Search) -> None:
    write(root, {"src/app/a.py": "x\n", "src/b.py": "x\n"})
    assert (await search.glob("app/*.py", "src")).text == "src/app/a.py\n"
    assert (await search.glob("src/*.py", "src")).text == ""


async def test_files_changed_last_come_first(root: Path, search: Search) -> None:
    write(root, dict.fromkeys(("a", "b", "c"), ""))
    for name, age in (("a", 20), ("b", 10), ("c", 30)):
        os.utime(root / name, (1e9 - age, 1e9 - age))
    assert (await search.glob("*")).text == "b\na\nc\n"
    few = await search.glob("*", most=2)
    assert few == Found("b\na\n", 2, more=True, timed_out=False)


async def test_what_git_ignores_is_left_out_unless_it_is_named(root: Path, search: Search) -> None:
    write(root, {
        ".gitignore": "build/\n*.log\n!keep.log\n/top\n", "build/out": "x\n", "a.log": "x\n",
        "keep.log": "x\n", "top": "x\n", "sub/top": "x\n", "sub/.gitignore": "*.txt\n", "sub/a.txt": "x\n",
        ".git/config": "x\n", ".github/ci.yml": "x\n", ".env": "x\n", "sub/.env.local": "x\n",
    })  # fmt: skip
    everywhere = await search.grep(Query("^x", output="files"))
    assert everywhere.text == ".github/ci.yml\nkeep.log\nsub/top\n"
    assert (await search.grep(Query("x", path="build"))).text == "build/out:1:x\n"
    assert (await search.grep(Query("x", path=".git"))).text == ".git/config:1:x\n"
    assert (await search.grep(Query("x", path=".env"))).text == ".env:1:x\n"
    assert sorted((await search.glob("*")).text.split()) == [
        ".github/ci.yml", ".gitignore", "keep.log", "sub/.gitignore", "sub/top",
    ]  # fmt: skip


async def test_rules_of_folders_above_hold_up_to_the_repository(root: Path, search: Search) -> None:
    write(root.parent, {
        ".gitignore": "*.a\n", "ws/.gitignore": "*.b\n", "ws/inner/.git/HEAD": "", "ws/inner/x.b": "x\n",
        "ws/sub/x.a": "x\n", "ws/sub/x.b": "x\n", "ws/sub/x.c": "x\n",
    })  # fmt: skip
    assert (await search.grep(Query("x", path="sub"))).text == "sub/x.c:1:x\n"
    assert (await search.grep(Query("x", path="inner"))).text == "inner/x.b:1:x\n"
    (root / ".git").mkdir()
    assert (await search.grep(Query("x", path="sub"))).text == "sub/x.a:1:x\nsub/x.c:1:x\n"


async def test_links_pipes_and_binary_files_are_not_searched(root: Path, search: Search) -> None:
    write(root, {
        "a.bin": b"x\0\nx\n", "late.bin": b"x\n" + b"y\n" * 100_000 + b"\0", "latin": b"x \xe9\n",
        "utf16": "x ö\n".encode("utf-16"), "bom": b"\xef\xbb\xbfx\n", "crlf": b"x\r\n",
    })  # fmt: skip
    os.mkfifo(root / "pipe")
    (root.parent / "outside").write_text("x\n")
    (root / "link").symlink_to("../outside")
    found = await search.grep(Query("^x"))
    assert found.text == "bom:1:x\ncrlf:1:x\nlatin:1:x \ufffd\nutf16:1:x ö\n"
    assert (await search.grep(Query("x$", output="files"))).text == "bom\ncrlf\n"
    assert (await search.grep(Query("x", path="late.bin"))).count == 0
    with pytest.raises(SearchError, match="not a regular file"):
        await search.grep(Query("x", path="pipe"))
    with pytest.raises(SearchError, match="outside the workspace"):
        await search.grep(Query("x", path="link"))
    assert (
        await search.grep(Query("x", path="link"), allow_outside=True)
    ).text == f"{root.parent}/outside:1:x\n"


async def test_a_long_line_is_shown_around_its_match(root: Path, search: Search) -> None:
    write(root, {"a.min.js": "é" * 50_000 + "needle" + "é" * 50_000 + "\n", "b": "needle" + "y" * 1000})
    first, second = (await search.grep(Query("needle"))).text.splitlines()
    assert "needle" in first
    assert "needle" in second
    assert first.startswith("a.min.js:1:…")
    assert second.startswith("b:1:needle")
    assert max(len(first), len(second)) < 450


async def test_names_are_shown_without_anything_invisible(root: Path, search: Search) -> None:
    write(root, {"a\nb:1:x": "x\n", "\u202etxt.sh": "x\n"})
    (root / os.fsdecode(b"caf\xe9")).write_text("x\n")
    found = await search.grep(Query("x"))
    assert found.text == "a\\nb:1:x:1:x\ncaf\\udce9:1:x\n\\u202etxt.sh:1:x\n"
    assert len((await search.glob("*")).text.splitlines()) == 3


async def test_letter_case_may_be_ignored_and_dashes_are_no_options(root: Path, search: Search) -> None:
    write(root, {"-rf": "--Files\n"})
    assert (await search.grep(Query("--files", ignore_case=True))).text == "-rf:1:--Files\n"
    assert (await search.grep(Query("--files"))).text == ""
    assert (await search.glob("-*")).text == "-rf\n"
    assert (await search.grep(Query("F", path="-rf"))).count == 1


async def test_look_around_and_back_references_work_with_either(root: Path, search: Search) -> None:
    write(root, {"a": "foobar\nfoobaz\nabab\n"})
    assert (await search.grep(Query("foo(?=baz)"))).text == "a:2:foobaz\n"
    assert (await search.grep(Query(r"(ab)\1"))).text == "a:3:abab\n"


@pytest.mark.parametrize(
    ("query", "why"),
    [
        (Query("a("), "unclosed group"),
        (Query("x" * 2001), "longer than"),
        (Query("x", include="x" * 1001), "longer than"),
        (Query("a\0b"), "NUL"),
        (Query("\ud800"), "halves"),
        (Query("x", path="none"), "does not exist"),
        (Query("x", include="!*.py"), "must say what to look at"),
        (Query("x", include="../*"), "must say what to look at"),
        (Query("x", include="{a,b}" * 7), "more than 64"),
    ],
)
async def test_a_wrong_request_is_told(query: Query, why: str, search: Search) -> None:
    with pytest.raises(SearchError, match=why):
        await search.grep(query)


async def test_a_file_is_no_folder_to_look_in(root: Path, search: Search) -> None:
    write(root, {"a": ""})
    with pytest.raises(SearchError, match="is a file"):
        await search.glob("*", "a")


@needs_ripgrep
async def test_no_settings_steer_ripgrep(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, {"a.txt": "x\n", ".ignore": "a.txt\n", "rc": "--files\n"})
    monkeypatch.setenv("RIPGREP_CONFIG_PATH", str(root / "rc"))
    assert (await Search(Workspace(root)).grep(Query("^x"))).text == "a.txt:1:x\n"


def test_a_program_in_the_workspace_is_never_ripgrep(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = root / "bin/rg"
    write(root, {"bin/rg": "#!/bin/sh\n"})
    program.chmod(0o755)
    elsewhere = root.parent / "bin"
    elsewhere.mkdir()
    (elsewhere / "rg").symlink_to(program)
    for path in (str(program.parent), str(elsewhere), "bin"):
        monkeypatch.chdir(root)
        monkeypatch.setenv("PATH", path)
        assert shutil.which("rg") is not None
        find_program.cache_clear()
        assert find_program("rg", root) is None
    find_program.cache_clear()


@pytest.mark.parametrize("late", [False, True], ids=["before it is opened", "after it was opened"])
async def test_a_link_put_in_after_the_check_is_not_searched(
    late: bool, root: Path, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root.parent, {"outside/secret": "x\n", "ws/sub/a": "x\n"})

    def open_folder(folder: Path) -> int:
        def swap() -> None:
            folder.rename(root / "moved")
            folder.symlink_to(root.parent / "outside")

        if not late:
            swap()
        descriptor = opening.open_folder(folder)
        if late:
            swap()
        return descriptor

    monkeypatch.setattr(programs, "open_folder", open_folder)
    if late:
        assert (await search.grep(Query("x", path="sub"))).text == "sub/a:1:x\n"
    else:
        with pytest.raises(SearchError, match="link"):
            await search.grep(Query("x", path="sub"))
