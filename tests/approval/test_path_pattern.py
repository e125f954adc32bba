"""Which paths a pattern fits; what forbids errs on the side of fitting, what allows does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec.patterns.gitignore import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from app.approval.path_pattern import PathPattern, PatternError, check_path


def forbids(text: str, path: str) -> bool:
    return PathPattern(text, "/w", "/home/me", exact=False).fits(path)


def allows(text: str, path: str) -> bool:
    return PathPattern(text, "/w", "/home/me", exact=True).fits(path)


@pytest.mark.parametrize(
    ("text", "path", "fits"),
    [
        ("secrets/**", "/w/secrets/a/b", True),
        ("secrets/**", "/w/secrets", True),
        ("secrets/**", "/w/other/secrets/a", False),
        ("secrets/**", "/w/secrets_too/a", False),
        ("secrets", "/w/deep/secrets/a", True),
        ("secrets/", "/w/secrets/a", True),
        ("*.pem", "/w/deep/a.pem", True),
        ("*.pem", "/w/a.pem.txt", False),
        ("*.pem", "/elsewhere/a.pem", False),
        ("src/*.py", "/w/src/a.py", True),
        ("src/*.py", "/w/src/deep/a.py", False),
        ("src/**/test_*", "/w/src/a/b/test_x", True),
        ("/etc/**", "/etc/passwd", True),
        ("/etc/**", "/w/etc/passwd", False),
        ("~/.ssh/**", "/home/me/.ssh/id", True),
        ("~/.ssh/**", "/home/you/.ssh/id", False),
        ("**", "/w/a", True),
        ("**", "/w", True),
        ("**", "/elsewhere", False),
        ("/**", "/elsewhere", True),
        ("data[1]", "/w/data1", True),
        (r"data\[1]", "/w/data[1]", True),
    ],
)
def test_a_path_is_written_as_in_gitignore(text: str, path: str, fits: bool) -> None:
    assert forbids(text, path) is fits
    assert allows(text, path) is fits if not text.startswith(("/", "~")) else True


def test_what_forbids_ignores_case_and_what_allows_does_not() -> None:
    assert forbids("Secrets/**", "/w/sECRETS/a")
    assert not allows("Secrets/**", "/w/sECRETS/a")


def test_a_line_end_in_a_name_hides_nothing() -> None:
    assert forbids("*.pem", "/w/a\nb/c.pem")
    assert forbids("secrets/**", "/w/secrets/a\nb")


def test_what_forbids_follows_links_in_the_pattern_and_what_allows_does_not(tmp_path: Path) -> None:
    root, outside = tmp_path / "w", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "linked").symlink_to(outside)
    for text in ("linked/**", "linked/a", "linked"):
        assert PathPattern(text, str(root), "/", exact=False).fits(str(outside / "a"))
        assert not PathPattern(text, str(root), "/", exact=True).fits(str(outside / "a"))


@pytest.mark.parametrize(
    ("text", "folder", "may"),
    [
        ("secrets/**", "/w", True),
        ("secrets/**", "/w/secrets/deep", True),
        ("secrets/**", "/w/src", False),
        ("*.pem", "/w/src", True),
        ("src/*/key", "/w/src", True),
        ("src/*/key", "/w/lib", False),
        ("/etc/**", "/w", False),
    ],
)
def test_a_folder_may_hold_what_is_meant(text: str, folder: str, may: bool) -> None:
    assert PathPattern(text, "/w", "/home/me", exact=False).may_fit_in(folder) is may


@pytest.mark.parametrize(
    "text",
    [
        "!a",
        "#a",
        "../a",
        "a/../b",
        "./a",
        "a//b",
        "//a",
        "~you/a",
        "~",
        "/",
        "[",
        "a\\",
        "[z-a]",
        "[a--b]",
        "[]",
        "[!]",
    ],
)
def test_a_path_that_would_not_mean_what_it_seems_to_is_refused(text: str) -> None:
    with pytest.raises(PatternError):
        check_path(text)


# Three stars are one to git; to the other implementation they fit no name, too.
NAMES = st.text(st.sampled_from("aAb.-*?[]!^\\"), min_size=1, max_size=5).filter(
    lambda name: "***" not in name
)
BETWEEN = st.lists(NAMES | st.just("**"), min_size=1, max_size=4).map("/".join)
ENDS = st.sampled_from(["", "/"])
PATTERNS = st.builds("{}{}{}".format, ENDS, BETWEEN, ENDS)
PATHS = st.lists(st.text("aAb.-]!^[", min_size=1, max_size=4), min_size=1, max_size=5).map("/".join)


@settings(max_examples=300)
@given(PATTERNS, PATHS)
def test_a_pattern_fits_what_a_gitignore_would_leave_out(text: str, path: str) -> None:
    try:
        pattern = PathPattern(f"/base{text}" if text.startswith("/") else text, "/base", "/", exact=True)
    except PatternError:
        return
    try:
        other = GitIgnoreSpecPattern(text).regex
    except GitIgnorePatternError:
        return
    assert other is not None
    # Where the pattern is about what is in a folder, ours is about the folder, too.
    expected = other.search(path) or other.search(f"{path}/")
    assert pattern.fits(f"/base/{path}") is (expected is not None)


@pytest.mark.timeout(5)  # where each star is tried against each, it would be minutes
@pytest.mark.parametrize("text", ["**/a/**/a/**/a/**/b", "*a*a*a*a*b", "**/*a*a*a*b", "a/**/*a*/**/*a*b"])
def test_a_long_path_is_held_against_a_pattern_in_bounded_time(text: str) -> None:
    pattern = PathPattern(text, "/w", "/", exact=False)
    for path in ("a/" * 4000, "a" * 8000, ("a" * 250 + "/") * 32):
        assert not pattern.fits(f"/w/{path}")
