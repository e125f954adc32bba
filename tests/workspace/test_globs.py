from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.workspace.errors import SearchError
from app.workspace.globs import Glob


@pytest.mark.parametrize(
    ("glob", "fits", "misses"),
    [
        ("*.py", ["a.py", "x/y/a.py", ".py"], ["a.pyc", "a.py/b", "apy"]),
        ("/*.py", ["a.py"], ["x/a.py"]),
        ("src/*.py", ["src/a.py"], ["a.py", "x/src/a.py", "src/x/a.py"]),
        ("src/**/*.py", ["src/a.py", "src/x/y/a.py"], ["src/a.js", "lib/src/a.py"]),
        ("**/test_*", ["test_a", "x/test_b.py"], ["x/atest_"]),
        ("src/**", ["src/a", "src/x/y"], ["src", "srcs/a"]),
        ("docs/", ["docs/a", "docs/x/y"], ["docs", "x/docs/a"]),
        ("*.{ts,tsx}", ["a.ts", "x/a.tsx"], ["a.js", "a.{ts,tsx}"]),
        ("{src,lib/{a,b}}/*", ["src/x", "lib/a/x", "lib/b/x"], ["lib/x", "lib/c/x"]),
        ("a?c", ["abc"], ["ac", "abbc", "a/c"]),
        ("[a-c].py", ["b.py"], ["d.py"]),
        ("[!a-c].py", ["d.py"], ["b.py", "/.py"]),
        ("[]].py", ["].py"], ["a.py"]),
        ("a\\*b", ["a*b"], ["axb"]),
        ("a+(b).c", ["a+(b).c"], ["aab.c"]),
        ("[", ["["], ["a"]),
        ("*\nx", ["a\nx"], ["ax"]),
        ("?", ["ü", "x/日"], ["ab"]),
        ("a**b/c", ["ab/c", "axb/c"], ["a/b/c"]),
        ("a/**/b/**/c", ["a/b/c", "a/x/b/y/z/c", "a/b/b/c"], ["a/c", "a/b", "ab/c"]),
        ("*a*b*c", ["abc", "xaybzc", "abcbc"], ["acb", "ab/c"]),
        ("a\\{b,c\\}", ["a{b,c}"], ["ab"]),
        ("[a-]", ["-"], ["b"]),
        ("[[&~|]", ["[", "&", "~", "|"], ["]"]),
    ],
)
def test_a_glob_fits(glob: str, fits: list[str], misses: list[str]) -> None:
    wanted = Glob(glob)
    assert [path for path in fits if not wanted.fits(path)] == []
    assert [path for path in misses if wanted.fits(path)] == []


@pytest.mark.parametrize(
    "glob",
    [
        "!*.py",
        "../*",
        "a/../b",
        "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
        "[z-a]",
        "*" * 1001,
        "{a,b}{a,b}{a,b}" + "c" * 900,
    ],
    ids=lambda glob: glob[:20],
)
def test_a_glob_that_makes_no_sense_is_refused(glob: str) -> None:
    with pytest.raises(SearchError, match="glob"):
        Glob(glob)


@pytest.mark.parametrize(
    "glob", ["*a" * 100 + "b", "**/" * 100 + "x", "**/*a*a*a/" * 50 + "x", "?*" * 200 + "b"]
)
def test_no_glob_takes_long(glob: str) -> None:
    """A search asks the loop's own process whether files fit, and no match can be cancelled."""
    wanted = Glob(glob)
    for path in ("a" * 255, "a/" * 2000, "/".join(["a" * 200] * 20)):
        assert not wanted.fits(path)


def fits(glob: list[str], path: list[str]) -> bool:
    """By the book: a `**` stands for any number of folders, at the end for all below one."""
    if not glob or glob == ["**"]:
        return bool(path) == bool(glob)
    if glob[0] == "**":
        return any(fits(glob[1:], path[skipped:]) for skipped in range(len(path) + 1))
    return bool(path) and fnmatchcase(path[0], glob[0]) and fits(glob[1:], path[1:])


NAMES = st.text("ab*?", min_size=1, max_size=5).filter(lambda name: "**" not in name)


@settings(max_examples=300)
@given(
    glob=st.lists(st.one_of(st.just("**"), NAMES), min_size=2, max_size=6),
    path=st.lists(st.text("ab", min_size=1, max_size=5), min_size=1, max_size=6),
)
def test_a_glob_fits_what_it_fits_by_the_book(glob: list[str], path: list[str]) -> None:
    assert Glob("/".join(glob)).fits("/".join(path)) == fits(glob, path)


def test_the_names_are_wider_than_what_the_last_part_must_fit() -> None:
    assert Glob("src/**/*.{ts,tsx}").names == {"*.ts", "*.tsx"}
    assert Glob("docs/").names == {"*"}
    assert Glob("{a/b,c}").names == {"b", "c"}
    assert Glob("a?[bc]d:\\*.py").names == {"a*d*.py"}
    assert Glob("[").names == {"*"}
