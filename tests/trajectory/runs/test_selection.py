"""The rows that are wanted are found in columns, those that come later, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.trajectory.runs import selection
from app.trajectory.runs.selection import Filter, marks
from tests.trajectory.written import asked, finished, notes, records, requested, rows_of

RUN = [
    *records(
        asked(1), requested("a", 1, "bash"), requested("b", 1, "edit"), finished("b", "failed"), finished("a")
    ),
    *records(requested("c", 1, "edit"), finished("c"), first=5, agent="reader"),
]


def marked(rows: bytearray) -> list[int]:
    """The rows that are wanted."""
    return [row for row, mark in enumerate(rows) if mark]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), [0, 1, 2, 3, 4, 5, 6]),
        (Filter(kinds=frozenset({"tool.finished"})), [3, 4, 6]),
        (Filter(kinds=frozenset({"tool.finished", "model.request"})), [0, 3, 4, 6]),
        (Filter(tools=frozenset({"edit"})), [2, 3, 5, 6]),
        (Filter(tools=frozenset({"bash", "edit"})), [1, 2, 3, 4, 5, 6]),
        (Filter(agents=frozenset({""})), [0, 1, 2, 3, 4]),
        (Filter(agents=frozenset({"reader"})), [5, 6]),
        (Filter(failed=True), [3]),
        (Filter(frozenset({"tool.requested"}), frozenset({"edit"}), frozenset({"reader"})), [5]),
        (Filter(frozenset({"tool.requested"}), failed=True), []),
        (Filter(kinds=frozenset({"nothing"})), []),
        (Filter(tools=frozenset({"nothing"})), []),
    ],
)
def test_a_row_has_to_meet_every_condition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: Filter, expected: list[int]
) -> None:
    rows = rows_of(tmp_path / "t", RUN)
    assert marked(marks(rows, wanted)) == expected
    assert [4 + row for row in marked(marks(rows, wanted, 4))] == [row for row in expected if row >= 4]
    assert marks(rows, wanted, 7) == b""
    monkeypatch.setattr(selection, "_PIECE", 2)
    assert marked(marks(rows, wanted)) == expected


def test_there_may_be_more_tools_than_a_byte_can_count(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "t", records(*(requested(f"c{at}", 1, f"tool {at}") for at in range(600))))
    for at in (0, 255, 256, 599):
        assert marked(marks(rows, Filter(tools=frozenset({f"tool {at}"})))) == [at]


def test_an_empty_run_has_no_rows(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "t", notes(1))
    assert marked(marks(rows, Filter(failed=True))) == []
