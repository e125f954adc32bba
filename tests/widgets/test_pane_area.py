from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.geometry import Region, Size
from textual.pilot import Pilot
from textual.widgets import Input

from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from tests.widgets.terminal import Clock, Stage, burst, press, settle, until
from widgets import pane_layout
from widgets.call_pane import CallPane
from widgets.pane_area import PaneArea
from widgets.pane_grid import PaneState, arrange
from widgets.question import Question
from widgets.status import CallStatus
from widgets.text_view import plain


class Desk(Stage[PaneArea]):
    """Panes above an input, and the answers they gave. The clock is set by hand."""

    def __init__(self) -> None:
        super().__init__(PaneArea())
        self.clock = Clock()
        self.answered: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.widget
        yield Input()

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_question_answered(self, event: Question.Answered) -> None:
        self.answered.append(event.call)

    def add(self, call: str) -> CallPane:
        """Show the pane of a new call."""
        lines = plain(f"$ {call}")
        pane = CallPane(call, self.widget.next_number(), "bash", call, lines, self.clock)
        self.widget.add(pane)
        return pane

    async def with_panes(self, pilot: Pilot[None], *calls: str) -> list[CallPane]:
        """Panes that are shown."""
        panes = [self.add(call) for call in calls]
        await settle(pilot)
        return panes

    def opens(self, pane: CallPane) -> bool:
        """Let time pass. True if a key would answer now."""
        self.clock.now += 1
        return pane.question is not None and pane.question.is_open

    def ask(self, pane: CallPane) -> None:
        """The call of a pane asks."""
        pane.ask(plain(f"$ {pane.call}"), "commands ask", "")
        self.widget.count()

    def finish(self, pane: CallPane, status: CallStatus = CallStatus.DONE) -> None:
        """The call of a pane is over."""
        pane.finish(status, 1.0, "", [])
        self.widget.finished(pane)

    @property
    def counts(self) -> str:
        """The line with the counts."""
        return self.rows[0].strip()

    @property
    def places(self) -> dict[str, tuple[int, int]]:
        """Where on the screen each pane begins that is shown: its column and row."""
        return {pane.call: pane.region.offset for pane in self.query(CallPane) if pane.region}

    @property
    def titles(self) -> list[str]:
        """Number and title of each pane that is in view, from the top."""
        return [match[1] for row in self.rows if (match := re.match(r"▌ (\d+ . bash  \S+)", row))]


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
        a.status = CallStatus.INPUT
        app.widget.count()
        await settle(pilot)
        assert app.counts == "1 asks · 1 waits for input · 1 waits"
        b.status = CallStatus.INPUT
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


async def test_keys_1_to_9_go_to_the_pane_with_that_number() -> None:
    app = Desk()
    async with app.run_test(size=(50, 80)) as pilot:
        panes = await app.with_panes(pilot, *"abcdefghi")
        panes[0].focus_body()
        await settle(pilot)
        for number in (9, 2, 5):
            await press(pilot, str(number))
            assert panes[number - 1].body.has_focus
        app.finish(panes[6])
        app.widget.clear_finished()
        await press(pilot, "7")
        assert panes[4].body.has_focus


async def test_key_0_goes_to_the_tenth_pane() -> None:
    app = Desk()
    async with app.run_test(size=(90, 80)) as pilot:
        panes = await app.with_panes(pilot, *"abcdefghijk")
        panes[10].focus_body()
        await press(pilot, "0")
        assert panes[9].body.has_focus


async def test_panes_stand_in_columns_where_one_has_no_room_for_them() -> None:
    app = Desk()
    async with app.run_test(size=(90, 3 + 1 + 24)) as pilot:
        await app.with_panes(pilot, *"abcd")
        assert app.places == {"a": (0, 1), "b": (0, 7), "c": (0, 13), "d": (0, 19)}
        await app.with_panes(pilot, "e")
        assert app.places == {"a": (0, 1), "b": (0, 9), "c": (0, 17), "d": (45, 1), "e": (45, 13)}
        assert app.rows[1].startswith("▌ 1 … bash  a")
        assert app.rows[1][45:].startswith("▌ 4 … bash  d")


@pytest.mark.parametrize("keys", [("ctrl+down", "ctrl+right", "ctrl+up", "ctrl+left"), tuple("jlkh")])
async def test_keys_go_to_the_pane_beside(keys: tuple[str, ...]) -> None:
    app = Desk()
    down, right, up, left = keys
    async with app.run_test(size=(90, 28)) as pilot:
        panes = await app.with_panes(pilot, *"abcdef")  # three in each of two columns
        panes[0].focus_body()
        await settle(pilot)
        steps = (
            (down, 1),
            (right, 4),
            (down, 5),
            (down, 5),
            (right, 5),
            (left, 2),
            (up, 1),
            (up, 0),
            (up, 0),
        )
        for key, place in steps:
            await press(pilot, key)
            assert panes[place].body.has_focus


async def test_passing_a_folded_pane_does_not_unfold_it() -> None:
    app = Desk()
    async with app.run_test(size=(50, 40)) as pilot:
        a, b, c = await app.with_panes(pilot, "a", "b", "c")
        app.finish(b)
        b.fold()
        a.focus_body()
        await settle(pilot)
        await press(pilot, "ctrl+down")
        assert b.has_focus_within
        assert b.is_folded
        await press(pilot, "ctrl+down")
        assert c.has_focus_within
        await press(pilot, "z", "ctrl+up")
        assert b.is_alone
        assert not b.is_folded


async def test_zoom_goes_through_the_grid_and_leaves_it_as_it_was() -> None:
    app = Desk()
    async with app.run_test(size=(90, 28)) as pilot:
        panes = await app.with_panes(pilot, *"abcdef")
        for folded in (panes[1], panes[2], panes[4]):  # now one column would do
            app.finish(folded)
            folded.fold()
        await settle(pilot)
        before = app.places
        assert {x for x, _ in before.values()} == {0, 45}
        panes[0].focus_body()
        await press(pilot, "z")
        assert app.places == {"a": (0, 1)}
        await press(pilot, "ctrl+right")
        assert app.places == {"d": (0, 1)}
        assert panes[3].size.width > 80
        await press(pilot, "z")
        assert app.places == before


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
        panes[0].status = CallStatus.ASKS
        app.widget.count()
        await settle(pilot)
        assert set(placed) == {6}


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


async def test_digits_in_the_reason_for_a_no_are_text() -> None:
    app = Desk()
    async with app.run_test(size=(50, 30)) as pilot:
        a, _ = await app.with_panes(pilot, "a", "b")
        app.ask(a)
        app.widget.focus_pane()
        await until(pilot, lambda: a.has_focus_within)
        await until(pilot, lambda: app.opens(a))
        await press(pilot, "d", "2", "z", "y")
        assert a.has_focus_within
        assert not a.is_alone
        assert isinstance(app.focused, Input)
        assert app.focused.value == "2zy"


async def test_z_shows_one_pane_alone_and_all_again() -> None:
    app = Desk()
    async with app.run_test(size=(50, 30)) as pilot:
        panes = await app.with_panes(pilot, "a", "b", "c")
        panes[1].focus_body()
        await press(pilot, "z")
        assert app.titles == ["2 … bash  b"]
        assert panes[1].size.height == 30 - 3 - 1
        assert panes[1].body.has_focus
        await press(pilot, "enter")
        assert not panes[1].is_folded
        await press(pilot, "z")
        assert app.titles == ["1 … bash  a", "2 … bash  b", "3 … bash  c"]
        assert panes[1].body.has_focus


async def test_the_pane_that_is_alone_is_the_one_that_takes_the_keys() -> None:
    app = Desk()
    async with app.run_test(size=(80, 30)) as pilot:
        a, b, c = await app.with_panes(pilot, "a", "b", "c")
        c.focus_body()
        await press(pilot, "z")
        app.ask(a)
        await until(pilot, lambda: app.opens(a))
        assert app.titles == ["3 … bash  c"]
        assert app.widget.focus_pane()
        await burst(pilot, "y")
        assert app.titles == ["1 ? bash  a"]
        assert any("y yes" in row for row in app.rows)
        assert app.answered == []
        await until(pilot, lambda: app.opens(a))
        await press(pilot, "y")
        assert app.answered == ["a"]
        await press(pilot, "2")
        assert app.titles == ["2 … bash  b"]
        assert b.body.has_focus


async def test_all_are_shown_again_when_the_pane_that_is_alone_leaves() -> None:
    app = Desk()
    async with app.run_test(size=(50, 30)) as pilot:
        a, _ = await app.with_panes(pilot, "a", "b")
        a.focus_body()
        await press(pilot, "z")
        app.query_one(Input).focus()
        await settle(pilot)
        app.finish(a)
        a.fold()
        assert not a.is_folded
        app.widget.clear_finished()
        await settle(pilot)
        assert app.titles == ["2 … bash  b"]
        await app.with_panes(pilot, "c")
        assert app.titles == ["2 … bash  b", "1 … bash  c"]


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


async def test_what_asks_gets_the_focus_first_then_what_waits_for_input_then_what_runs() -> None:
    app = Desk()
    async with app.run_test(size=(50, 60)) as pilot:
        assert not app.widget.focus_pane()
        a, b, c = await app.with_panes(pilot, "a", "b", "c")
        assert app.widget.focus_pane()
        await settle(pilot)
        assert c.body.has_focus
        b.run(None)
        assert app.widget.focus_pane()
        await settle(pilot)
        assert b.body.has_focus
        a.await_input(True)
        assert app.widget.focus_pane()
        await settle(pilot)
        assert a.body.has_focus
        app.ask(b)
        app.ask(a)
        assert app.widget.asking() == [a, b]
        app.widget.focus_pane()
        await settle(pilot)
        assert a.body.has_focus


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
            "▌ y yes   n no   d no, with a reason",
            "▌ asks because: commands ask",
        ]


async def test_a_folded_pane_gets_the_focus_only_if_there_is_no_other() -> None:
    app = Desk()
    async with app.run_test(size=(50, 60)) as pilot:
        a, b = await app.with_panes(pilot, "a", "b")
        app.finish(b)
        b.fold()
        app.widget.focus_pane()
        await settle(pilot)
        assert a.body.has_focus
        app.query_one(Input).focus()
        await settle(pilot)
        app.finish(a)
        a.fold()
        app.widget.focus_pane()
        await settle(pilot)
        assert b.body.has_focus
        assert not b.is_folded


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
