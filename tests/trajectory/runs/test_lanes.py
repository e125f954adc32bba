"""Calls are laid out in lanes by when they ran, whatever the file says of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from app.trajectory.events import (
    ApprovalAsked,
    ApprovalDecided,
    Event,
    Note,
    Record,
    SessionResumed,
    ToolStarted,
    UserMessage,
)
from app.trajectory.runs.lanes import MODEL, Bar, Column, Lanes
from app.trajectory.runs.rows import Rows
from tests.trajectory.written import BEGAN, answered, asked, finished, records, requested, rows_of

RUN = records(
    asked(1),  # 0
    answered(1),
    requested("a", 1, "bash"),
    requested("b", 1, "edit"),
    ApprovalAsked("a", "why"),
    ToolStarted("b"),
    finished("b", "failed"),  # 6
    requested("c", 1, "read"),
    ApprovalDecided("a", True, "person", ""),
    ToolStarted("a"),
    finished("a"),  # 10
    finished("c"),
    asked(2),
    answered(2),
)


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    return rows_of(tmp_path / "t", RUN)


def laid_out(tmp_path: Path, written: Sequence[Record]) -> Lanes:
    tmp_path.mkdir(exist_ok=True)
    lanes = Lanes(rows_of(tmp_path / "t", written))
    assert not lanes.extend()
    return lanes


def all_bars(lanes: Lanes) -> list[Bar]:
    return lanes.bars(lanes.begin, lanes.end)


def spans(lanes: Lanes) -> list[tuple[int, float, float, bool]]:
    """Lane, start, end and whether it was answered, of each bar."""
    return [(bar.lane, bar.start - BEGAN, bar.end - BEGAN, bar.ended) for bar in all_bars(lanes)]


def test_each_call_has_the_first_lane_that_is_free(rows: Rows) -> None:
    lanes = Lanes(rows)
    assert not lanes.extend()
    assert (lanes.timed, lanes.begin, lanes.end, lanes.lanes) == (True, BEGAN, BEGAN + 13, 3)
    assert [(bar.lane, bar.tool, bar.row) for bar in all_bars(lanes)] == [
        (MODEL, "", 0),
        (1, "bash", 2),
        (2, "edit", 3),
        (2, "read", 7),
        (MODEL, "", 12),
    ]
    assert spans(lanes) == [
        (0, 0, 1, True),
        (1, 2, 10, True),
        (2, 3, 6, True),
        (2, 7, 11, True),
        (0, 12, 13, True),
    ]
    assert [bar.failed for bar in all_bars(lanes)] == [False, False, True, False, False]


def test_a_call_waits_asks_and_runs(rows: Rows) -> None:
    lanes = Lanes(rows)
    lanes.extend()
    _, bash, edit, *_ = all_bars(lanes)
    assert (bash.started, bash.asked) == (BEGAN + 9, ((BEGAN + 4, BEGAN + 8),))
    assert (edit.started, edit.asked) == (BEGAN + 5, ())


def test_it_is_the_same_taken_in_bit_by_bit(rows: Rows) -> None:
    whole, slowly = Lanes(rows), Lanes(rows)
    whole.extend()
    assert slowly.extend(5)
    bash = slowly.bars(BEGAN + 2, BEGAN + 2)[0]
    assert (bash.end, bash.ended, bash.asked) == (BEGAN + 4, False, ((BEGAN + 4, BEGAN + 4),))
    assert [column.lanes[1] for column in slowly.overview(BEGAN, BEGAN + 4, 4)] == [0, 0, 1, 1]
    while slowly.extend(2):
        pass
    assert all_bars(slowly) == all_bars(whole)
    assert slowly.overview(BEGAN, BEGAN + 13, 5) == whole.overview(BEGAN, BEGAN + 13, 5)


def test_only_what_overlaps_is_given(rows: Rows) -> None:
    lanes = Lanes(rows)
    lanes.extend()
    assert [bar.tool for bar in lanes.bars(BEGAN + 6.5, BEGAN + 7.5)] == ["bash", "read"]
    assert len(lanes.bars(BEGAN, BEGAN + 13, 2)) == 2


def test_the_overview_says_how_much_of_each_column_a_lane_was_taken(rows: Rows) -> None:
    lanes = Lanes(rows)
    lanes.extend()
    columns = lanes.overview(BEGAN, BEGAN + 12, 3)
    assert [column.failed for column in columns] == [0, 1, 0]
    expected = [(1 / 4, 2 / 4, 1 / 4), (0, 1, 3 / 4), (0, 2 / 4, 3 / 4)]
    for column, shares in zip(columns, expected, strict=True):
        assert column.lanes == pytest.approx(shares, abs=0.02)
    assert lanes.overview(BEGAN + 100, BEGAN + 200, 2) == [Column((0.0, 0.0, 0.0), 0)] * 2


def test_without_times_the_rows_are_the_clock(tmp_path: Path) -> None:
    lanes = laid_out(tmp_path, [replace(record, ts=0.0) for record in RUN])
    assert (lanes.timed, lanes.begin, lanes.end) == (False, 0.0, 13.0)
    assert [(bar.start, bar.end) for bar in all_bars(lanes)] == [(0, 1), (2, 10), (3, 6), (7, 11), (12, 13)]
    assert lanes.clock(7) == 7.0


def test_a_row_without_time_has_that_of_a_row_before(tmp_path: Path) -> None:
    lanes = laid_out(
        tmp_path, [replace(record, ts=0.0) if at in (0, 3, 10) else record for at, record in enumerate(RUN)]
    )
    assert lanes.timed
    assert spans(lanes) == [
        (0, 1, 1, True),
        (1, 2, 9, True),
        (2, 2, 6, True),
        (2, 7, 11, True),
        (0, 12, 13, True),
    ]
    assert [lanes.clock(row) - BEGAN for row in (0, 3, 4)] == [1, 2, 4]


def test_times_out_of_order_make_no_bar_end_before_it_begins(tmp_path: Path) -> None:
    times = [5, 3, 9, 1, 0, 7, 2, 8, 4, 6, -50, 1, 1e9, -1e9]
    lanes = laid_out(
        tmp_path, [replace(record, ts=BEGAN + time) for record, time in zip(RUN, times, strict=True)]
    )
    assert (lanes.begin, lanes.end) == (BEGAN - 1e9, BEGAN + 1e9)
    assert len(all_bars(lanes)) == 5
    assert all(bar.start <= bar.started <= bar.end for bar in all_bars(lanes))
    shares = [share for column in lanes.overview(lanes.begin, lanes.end, 50) for share in column.lanes]
    assert all(0 <= share <= 1 for share in shares)


def test_an_answer_without_a_request_took_since_what_came_before(tmp_path: Path) -> None:
    written = records(UserMessage("do"), answered(1), requested("a"), finished("a"))
    other = [Record(4, BEGAN + 4, Note("aside"), "reader"), Record(5, BEGAN + 5, answered(2))]
    assert spans(laid_out(tmp_path, [*written, *other])) == [
        (0, 0, 1, True),
        (1, 2, 3, True),
        (0, 3, 5, True),
    ]


def test_nobody_waits_for_a_call_once_the_model_is_asked_again(tmp_path: Path) -> None:
    events: tuple[Event, ...] = (
        asked(1),
        answered(1),
        requested("a"),
        requested("b"),
        finished("b"),
        asked(2),
    )
    written = records(*events, answered(2), requested("c", 2))
    assert spans(laid_out(tmp_path / "one", written)) == [
        *[(0, 0, 1, True), (1, 2, 5, False), (2, 3, 4, True)],
        *[(0, 5, 6, True), (1, 7, 7, False)],
    ]
    late = [*written, *records(finished("a", "failed"), first=8)]
    lanes = laid_out(tmp_path / "two", late)
    assert spans(lanes)[1] == (1, 2, 8, True)
    assert all_bars(lanes)[1].failed


def test_an_id_that_comes_again_is_another_call(tmp_path: Path) -> None:
    lanes = laid_out(
        tmp_path, records(requested("a"), requested("b"), requested("a"), finished("a"), finished("b"))
    )
    assert spans(lanes) == [(1, 0, 2, False), (2, 1, 4, True), (1, 2, 3, True)]


def test_what_a_session_left_behind_ended_when_it_was_cut_off(tmp_path: Path) -> None:
    written = records(asked(1), answered(1), requested("a"), asked(2), Note("last"))
    resumed = Record(5, BEGAN + 9000, SessionResumed("s", "/w", "p/m", "ask", "1"))
    lanes = laid_out(tmp_path, [*written, resumed])
    assert spans(lanes) == [(0, 0, 1, True), (1, 2, 3, False), (0, 3, 4, False)]
    assert lanes.end == BEGAN + 9000


def test_sub_agents_ask_the_model_beside_each_other(tmp_path: Path) -> None:
    agents = ["", "", "one", "two", "one", "two"]
    events = (requested("x", 1, "task"), asked(1), asked(1), asked(1), answered(1), answered(1))
    written = [replace(record, agent=agent) for record, agent in zip(records(*events), agents, strict=True)]
    lanes = laid_out(tmp_path, written)
    assert spans(lanes)[2:] == [(0, 2, 4, True), (0, 3, 5, True)]
    assert all(share <= 1 for column in lanes.overview(BEGAN, BEGAN + 5, 5) for share in column.lanes)


def test_there_are_only_so_many_lanes(tmp_path: Path) -> None:
    lanes = laid_out(tmp_path, records(*(requested(f"c{at}") for at in range(3_000))))
    assert lanes.lanes == 33
    assert len(lanes.bars(lanes.begin, lanes.end, 10**6)) == 3_000
    assert len(lanes.bars(lanes.begin, lanes.end, 100)) <= 100
    assert max(bar.lane for bar in all_bars(lanes)) == 32


def test_a_moment_is_laid_out_at_any_time(tmp_path: Path) -> None:
    for at in (1.0, BEGAN, 253_000_000_000.0):
        lanes = laid_out(tmp_path / f"{at}", [replace(record, ts=at) for record in RUN])
        assert len(lanes.overview(lanes.begin, lanes.end, 80)) == 80
