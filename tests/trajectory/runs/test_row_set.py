"""Some of the rows of a run: the same as a sorted list of them, but quick to look through."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from app.trajectory.runs import row_set
from app.trajectory.runs.row_set import RowSet, in_both

SHARES = (0, 0.02, 0.5, 1)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many of them in a short run."""
    monkeypatch.setattr(row_set, "_PIECE", 8)
    monkeypatch.setattr(row_set, "_PART", 16)


def drawn(chance: random.Random, share: float, count: int = 100) -> bytes:
    """For each row whether it is one of them."""
    return bytes(chance.random() < share for _ in range(count))


def of(marks: bytes, *lengths: int) -> RowSet:
    """A set to which parts were added one after the other."""
    rows, start = RowSet(), 0
    for length in (*lengths, len(marks)):
        rows.extend(marks[start : start + length])
        start += length
    return rows


def listed(marks: Sequence[int]) -> list[int]:
    return [row for row, mark in enumerate(marks) if mark]


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("lengths", [(), (1, 7, 8, 16, 3, 0, 29), (100,)])
def test_it_is_a_sorted_list_however_it_has_grown(share: float, lengths: tuple[int, ...]) -> None:
    marks = drawn(random.Random(7), share)
    rows, expected = of(marks, *lengths), listed(marks)
    assert rows.end == 100
    assert len(rows) == len(expected)
    assert list(rows) == expected
    assert [rows[place] for place in reversed(range(len(rows)))] == expected[::-1]
    assert [row in rows for row in range(-1, 102)] == [row in expected for row in range(-1, 102)]
    assert [rows.before(row) for row in range(102)] == [
        sum(each < row for each in expected) for row in range(102)
    ]
    with pytest.raises(IndexError):
        rows[len(expected)]


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("other", SHARES)
def test_the_nearest_beyond_a_row_come_first(share: float, other: float) -> None:
    chance = random.Random(11)
    marks, others = drawn(chance, share), drawn(chance, other, 90)
    rows, among = of(marks, 33), of(others, 50)
    both = [row for row in listed(marks) if row in among]
    for row in range(-1, 101):
        assert list(rows.beyond(row, 1)) == [each for each in listed(marks) if each > row]
        assert list(rows.beyond(row, -1)) == [each for each in reversed(listed(marks)) if each < row]
        assert list(rows.beyond(row, 1, among)) == [each for each in both if each > row]
        assert list(rows.beyond(row, -1, among)) == [each for each in reversed(both) if each < row]


def test_what_was_looked_at_last_is_looked_at_again_once_there_is_more() -> None:
    rows = of(b"\1\0\1")
    assert list(rows) == [0, 2]
    rows.extend(b"\1")
    assert list(rows) == [0, 2, 3]


def test_an_empty_one_has_no_rows() -> None:
    rows = RowSet()
    assert (len(rows), rows.end, rows.before(5), list(rows), list(rows.beyond(-1, 1))) == (0, 0, 0, [], [])


def test_marks_of_both_are_where_each_has_one() -> None:
    assert in_both(b"\0\0\1\1", b"\0\1\0\1") == b"\0\0\0\1"
