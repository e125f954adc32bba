from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.widgets import Input

from app.execution.commands import CommandRunner
from tests.widgets.outputs import HEIGHT, WIDTH, Bench, CountingSpool, append, becomes, lines, rows
from tests.widgets.terminal import Clock
from widgets import output_view
from widgets.output_view import OutputView


async def test_it_follows_the_end_of_a_file_that_appears_and_grows(
    path: Path, bench: Bench[OutputView]
) -> None:
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        assert bench.rows == [""] * HEIGHT
        path.write_bytes(lines(1, 3))
        await becomes(pilot, lambda: bench.rows[:4] == [*rows(1, 3), ""])
        append(path, lines(4, 500) + b"unfinished")
        await becomes(pilot, lambda: bench.rows == [*rows(492, 500), "unfinished"])
        assert bench.pane.virtual_size.height == 501


async def test_a_real_command_is_followed_to_its_end(
    tmp_path: Path, spool: CountingSpool, bench: Bench[OutputView]
) -> None:
    runner = CommandRunner()
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        command = asyncio.ensure_future(
            runner.run(
                "for i in $(seq 1 3000); do echo line $i; done; printf '1%%\\r100%%'",
                cwd=tmp_path,
                spool=spool.path,
                timeout=30,
            )
        )
        await becomes(pilot, command.done)
        bench.pane.finish()
        assert bench.rows == [*rows(2992, 3000), "100%"]
    assert command.result().exit_code == 0
    await runner.close()


async def test_after_the_finish_it_shows_everything_and_looks_no_more(
    path: Path, spool: CountingSpool, bench: Bench[OutputView]
) -> None:
    path.write_bytes(lines(1, 5))
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        await becomes(pilot, lambda: "line 5" in bench.rows)
        append(path, lines(6, 9))
        bench.pane.finish()
        assert bench.rows[:9] == rows(1, 9)
        await pilot.pause(0.3)
        polls = spool.polls
        append(path, b"too late\n")
        await pilot.pause(0.3)
        assert spool.polls == polls
        bench.pane.focus()
        await pilot.press("end")
        await pilot.pause(0.2)
        assert spool.polls == polls + 1


async def test_a_finished_output_can_be_opened(
    path: Path, spool: CountingSpool, bench: Bench[OutputView]
) -> None:
    path.write_bytes(lines(1, 200_000))
    bench.pane.finish()
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        assert bench.rows == rows(199_991, 200_000)
        await becomes(pilot, lambda: bench.pane.virtual_size.height == 200_000)
    assert spool.closed


async def test_it_looks_less_often_without_the_focus(
    path: Path, spool: CountingSpool, bench: Bench[OutputView], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OutputView, "BACKGROUND_RATE", 2)  # far fewer, however busy the machine is
    path.write_bytes(b"x\n")
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        counts = []
        for widget in (bench.pane, bench.query_one(Input)):
            widget.focus()
            await pilot.pause()
            before = spool.polls
            await pilot.pause(1.1)
            counts.append(spool.polls - before)
        assert counts[0] > 2 * counts[1] > 0


async def test_a_hidden_pane_is_not_kept_up_until_it_is_shown(
    path: Path, spool: CountingSpool, bench: Bench[OutputView]
) -> None:
    path.write_bytes(lines(1, 5))
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        bench.pane.display = False
        await pilot.pause()
        polls = spool.polls
        append(path, lines(6, 400))
        await pilot.pause(0.3)
        assert spool.polls == polls
        bench.pane.display = True
        await becomes(pilot, lambda: bench.rows == rows(391, 400))


@pytest.mark.parametrize("focused", [True, False])
async def test_a_pane_that_gets_more_or_fewer_rows_goes_on_following(
    path: Path, bench: Bench[OutputView], focused: bool
) -> None:
    path.write_bytes(lines(1, 100))
    async with bench.run_test(size=(WIDTH, 40)) as pilot:
        bench.pane.focus() if focused else bench.query_one(Input).focus()
        for number, rows in enumerate((10, 4, 12, 3, 20, 1, 7), 101):
            bench.pane.styles.height = rows
            await pilot.pause()
            append(path, lines(number, number))
            await becomes(pilot, lambda last=number: f"line {last}" in bench.rows)  # type: ignore[misc]  # a default
            assert bench.follows()


async def test_while_somebody_types_it_looks_between_two_keys_or_a_quarter_of_a_second_later(
    monkeypatch: pytest.MonkeyPatch, spool: CountingSpool, bench: Bench[OutputView]
) -> None:
    clock = Clock()
    monkeypatch.setattr(output_view, "monotonic", clock)
    spool.write(lines(1, 1))
    async with bench.run_test(size=(WIDTH, 20)) as pilot:
        await becomes(pilot, lambda: bench.rows[:1] == rows(1, 1) and spool.polls > 2)
        spool.write(lines(2, 2))
        bench.pane.defer()
        polls = spool.polls
        bench.pane.look_between_keys()  # not yet: it has just looked
        await pilot.pause(0.2)
        assert (spool.polls, bench.rows[1]) == (polls, "")
        clock.now += 0.2
        bench.pane.defer()
        bench.pane.look_between_keys()
        assert bench.rows[:2] == rows(1, 2)
        spool.write(lines(3, 3))
        for _ in range(8):
            clock.now += 0.05
            bench.pane.defer()
        await becomes(pilot, lambda: bench.rows[:3] == rows(1, 3))
