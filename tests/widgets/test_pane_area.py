from __future__ import annotations

from pathlib import Path

from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from tests.widgets.area_desk import Desk
from tests.widgets.terminal import press, settle, until
from widgets.status import CallStatus


async def test_panes_have_the_order_of_their_calls_and_the_lowest_free_number() -> None:
    app = Desk()
    async with app.run_test(size=(50, 30)) as pilot:
        first, _, _ = await app.with_panes(pilot, "a", "b", "c")
        assert app.titles == ["1 … bash  a", "2 … bash  b", "3 … bash  c"]
        app.finish(first)
        app.widget.clear_finished()
        await app.with_panes(pilot, "d", "e")
        assert app.titles == ["2 … bash  b", "3 … bash  c", "1 … bash  d", "4 … bash  e"]
        assert app.widget.get("a") is None
        assert app.widget.get("b") is not None


async def test_it_counts_what_runs_asks_waits_and_failed() -> None:
    app = Desk()
    async with app.run_test(size=(60, 30)) as pilot:
        await settle(pilot)
        assert app.counts == "tool calls appear here"
        a, b, c, d = await app.with_panes(pilot, "a", "b", "c", "d")
        assert app.counts == "4 wait"
        a.run(None)
        b.run(None)
        app.ask(c)
        await settle(pilot)
        assert app.counts == "2 running · 1 asks · 1 waits"
        app.finish(a, CallStatus.FAILED)
        app.finish(b)
        app.finish(c, CallStatus.DENIED)
        app.finish(d)
        await settle(pilot)
        assert app.counts == "1 failed"
        app.widget.clear_finished()
        await settle(pilot)
        assert app.counts == "tool calls appear here"


async def test_it_counts_what_waits_for_input() -> None:
    app = Desk()
    async with app.run_test(size=(60, 30)) as pilot:
        a, b, c = await app.with_panes(pilot, "a", "b", "c")
        app.ask(c)
        a.await_input(True)
        app.widget.count()
        await settle(pilot)
        assert app.counts == "1 asks · 1 waits for input · 1 waits"
        b.await_input(True)
        app.widget.count()
        await settle(pilot)
        assert app.counts == "1 asks · 2 wait for input"


async def test_time_moves_while_a_call_runs() -> None:
    app = Desk()
    async with app.run_test(size=(50, 30)) as pilot:
        (pane,) = await app.with_panes(pilot, "a")
        pane.run(None)
        app.clock.now += 75
        await until(pilot, lambda: "1:15" in app.rows[1])


async def test_an_area_with_many_panes_says_so_until_few_are_left() -> None:
    app = Desk()
    async with app.run_test(size=(90, 28)) as pilot:
        panes = await app.with_panes(pilot, *"abcd")
        assert not app.widget.has_class("-many")
        panes += await app.with_panes(pilot, "e")
        assert app.widget.has_class("-many")
        for pane in panes:
            app.finish(pane)
            pane.fold()
        app.widget.count()
        assert app.widget.has_class("-many")
        app.widget.clear_finished()
        await app.with_panes(pilot, "f")
        assert not app.widget.has_class("-many")


async def test_forty_calls_at_once_can_all_be_reached(tmp_path: Path) -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        panes = await app.with_panes(pilot, *(f"call-{number}" for number in range(1, 41)))
        indexer = Indexer()
        for pane in panes:
            path = tmp_path / pane.call
            path.write_text(f"output of {pane.call}.\n")
            pane.run(SpoolFile(path, indexer))
        app.ask(panes[29])
        await settle(pilot)
        assert app.counts == "39 running · 1 asks"
        assert app.titles[0] == "1 ● bash  call-1"
        app.widget.focus_pane()
        await settle(pilot)
        assert "30 ? bash  call-30" in app.titles
        for _ in range(10):
            await press(pilot, "tab")
        assert panes[39].body.has_focus
        assert "40 ● bash  call-40" in app.titles
        await until(pilot, lambda: any("output of call-40." in row for row in app.rows))
        for pane in panes:
            app.finish(pane)
        await settle(pilot)
        assert len(app.widget.panes) == app.widget.KEEP + 1
