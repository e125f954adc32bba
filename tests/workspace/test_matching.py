from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.workspace.errors import EditError
from app.workspace.matching import insertion, replacement, replacements
from app.workspace.splice import spliced

# Few letters, so that matches, repeats and overlaps are common.
SMALL = st.text("ab\n", max_size=12).map(str.encode)
EXAMPLES = settings(max_examples=300)


def crlf(content: bytes) -> bytes:
    return content.replace(b"\n", b"\r\n")


def count(content: bytes, wanted: bytes) -> int:
    return sum(content.startswith(wanted, start) for start in range(len(content)))


@EXAMPLES
@given(SMALL, SMALL.filter(bool), SMALL)
def test_exactly_one_match_is_replaced(content: bytes, old: bytes, new: bytes) -> None:
    if count(content, old) == 1 and old != new:
        assert replacement(content, old, new).apply(content) == content.replace(old, new, 1)
    else:
        with pytest.raises(EditError):
            replacement(content, old, new)


@EXAMPLES
@given(SMALL, SMALL.filter(bool), SMALL)
def test_an_edit_of_a_crlf_file_is_the_same_edit_with_other_ends(
    content: bytes, old: bytes, new: bytes
) -> None:
    if count(content, old) == 1 and old != new and b"\n" in content:
        edited = replacement(content, old, new).apply(content)
        assert replacement(crlf(content), old, new).apply(crlf(content)) == crlf(edited)
        assert replacement(crlf(content), crlf(old), crlf(new)).apply(crlf(content)) == crlf(edited)


@EXAMPLES
@given(SMALL, st.integers(0, 12), SMALL, st.booleans())
def test_lines_are_inserted_as_lines(content: bytes, after: int, text: bytes, windows: bool) -> None:
    lines = content.split(b"\n")
    unended = lines.pop()
    lines = [line + b"\n" for line in lines]
    if unended:
        lines.append(unended)
    ended = text if text.endswith(b"\n") else text + b"\n"
    if windows and b"\n" in content:
        content, lines, ended = crlf(content), [crlf(line) for line in lines], crlf(ended)

    if after > len(lines):
        with pytest.raises(EditError, match="out of range"):
            insertion(content, after, text)
        return
    result = insertion(content, after, text).apply(content)
    if unended and after == len(lines):
        ending = b"\r\n" if windows and b"\n" in content else b"\n"
        assert result == content + ending + (ended if text.endswith(b"\n") else ended.removesuffix(ending))
    else:
        assert result == b"".join([*lines[:after], ended, *lines[after:]])


@EXAMPLES
@given(SMALL, SMALL.filter(bool), SMALL, st.booleans())
def test_every_match_can_be_replaced(content: bytes, old: bytes, new: bytes, windows: bool) -> None:
    if content.count(old) and old != new:
        edited = content.replace(old, new)
        if windows and b"\n" in content:
            content, edited = crlf(content), crlf(edited)
        assert spliced(content, replacements(content, old, new)) == edited
    else:
        with pytest.raises(EditError):
            replacements(content, old, new)


@pytest.mark.parametrize(
    ("content", "old", "new", "result"),
    [
        # several lines of a file whose lines end in different ways: the view shows no difference
        (b"a\r\nb\nc\r\n", b"a\nb\nc", b"A", b"A\r\n"),
        (b"a\r\nb\nc\nd\n", b"c\nd", b"C\nD", b"a\r\nb\nC\nD\n"),
        (b"x\ny\r\nz\r\n", b"y", b"y\nw", b"x\ny\r\nw\r\nz\r\n"),
        # a carriage return that is asked for is written
        (b"a\nb\n", b"a", b"a\r", b"a\r\nb\n"),
        (b"a\r\nb", b"b", b"b\nc", b"a\r\nb\r\nc"),
        # a needle that begins with a line end
        (b"a\r\nb\r\n", b"\nb", b"\nc", b"a\r\nc\r\n"),
        (b"a\r\nb\r\n", b"b\n", b"", b"a\r\n"),
    ],
)
def test_line_ends_follow_the_place(content: bytes, old: bytes, new: bytes, result: bytes) -> None:
    assert replacement(content, old, new).apply(content) == result


def test_overlapping_matches_are_not_unique() -> None:
    with pytest.raises(EditError, match=r"2 matches, at lines 1\."):
        replacement(b"aaa", b"aa", b"b")


def test_many_matches_are_counted_and_ten_lines_named() -> None:
    with pytest.raises(EditError, match=r"12 matches, at lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 …\. Add"):
        replacement(b"x\n" * 12, b"x", b"y")
    with pytest.raises(EditError, match="1000 matches or more"):
        replacement(b"x\n" * 5000, b"x", b"y")


def test_a_top_line_goes_below_the_byte_order_mark() -> None:
    content = b"\xef\xbb\xbfa\r\n"
    assert insertion(content, 0, b"n").apply(content) == b"\xef\xbb\xbfn\r\na\r\n"


@pytest.mark.parametrize(
    ("content", "old", "hint"),
    [
        (b"def f():\n\treturn 1\n", b"def f():\n    return 1\n", "differs only in blanks .* line 1"),
        (b"a = 1\nb = 2\nc = 3\n", b"a = 1\nb = 5\nc = 3\n", "from line 1, but line 2 is 'b = 2'"),
        (b"one\nretrun value\n", b"return value", "nearest line is 2: 'retrun value'"),
        (b"end of all things\n", b"begin\nend of all things", "too near the top"),
        (b"Foo\n", b"foo", "nearest line is 1: 'Foo'"),
    ],
)
def test_what_is_not_there_gets_a_hint(content: bytes, old: bytes, hint: str) -> None:
    with pytest.raises(EditError, match=f"no match.*{hint}"):
        replacement(content, old, b"new")


def test_no_hint_is_better_than_a_wild_one() -> None:
    with pytest.raises(EditError, match=r"not found in the file\.$"):
        replacement(b"1234\n", b"entirely different", b"new")
