from __future__ import annotations

import pytest

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
    ],
)
def test_a_glob_fits(glob: str, fits: list[str], misses: list[str]) -> None:
    wanted = Glob(glob)
    assert [path for path in fits if not wanted.fits(path)] == []
    assert [path for path in misses if wanted.fits(path)] == []


@pytest.mark.parametrize("glob", ["!*.py", "../*", "a/../b", "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", "[z-a]"])
def test_a_glob_that_makes_no_sense_is_refused(glob: str) -> None:
    with pytest.raises(SearchError, match="glob"):
        Glob(glob)


def test_the_names_are_what_the_last_part_must_fit() -> None:
    assert Glob("src/**/*.{ts,tsx}").names == {"*.ts", "*.tsx"}
    assert Glob("docs/").names == {"*"}
    assert Glob("{a/b,c}").names == {"b", "c"}
