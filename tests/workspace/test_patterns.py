from __future__ import annotations

import re
import subprocess
import tempfile
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.workspace.errors import SearchError
from app.workspace.patterns import read_pattern
from tests.workspace.searching import RIPGREP, needs_ripgrep

LINES = [
    b"foo", b"foobar", b"Foo {", b"interface{", b"a++", b"[x]", b"<tag>", b"x < y", "naïve".encode(), b"\tin",
    b"out  ", b"", b"  ", b"a.b", b"$HOME", b"^up", b"foo|bar", b"a\\b", "日本".encode(), b"foo_bar1",
    b"\x1fus",
    b'{"a": 1}', b"f(x)", b"a{2}", b"aa", "\xa0nb".encode(), b"win\r", b"mid\rdle", b"caf\xe9", b"\xe9",
    b"A&&B",
]  # fmt: skip
TEXT = b"\n".join(LINES) + b"\n"


def by_python(pattern: str, text: bytes) -> list[int]:
    """Numbers of the lines that match; all of the text is searched at once, as the program does."""
    python = read_pattern(pattern).python
    assert python is not None
    decoded = text.decode("utf-8", "surrogateescape").removesuffix("\n")
    starts = [match.start() for match in re.compile(python, re.MULTILINE).finditer(decoded)]
    return sorted({decoded.count("\n", 0, start) + 1 for start in starts})


def by_ripgrep(pattern: str, text: bytes) -> list[int]:
    """Numbers of the lines that match."""
    ripgrep = read_pattern(pattern).ripgrep
    assert ripgrep is not None
    assert RIPGREP is not None
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "text").write_bytes(text)
        command = [RIPGREP, "--no-config", "--text", "--line-number", f"--regexp={ripgrep}", "text"]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return [int(line.partition(b":")[0]) for line in done.stdout.splitlines() if b":" in line]


@pytest.mark.parametrize(
    ("pattern", "lines"),
    [
        ("^foo$", ["foo"]),
        ("Foo {", ["Foo {"]),
        ('{"a"', ['{"a": 1}']),
        ("a{2}", ["aa"]),
        (r"a\{2}", ["a{2}"]),
        (r"a\+\+", ["a++"]),
        (r"\<foo\>", ["foo", "foo|bar"]),
        (r"(?i)^FOO.bar", ["foo|bar", "foo_bar1"]),
        (r"(?i:F)oo ", ["Foo {"]),
        (r"(?<one>o)o\b", ["foo", "Foo {", "foo|bar"]),
        ("^[[]", ["[x]"]),
        (r"^\[", ["[x]"]),
        ("[]<]", ["[x]", "<tag>", "x < y"]),
        ("[a&&b]&", ["A&&B"]),
        ("[$^]", ["$HOME", "^up"]),
        (r"\"a\"", ['{"a": 1}']),
        (r"f\(x\)", ["f(x)"]),
        (r"a\\b", ["a\\b"]),
        (r"\u65e5\x{672c}", ["日本"]),
        ("^[[:alpha:]]{3}$", ["foo", "win\r"]),
        ("^[[:space:]]+$", ["  "]),
        (r"^\s+\S", ["\tin", "\xa0nb"]),
        (r"\s$", ["out  ", "  "]),
        (r"^\s*$", ["", "  "]),
        ("^.$", []),
        ("caf.", []),
        (r"^\W", ["[x]", "<tag>", "\tin", "  ", "$HOME", "^up", "\x1fus", '{"a": 1}', "\xa0nb"]),
        ("win$", ["win\r"]),
        (r"win\z", ["win\r"]),
        ("win.", []),
        (r"mid\W", []),
        (r"[^\W\d_]{6}", ["foobar", "interface{"]),
        (r"[\s\S]{9}", ["interface{"]),
        (r"[\x00-\x1f]", ["\tin", "\x1fus"]),
        (r"[^\n\x00-\x7f]{2}", ["日本"]),
        ("[A-Z-]{2}", ["$HOME"]),
    ],
)
def test_a_pattern_means_the_same_to_either(pattern: str, lines: list[str]) -> None:
    expected = [LINES.index(line.encode()) + 1 for line in lines]
    assert by_python(pattern, TEXT) == expected
    if RIPGREP is not None:
        assert by_ripgrep(pattern, TEXT) == expected


ATOMS = st.sampled_from([
    "a", "b", "é", " ", ".", r"\s", r"\S", r"\w", r"\W", r"\d", r"\D", "[ab]", "[^a]", r"[\s\S]", r"[\D\s]",
    "[[:alpha:]]", "[^[:space:]]", "{", "}", "]", r"\x41", r"\<", "[]a]", "-", "#", "~",
])  # fmt: skip
REPEATS = st.sampled_from(["", "", "", "*", "+", "?", "*?", "+?", "{2}", "{1,}", "{,2}", "{0,3}"])
BORDERS = st.sampled_from([r"\b", r"\<", "^", "$"])
PARTS = st.one_of(st.tuples(ATOMS, REPEATS).map("".join), BORDERS)
PATTERNS = st.recursive(
    st.lists(PARTS, min_size=1, max_size=4).map("".join),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("|".join), inner.map("({})".format), inner.map("(?i:{})?".format)
    ),
    max_leaves=3,
)
BYTES = st.sampled_from([
    b"a", b"b", b"A", b" ", b"\t", b"1", b"{", b"-", "é".encode(), b"\xe9", b"\r", b"\r\n", b"\n",
])  # fmt: skip


@needs_ripgrep
@settings(max_examples=60)
@given(pattern=PATTERNS, text=st.lists(BYTES, min_size=1, max_size=40).map(b"".join))
def test_any_pattern_means_the_same_to_either(pattern: str, text: bytes) -> None:
    assert by_python(pattern, text) == by_ripgrep(pattern, text)


def test_what_only_one_has_is_left_to_it() -> None:
    for pattern in ("foo(?=bar)", "(?<!o)b", r"(o)\1", "(?P<o>o)(?P=o)", "(?>foo)", r"\B"):
        assert read_pattern(pattern).ripgrep is None
        assert by_python(pattern, TEXT)
    assert read_pattern(r"\p{Greek}").python is None


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("a(", "unclosed group"),
        ("a)", "unopened group"),
        ("[a", "unclosed class"),
        ("[z-a]", "goes backwards"),
        ("i++", r"write \\\+"),
        ("*.py", r"write \\\*"),
        ("a|*", "nothing to repeat"),
        ("foo\\", "at the end"),
        (r"\q", "has no meaning"),
        (r"\x{110000}", "is no letter"),
        ("a(?i)b", "at the beginning only"),
        ("(?x)a", "no group that is known"),
        ("[[:nope:]]", "there is no class"),
        (r"foo\nbar", "within one line"),
        ("foo\nbar", "within one line"),
        (r"[\r\n]", "within one line"),
        (r"\p{L}(?=x)", "cannot be used together"),
        ("x" * 2001, "longer than"),
    ],
)
def test_what_cannot_be_understood_is_told(pattern: str, why: str) -> None:
    with pytest.raises(SearchError, match=why):
        read_pattern(pattern)


def test_ripgrep_writes_down_one_match_a_line() -> None:
    """It tells of each match in JSON: of a line of 300 kB and the pattern `a` that would be 13 MB."""
    ripgrep = read_pattern("a").ripgrep
    assert ripgrep is not None
    assert [match[0] for match in re.finditer(ripgrep.replace("(?-u:", "(?:"), "baaa\nca")] == ["aaa", "a"]


def test_nothing_is_written_that_python_warns_of() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for pattern in ("[[a]", "[a||b]", "[a-]", "[a~~b]", "[&&]"):
            re.compile(read_pattern(pattern).python or "")
