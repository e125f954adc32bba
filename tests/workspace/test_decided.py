from __future__ import annotations

import pytest

from app.trajectory.review import HunkDecision
from app.workspace.decided import decided
from app.workspace.errors import EditError
from app.workspace.hunks import Hunk, hunks_of
from app.workspace.splice import Splice, spliced


def only_hunk(before: bytes, after: bytes) -> Hunk:
    (hunk,) = hunks_of("a", before, [Splice(0, before, after)])
    return hunk


def result(before: bytes, after: bytes, replacement: str) -> bytes:
    hunk = decided(only_hunk(before, after), HunkDecision(True, replacement))
    return spliced(before, hunk.splices())


BEFORE, AFTER = b"1\n2\n3\n4\n", b"one\nuno\n2\n3\nfour\nquattro\n"


@pytest.mark.parametrize(
    ("replacement", "expected"),
    [
        ("one\nuno\n2\n3\nfour\nquattro\n", AFTER),
        ("ONE\n2\n3\nFOUR\n", b"ONE\n2\n3\nFOUR\n"),
        ("one\n2\nthree\n", b"one\n2\nthree\n"),
        ("all\n", b"all\n"),
        ("", b""),
    ],
)
def test_the_persons_lines_take_the_place_of_all_from_the_first_change_to_the_last(
    replacement: str, expected: bytes
) -> None:
    assert result(BEFORE, AFTER, replacement) == expected


def test_lines_around_the_changes_stay() -> None:
    assert result(b"0\n" + BEFORE + b"5\n", b"0\n" + AFTER + b"5\n", "x\n") == b"0\nx\n5\n"


def test_a_line_left_as_it_was_keeps_its_bytes() -> None:
    assert result(b"a\n", b"caf\xe9\ntea\n", "caf\ufffd\ncoffee\n") == b"caf\xe9\ncoffee\n"


def test_the_end_of_a_file_without_a_newline_stays_so() -> None:
    assert result(b"a\nb", b"a\nc", "d\n") == b"a\nd"
    assert result(b"a\r\nb", b"a\r\nc", "d\ne\n") == b"a\r\nd\r\ne"
    assert result(b"a\nb", b"a\nc\n", "d") == b"a\nd\n"


def test_where_lines_end_in_different_ways_the_sign_says_how() -> None:
    assert result(b"a\r\nb\n", b"c\r\nb\n", "C␍\nD\n") == b"C\r\nD\nb\n"


def test_an_empty_line_is_a_line() -> None:
    assert result(b"a\n", b"a\nb\n", "\n") == b"a\n\n"
    assert result(b"a\n", b"a\nb\n", "") == b"a\n"


def test_half_a_character_is_refused() -> None:
    with pytest.raises(EditError, match="half a character"):
        result(b"a\n", b"b\n", "\ud800\n")
