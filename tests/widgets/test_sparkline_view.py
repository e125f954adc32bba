"""Many amounts in a row, in as many columns as there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.terminal import Stage
from widgets.sparkline_view import SparklineView, gathered

amounts = st.lists(st.integers(0, 9).map(float), max_size=60)


@given(amounts, st.integers(1, 20))
def test_amounts_share_columns_without_one_that_is_lost(values: list[float], columns: int) -> None:
    assert len(gathered(values, columns, "sum")) <= columns
    if len(values) > columns:
        assert sum(gathered(values, columns, "sum")) == sum(values)
    assert max(gathered(values, columns, "most"), default=0) == max(values, default=0)


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ([1.0, 2.0, 8.0, 0.0], ["        ████    ", "▂▂▂▂▄▄▄▄████    "]),
        ([0.0, 0.0], ["        ", "        "]),
        ([], ["", ""]),
    ],
)
async def test_bars_have_rows_of_eighths(values: list[float], rows: list[str]) -> None:
    view = SparklineView("tokens")
    async with Stage(view).run_test(size=(30, 8)) as pilot:
        view.show(values, "most 8")
        await pilot.pause()
        assert view.size.height == 3
        heading, *bars = view.render().plain.split("\n")
    assert heading == "tokens                most 8"
    assert bars == rows
