from __future__ import annotations

from tests.widgets.area_desk import Desk
from tests.widgets.terminal import settle, until
from widgets.call_pane import CallPane
from widgets.status import CallStatus


async def test_a_pane_that_is_over_folds_after_a_moment_unless_it_failed_or_is_looked_at() -> None:
    app = Desk()
    app.widget.FOLD_AFTER = 0.01
    async with app.run_test(size=(50, 40)) as pilot:
        done, failed, looked_at, last = await app.with_panes(pilot, *"abcd")
        looked_at.focus_body()
        await settle(pilot)
        app.finish(failed, CallStatus.FAILED)
        for pane in (done, looked_at, last):
            app.finish(pane)
            assert not pane.is_folded
        await until(pilot, lambda: done.is_folded and last.is_folded)
        assert not failed.is_folded
        assert not looked_at.is_folded


async def test_a_pane_that_leaves_before_it_folds_does_no_harm() -> None:
    app = Desk()
    app.widget.FOLD_AFTER = 0.01
    async with app.run_test(size=(50, 30)) as pilot:
        early = app.add("early")
        app.finish(early)  # not even mounted yet
        pane, marker = await app.with_panes(pilot, "a", "b")
        app.finish(pane)
        app.widget.clear_finished()
        app.finish(marker)
        await until(pilot, lambda: marker.is_folded)
        assert list(app.widget.panes) == [marker]
        assert app.titles == ["3 ✓ bash  b"]


async def test_clear_finished_keeps_the_pane_that_is_looked_at_and_all_that_go_on() -> None:
    app = Desk()
    async with app.run_test(size=(50, 40)) as pilot:
        a, b, c, d = await app.with_panes(pilot, *"abcd")
        a.focus_body()
        await settle(pilot)
        for pane in (a, b):
            app.finish(pane)
        c.run(None)
        app.ask(d)
        app.widget.clear_finished()
        await settle(pilot)
        assert app.titles == ["1 ✓ bash  a", "3 ● bash  c", "4 ? bash  d"]


async def test_only_so_many_panes_that_are_over_are_kept_the_newest() -> None:
    app = Desk()
    async with app.run_test(size=(50, 100)) as pilot:
        keep = app.widget.KEEP
        panes = await app.with_panes(pilot, *(f"call-{number}" for number in range(keep + 4)))
        panes[0].focus_body()
        await settle(pilot)
        for pane in panes:
            app.finish(pane)
        await settle(pilot)
        left = [pane.call for pane in app.widget.panes]
        assert left == ["call-0", *(f"call-{number}" for number in range(4, keep + 4))]
        assert [pane.call for pane in app.query(CallPane) if pane.display] == left
        await until(pilot, lambda: len(app.query(CallPane)) == keep + 1)


async def test_while_calls_run_no_pane_is_removed_and_those_that_left_are_not_seen() -> None:
    app = Desk()
    async with app.run_test(size=(50, 30)) as pilot:
        a, b = await app.with_panes(pilot, "a", "b")
        b.run(None)
        app.finish(a)
        app.widget.clear_finished()
        app.clock.now += 5
        await until(pilot, lambda: "5.0 s" in app.rows[1])
        app.clock.now += 5
        await until(pilot, lambda: "10.0 s" in app.rows[1])
        assert [pane.call for pane in app.query(CallPane)] == ["a", "b"]
        assert list(app.places) == ["b"]
        app.finish(b)
        await until(pilot, lambda: [pane.call for pane in app.query(CallPane)] == ["b"])
        running = app.add("one more")
        await settle(pilot)
        assert app.widget.get("one more") is running
