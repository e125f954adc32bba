"""With ripgrep and without, a search of the oddest tree finds the same."""

from __future__ import annotations

import asyncio
import os
import random
import socket
from pathlib import Path

import pytest

from app.workspace.paths import Workspace
from app.workspace.search import Query, Search
from tests.workspace.searching import needs_ripgrep, search_by, workspace_in, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace_in(tmp_path)


@pytest.fixture(params=["ripgrep", "own"])
def search(request: pytest.FixtureRequest, root: Path) -> Search:
    return search_by(request.param, root)


async def files_with_x(search: Search, path: str = ".") -> list[str]:
    """The files that hold an x; both tools must agree on what is looked at."""
    found = await search.grep(Query("x", path=path, output="files", most=1000))
    listed = await search.glob("*", path, most=1000)
    assert set(found.text.splitlines()) <= set(listed.text.splitlines())
    return found.text.splitlines()


async def test_rules_are_read_as_git_reads_them(root: Path, search: Search) -> None:
    (root / ".git").mkdir()
    write(root, dict.fromkeys((
        "a.log", "keep.log", "top", "sub/top", "build/in", "sub/build/in", "docs/a/b.md", "docs/c.md",
        "foo/in", "foo/keep", "sp ace", "#x", "!x", "b.tmp", "sub/b.tmp", "sub/c.tmp", "-dash", "[a]",
        ".hidden",
    ), "x\n"))  # fmt: skip
    write(root, {
        ".gitignore": "*.log\n!keep.log\n/top\nbuild/\ndocs/**/*.md\n!docs/c.md\nfoo/*\n!foo/keep\n"
        "sp\\ ace\n\\#x\n\\!x\n*.tmp\n/\n//\n[z-a]\n[\nx{\n\\[a\\]   \n# -dash\n",
        "sub/.gitignore": "!b.tmp\n",
    })  # fmt: skip
    assert await files_with_x(search) == [
        "-dash", ".gitignore", ".hidden", "docs/c.md", "foo/keep", "keep.log", "sub/b.tmp", "sub/top",
    ]  # fmt: skip


async def test_rules_that_git_and_ripgrep_read_differently_are_read_as_ripgrep_does(
    root: Path, search: Search
) -> None:
    write(root, dict.fromkeys(("a.js", "a.ts", "a.{js,ts}", "b/x.log", "b/y.tmp", "b/z"), "x\n"))
    write(root, {".gitignore": "*.{js,ts}\n", "b/.gitignore": "*.log\n!\n*.tmp\n"})
    assert await files_with_x(search) == ["a.{js,ts}", "b/x.log", "b/z"]


async def test_only_gitignore_files_of_the_tree_are_rules(root: Path, search: Search) -> None:
    write(root, dict.fromkeys(("a", "b", "c", "d", "e"), "x\n"))
    write(root, {
        ".ignore": "a\nb\n", ".git/info/exclude": "c\n", ".git/HEAD": "ref: refs/heads/x\n",
        ".git/config": f"[core]\n\texcludesFile = {root}/excludes\n", "excludes": "d\n", ".gitignore": "e\n",
    })  # fmt: skip
    assert await files_with_x(search) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("top", [True, False], ids=["in a repository", "in none"])
async def test_a_submodule_has_rules_of_its_own(top: bool, root: Path, search: Search) -> None:
    if top:
        (root / ".git").mkdir()
        write(root, {"module/.git": "gitdir: ../.git/modules/module\n"})
    write(root, {".gitignore": "*.a\n", "module/.gitignore": "*.b\n"})
    write(root, dict.fromkeys(("in.a", "in.b", "module/in.a", "module/in.b", "module/in.c"), "x\n"))
    assert await files_with_x(search) == ["in.b", *(["module/in.a"] if top else []), "module/in.c"]
    assert await files_with_x(search, "module") == [*(["module/in.a"] if top else []), "module/in.c"]


async def test_rules_may_be_written_on_any_system(root: Path, search: Search) -> None:
    write(root, dict.fromkeys(("a", "b", "c", "sub/d", "sub/e", "sub/x"), "x\n"))
    write(root, {".gitignore": b"a\r\nb  \r\n\xff\xfe\r\nc\r\n", "rules": "d\n"})
    (root / "sub/.gitignore").symlink_to("../rules")
    # What follows upon bytes that are no text is no rule.
    assert await files_with_x(search) == ["c", "sub/e", "sub/x"]


async def test_only_regular_files_that_can_be_read_are_searched(root: Path, search: Search) -> None:
    write(root, {"a/b/c": "x\n", "closed/in": "x\n", "secret": "x\n", "z": "x\n"})
    (root / "a/circle").symlink_to(root)
    (root / "a/b/self").symlink_to("self")
    (root / "gone").symlink_to("nowhere")
    (root / "again").symlink_to("z")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        folder = os.open(root, os.O_RDONLY)  # a socket's path may be only so long
        listening.bind(f"/proc/self/fd/{folder}/socket" if os.path.isdir("/proc/self/fd") else "socket")
        os.close(folder)
    (root / "closed").chmod(0)
    (root / "secret").chmod(0)
    closed = [] if os.access(root / "secret", os.R_OK) else ["closed/in", "secret"]  # root may read all
    expected = [name for name in ("a/b/c", "closed/in", "secret", "z") if name not in closed]
    try:
        assert await files_with_x(search) == expected
    finally:
        (root / "closed").chmod(0o700)


async def test_names_of_any_bytes_are_found_in_the_order_of_their_bytes(root: Path, search: Search) -> None:
    names = [b"-e", b"a", b"a b", b"a.x", b"caf\xe9", b"n\nl", "ü".encode(), "\u202ex".encode()]
    for name in names:
        (root / os.fsdecode(name)).write_text("x\n")
    (root / "a\u200bdir").mkdir()
    (root / "a\u200bdir/in").write_text("x\n")
    shown = ["-e", "a", "a b", "a.x", "a\\u200bdir/in", "caf\\udce9", "n\\nl", "ü", "\\u202ex"]
    assert await files_with_x(search) == shown
    assert sorted((await search.glob("?")).text.splitlines()) == ["a", "ü"]
    assert (await search.glob("caf?")).count == 1
    assert (await search.grep(Query("x", include="?", output="files"))).text == "a\nü\n"


async def test_what_always_asks_is_left_out_however_its_name_is_hidden(root: Path, search: Search) -> None:
    write(root, dict.fromkeys((".ENV", ".Git/in", ".e\u200bnv", ".g\u200cit/in", "env", ".env.local"), "x\n"))
    assert await files_with_x(search) == ["env"]


async def test_texts_of_any_kind_are_read_alike(root: Path, search: Search) -> None:
    write(root, {
        "bom": b"\xef\xbb\xbfx1\n", "be": b"\xfe\xff" + "x\u00e9\n".encode("utf-16-be"), "cr": b"x\rx2\n",
        "crlf": b"x3\r\n\r\nx4\r\n", "end": b"x5", "latin": b"caf\xe9 x\n", "nul": b"x\0\nx\n",
        "late": b"y\n" * 50_000 + b"x\n\0", "long": b"y" * 200_000 + b"x6" + b"y" * 200_000 + b"\nx7\n",
    })  # fmt: skip
    for pattern, lines in {
        r"^x\w$": ["be:1:xé", "bom:1:x1", "crlf:1:x3", "crlf:3:x4", "end:1:x5", "long:2:x7"],
        r"caf.": [],
        r"caf\b": ["latin:1:caf\ufffd x"],
        r"x\d$": ["bom:1:x1", "cr:1:x\rx2", "crlf:1:x3", "crlf:3:x4", "end:1:x5", "long:2:x7"],
        r"\d\s*$": ["bom:1:x1", "cr:1:x\rx2", "crlf:1:x3", "crlf:3:x4", "end:1:x5", "long:2:x7"],
        r"^$": ["crlf:2:"],
        r"x.x": [],
    }.items():
        assert (await search.grep(Query(pattern))).text == "".join(f"{line}\n" for line in lines), pattern
    excerpt = (await search.grep(Query("x6"))).text
    assert "yx6y" in excerpt
    assert len(excerpt) < 450


async def test_a_match_in_a_line_of_megabytes_is_told_and_not_shown(root: Path, search: Search) -> None:
    write(root, {"a.js": "ab" * 5_000_000 + "\nb\n", "b.js": "b\n"})
    assert (await search.grep(Query("b"))).text == "a.js:[a line too long to be shown]\na.js:2:b\nb.js:1:b\n"
    assert (await search.grep(Query("b", output="count"))).text == "a.js:2\nb.js:1\n"


def generated_tree(root: Path, seed: int) -> None:
    """Folders, files, ignore rules, line ends and odd names, the same for the same seed."""
    chance = random.Random(seed)
    words = ["foo", "bar", "Foo", "food", "x", "", "foo bar", "naïve", "\tfoo"]
    names = ["a", "b", "foo", "src", "build", "x.py", "y.PY", "z.log", ".hidden", "-dash", "sp ace", "ünï"]
    folders = [root]
    for _ in range(25):
        folder = chance.choice(folders) / chance.choice(names)
        if not folder.exists():
            folder.mkdir()
            folders.append(folder)
    for _ in range(120):
        path = chance.choice(folders) / (chance.choice(names) + chance.choice(["", ".txt", ".py", "~"]))
        if not path.exists():
            end = chance.choice(["\n", "\r\n"])
            text = end.join(chance.choice(words) for _ in range(chance.randrange(12)))
            path.write_bytes(text.encode() + (b"\0" if chance.random() < 0.1 else b""))
    rules = [
        "build/",
        "*.log",
        "!z.log",
        "/foo",
        "src/*.py",
        "**/b",
        "a/**/x.py",
        "# note",
        "*~",
        "!/a/",
        "\\#x",
        " ",
    ]
    for folder in chance.sample(folders, min(6, len(folders))):
        lines = chance.sample(rules, 3)
        (folder / ".gitignore").write_text(chance.choice(["\n", "\r\n"]).join(lines))
    if len(folders) > 3:
        (chance.choice(folders[1:]) / ".git").mkdir()


@needs_ripgrep
@pytest.mark.parametrize("seed", range(3))
async def test_ripgrep_and_our_own_search_find_the_same(seed: int, root: Path) -> None:
    generated_tree(root, seed)
    workspace = Workspace(root)
    both = Search(workspace, ripgrep=True), Search(workspace, ripgrep=False)
    folders = sorted(str(path.relative_to(root)) for path in root.iterdir() if path.is_dir())
    some = folders[seed % len(folders)]
    for query in (
        Query("foo", most=10_000),
        Query(r"^\s*foo\b.*$", context=2, most=10_000),
        Query("FOO|ï", ignore_case=True, output="count", most=10_000),
        Query("o$", path=some, include="*.{py,txt}", output="files", most=10_000),
        Query("foo", include="src/", most=7),
    ):
        results = await asyncio.gather(*(search.grep(query, limit=10**6) for search in both))
        assert results[0] == results[1], query
    for pattern in ("*", "**/*.py", "b/**", "foo"):
        results = await asyncio.gather(*(search.glob(pattern, most=10_000) for search in both))
        assert results[0] == results[1], pattern
    assert (await both[0].grep(Query("foo", most=10_000))).count > 0
