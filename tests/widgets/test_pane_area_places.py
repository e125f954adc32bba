from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.geometry import Region, Size

from tests.widgets.area_desk import Desk
from tests.widgets.terminal import settle, until
from widgets import pane_layout
from widgets.pane_grid import PaneState, arrange


async def test_panes_stand_in_columns_where_one_has_no_room_for_them() -> None:
    app = Desk()
    async with app.run_test(size=(90, 3 + 1 + 24)) as pilot:
        await app.with_panes(pilot, *"abcd")
        assert app.places == {"a": (0, 1), "b": (0, 7), "c": (0, 13), "d": (0, 19)}
        await app.with_panes(pilot, "e")
        assert app.places == {"a": (0, 1), "b": (0, 9), "c": (0, 17), "d": (45, 1), "e": (45, 13)}
        assert app.rows[1].startswith("▌ 1 … bash  a")
        assert app.rows[1][45:].startswith("▌ 4 … bash  d")


async def test_a_pane_that_folds_moves_none_to_another_column() -> None:
    app = Desk()
    app.widget.FOLD_AFTER = 0.01
    async with app.run_test(size=(90, 28)) as pilot:
        panes = await app.with_panes(pilot, *"abcdef")
        columns = {call: x for call, (x, _) in app.places.items()}
        for number in (0, 2, 4):
            app.finish(panes[number])
        await until(pilot, lambda: panes[4].is_folded)
        assert {call: x for call, (x, _) in app.places.items()} == columns
        app.finish(panes[1])
        await until(pilot, lambda: panes[1].is_folded)
        assert {call: x for call, (x, _) in app.places.items()} == dict.fromkeys("abcdef", 0)


async def test_panes_do_not_jump_back_when_the_area_has_the_size_it_had_before() -> None:
    app = Desk()
    async with app.run_test(size=(90, 40)) as pilot:
        await app.with_panes(pilot, *"abcde")
        assert {x for x, _ in app.places.values()} == {0}
        for height in (28, 40):
            await pilot.resize_terminal(90, height)
            await settle(pilot)
            assert {call: x for call, (x, _) in app.places.items()} == {
                **dict.fromkeys("abc", 0),
                "d": 45,
                "e": 45,
            }


async def test_what_is_in_view_stays_where_it_is_while_panes_above_it_fold() -> None:
    app = Desk()
    app.widget.FOLD_AFTER = 0.01
    async with app.run_test(size=(60, 24)) as pilot:
        panes = await app.with_panes(pilot, *"abcdefghij")
        app.ask(panes[6])
        await settle(pilot)
        app.widget.show(panes[6])
        await settle(pilot)
        rows = app.rows
        assert rows[1].startswith("▌ 7 ? bash  g")
        for pane in panes[:3]:
            app.finish(pane)
        await until(pilot, lambda: panes[2].is_folded)
        shown, before = ([row[:50].rstrip() for row in all_rows[1:21]] for all_rows in (app.rows, rows))
        assert shown == before  # only the scroll bar, further right, has moved
        for pane in (*panes[3:6], *panes[7:]):
            app.finish(pane)
        await until(pilot, lambda: panes[9].is_folded)
        assert app.titles == [
            f"{n} {'?' if n == 7 else '✓'} bash  {call}" for n, call in enumerate("abcdefghij", 1)
        ]


async def test_panes_are_placed_anew_only_when_something_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Desk()
    placed: list[int] = []

    def spy(panes: Sequence[PaneState], size: Size, before: Sequence[Region | None]) -> list[Region]:
        placed.append(len(panes))
        return arrange(panes, size, before)

    monkeypatch.setattr(pane_layout, "arrange", spy)
    async with app.run_test(size=(90, 28)) as pilot:
        panes = await app.with_panes(pilot, *"abcdef")
        for pane in panes:
            pane.run(None)
        app.widget.count()
        await settle(pilot)
        placed.clear()
        app.clock.now += 75
        await until(pilot, lambda: "1:15" in app.rows[1])
        assert placed == []
        app.ask(panes[0])
        app.widget.count()
        await settle(pilot)
        assert set(placed) == {6}


async def test_a_question_is_seen_whole_in_an_area_of_few_rows() -> None:
    app = Desk()
    async with app.run_test(size=(60, 3 + 1 + 5)) as pilot:
        _, b, _ = await app.with_panes(pilot, "a", "b", "c")
        app.ask(b)
        await settle(pilot)
        app.widget.show(b)
        await settle(pilot)
        shown = [row[:45].rstrip() for row in app.rows[1:6]]
        assert shown == [
            "▌ 2 ? bash  b",
            "▌$ b",
            "▌",
            "▌ y yes  n no  d no, because  e edit  v whole",
            "▌ asks because: commands ask",
        ]
