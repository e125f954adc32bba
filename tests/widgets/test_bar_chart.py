"""Amounts as bars: readable at any width, and whatever the labels hold."""

from __future__ import annotations

from rich.cells import cell_len

from tests.widgets.terminal import Stage
from widgets.bar_chart import BarChart, BarRow

ROWS = [
    BarRow("bash", 4.0, "1:20  80%"),
    BarRow("a tool whose name is far too long to be shown", 1.0, "5.0 s  20%", "error"),
    BarRow("[b]\x1b[2J", 0.001, "1 ms"),
    BarRow("none", 0.0, "–"),
]


async def drawn(width: int) -> list[str]:
    chart = BarChart()
    async with Stage(chart).run_test(size=(width, 10)) as pilot:
        chart.show(ROWS, ("tool", "took"))
        await pilot.pause()
        assert chart.size.height == len(ROWS) + 1
        return chart.render().plain.split("\n")


async def test_the_greatest_has_the_longest_bar_and_what_is_nearly_nothing_is_seen() -> None:
    head, bash, long, odd, none = await drawn(62)
    assert head.startswith("tool ")
    assert head.endswith("took")
    bar = bash.count("█")
    assert bar == 60 - 28 - 10 - 2
    assert long.startswith("a tool whose name is far to… ")
    assert long.count("█") == bar // 4
    assert "▏" in odd
    assert odd.startswith("[b]\\x1b[2J ")
    assert not set(none) & set("█▏")
    assert {cell_len(line) for line in (bash, long, odd, none)} == {60}


async def test_where_there_is_no_room_there_are_figures_without_bars() -> None:
    rows = await drawn(24)
    assert not any("█" in row for row in rows)
    assert all(cell_len(row) <= 22 for row in rows)
    assert rows[1].endswith("1:20  80%")
