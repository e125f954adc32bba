from __future__ import annotations

from itertools import count

import pytest
from textual.widgets import Input

from tests.widgets.outputs import CountingSpool
from tests.widgets.terminal import paste, press, settle, until
from tests.widgets.terminal_desk import FULL, SIZE, Desk, attach
from widgets.terminal_pane import TerminalPane


async def test_a_program_that_asks_is_answered_even_where_it_is_not_seen(
    desk: Desk, spool: CountingSpool
) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        desk.widget.display = False
        await settle(pilot)
        spool.write(b"\x1b[3;4H\x1b[6n\x1b[c")
        await until(pilot, lambda: bool(desk.typed))
        assert desk.typed == [b"\x1b[3;4R\x1b[?6c"]


async def test_after_the_end_all_is_shown_and_nothing_more_happens(desk: Desk, spool: CountingSpool) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        await attach(pilot, desk)
        spool.write(b"last words\x1b[6n")
        desk.widget.finish()
        await settle(pilot)
        assert desk.shown[0] == "last words"
        await press(pilot, "y")
        assert desk.typed == [], "it is too late for the program, and too early for what is around"
        assert desk.takes_keys()
        await until(pilot, lambda: desk.detached == 1)
        polls = spool.polls
        spool.write(b" too late")
        desk.widget.attach()
        desk.query_one(Input).focus()
        await settle(pilot)
        desk.widget.focus()
        await pilot.pause(0.3)
        await press(pilot, "x")
        assert spool.polls == polls
        assert desk.typed == []
        assert not desk.takes_keys()
        assert desk.shown[0] == "last words"


async def test_what_ended_before_it_is_shown_is_shown_whole(desk: Desk, spool: CountingSpool) -> None:
    spool.write(FULL * 200 + b"end")
    desk.widget.finish()
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[9] == "end")
        polls = spool.polls
        await pilot.pause(0.3)
        assert spool.polls == polls
        await pilot.resize_terminal(30, 4)
        await settle(pilot)
        assert desk.sizes == []
    assert spool.closed


async def test_little_is_done_in_one_tick(spool: CountingSpool) -> None:
    desk = Desk(spool, clock=(number / 1000 for number in count()))  # each look at it takes a millisecond
    spool.write(b"line\r\n" * 20_000 + b"end")
    async with desk.run_test(size=SIZE) as pilot:
        polls, read = spool.polls, spool.bytes_read
        await until(pilot, lambda: spool.polls > polls + 3)
        assert 0 < spool.bytes_read - read <= (spool.polls - polls) * 5 * 1024
        await attach(pilot, desk)
        await until(pilot, lambda: desk.shown[9] == "end")


async def test_who_is_far_behind_goes_on_near_the_end_where_a_line_begins(
    desk: Desk, spool: CountingSpool
) -> None:
    spool.write(b"\x1b[?2004h\x1b[?1049h")
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.widget.used_alternate_screen)
        read = spool.bytes_read
        spool.write(b"\x1b[31m" + b"0123456789\r\n" * 100_000 + b"end")
        await until(pilot, lambda: desk.shown[9] == "end")
        assert desk.shown[:9] == ["0123456789"] * 9
        assert spool.bytes_read - read < 80_000
        assert desk.style_of("0123456789").color == desk.widget.rich_style.color
        await attach(pilot, desk)
        await paste(pilot, "x")
        assert desk.typed == [b"\x1b[200~x\x1b[201~"]


async def test_a_file_that_was_cut_is_followed_from_its_start(desk: Desk, spool: CountingSpool) -> None:
    spool.write(FULL)
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[8] == "row 8")
        spool.path.write_bytes(b"anew")
        await until(pilot, lambda: desk.shown == ["anew", *[""] * 9])


async def test_it_looks_less_often_without_the_focus(
    desk: Desk, spool: CountingSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TerminalPane, "BACKGROUND_RATE", 2)  # far fewer, however busy the machine is
    async with desk.run_test(size=SIZE) as pilot:
        counts = []
        for widget in (desk.widget, desk.query_one(Input)):
            widget.focus()
            await settle(pilot)
            before = spool.polls
            await pilot.pause(1.1)
            counts.append(spool.polls - before)
        assert counts[0] > 2 * counts[1] > 0
