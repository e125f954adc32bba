from __future__ import annotations

import pytest

from widgets.scroll_thumb import ScrollThumb

State = tuple[int, int, float]
"""Cells of the bar, rows, and the row at the top."""


def moves(thumb: ScrollThumb, state: State) -> bool:
    height, rows, position = state
    return thumb.moves(height, rows, position, max(rows - height, 0))


def test_it_is_drawn_once_and_again_only_after_it_moved() -> None:
    thumb = ScrollThumb()
    assert moves(thumb, (10, 1000, 500))
    assert not moves(thumb, (10, 1000, 500))
    assert moves(thumb, (10, 1000, 600))
    assert moves(thumb, (10, 1000, 500))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((10, 1000, 500), (10, 1000, 520)),  # by more than an eighth of a cell
        ((10, 100, 0), (10, 50, 0)),  # longer
        ((10, 100, 45), (12, 100, 45)),
        ((10, 10, 0), (10, 20, 0)),  # no longer as long as the bar
        ((10, 1000, 990), (10, 1000, 970)),  # away from the end
        ((10, 40, 30), (10, 80, 70)),  # shorter, at the end
    ],
)
def test_it_moves(before: State, after: State) -> None:
    thumb = ScrollThumb()
    moves(thumb, before)
    assert moves(thumb, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((10, 1000, 500), (10, 1000, 501)),  # by less than an eighth of a cell
        ((10, 100_000, 50_000), (10, 100_001, 50_000)),
        ((10, 1000, 990), (10, 1001, 991)),  # it stays at the end, and as short as it can be
        ((10, 3, 0), (10, 10, 0)),  # all rows fit
        ((10, 0, 0), (10, 3, 0)),
    ],
)
def test_it_does_not_move(before: State, after: State) -> None:
    thumb = ScrollThumb()
    moves(thumb, before)
    assert not moves(thumb, after)


@pytest.mark.parametrize("height", [0, 1, 10])
def test_without_rows_it_stays_where_it_is(height: int) -> None:
    thumb = ScrollThumb()
    moves(thumb, (height, 0, 0))
    assert not moves(thumb, (height, 0, 0))
