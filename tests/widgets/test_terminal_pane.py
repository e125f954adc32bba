from __future__ import annotations

import pytest
from rich.color import Color
from textual.geometry import Offset
from textual.selection import SELECT_ALL, Selection

from tests.widgets.outputs import CountingSpool
from tests.widgets.terminal import selected, settle, until
from tests.widgets.terminal_desk import FULL, HEIGHT, SIZE, WIDTH, Area, Desk, Pane, attach
from widgets.terminal_pane import TerminalPane


async def test_it_draws_what_the_program_draws(desk: Desk, spool: CountingSpool) -> None:
    async with desk.run_test(size=SIZE) as pilot:
        assert desk.shown == [""] * HEIGHT
        spool.write(b"$ \x1b[31mred\x1b[m\r\n\x1b[5;5H")
        await until(pilot, lambda: desk.shown[0] == "$ red")
        spool.write(b"there\x1b[1;1H\x1b[K#")
        await until(pilot, lambda: desk.shown == ["#", "", "", "", "    there", "", "", "", "", ""])
        spool.write(b"\x1b[?1049h")
        await until(pilot, lambda: desk.shown == [""] * HEIGHT)


async def test_colours_are_kept_and_the_rest_has_the_theme(desk: Desk, spool: CountingSpool) -> None:
    spool.write(b"\x1b[31mred\x1b[m plain")
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[0] == "red plain")
        red, plain = list(desk.widget.render_line(0))[:2]
        assert red.style is not None
        assert red.style.color == Color.from_ansi(1)
        assert plain.style is not None
        before = plain.style.color
        assert before == desk.widget.rich_style.color
        desk.theme = "textual-light"
        await settle(pilot)
        assert desk.style_of("plain").color == desk.widget.rich_style.color != before


async def test_only_rows_that_changed_are_drawn_again(desk: Desk, spool: CountingSpool) -> None:
    spool.write(FULL)
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[8] == "row 8")
        Pane.drawn.clear()
        spool.write(b"\x1b[3;1Hchanged\x1b[7;1Hchanged")
        await until(pilot, lambda: desk.shown[2] == desk.shown[6] == "changed")
        assert set(Pane.drawn) == {2, 6}


async def test_the_program_is_given_the_size_of_the_pane_and_no_size_on_the_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TerminalPane, "BACKGROUND_RATE", 1)
    async with desk.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert desk.sizes == []
        for columns in (50, 60, 70):
            await pilot.resize_terminal(columns, HEIGHT + 4)
        await until(pilot, lambda: (70, HEIGHT) in desk.sizes)
        assert len(desk.sizes) <= 2
        desk.widget.display = False
        await pilot.pause(0.3)
        assert desk.sizes[-1] == (70, HEIGHT)


async def test_a_small_pane_shows_the_rows_above_the_cursor(desk: Desk, spool: CountingSpool) -> None:
    spool.write(b"one\r\ntwo\r\nthree\r\nfour\r\nfive\x1b[3;1H")
    async with desk.run_test(size=SIZE) as pilot:
        desk.query_one(Area).styles.height = 2
        await until(pilot, lambda: desk.sizes == [(WIDTH, 5)])
        await until(pilot, lambda: desk.shown == ["two", "three"])
        spool.write(b"\x1b[1;1H1")
        await until(pilot, lambda: desk.shown == ["1ne", "two"])


async def test_the_cursor_is_seen_while_attached_and_where_the_program_wants_it(
    desk: Desk, spool: CountingSpool
) -> None:
    spool.write("a漢b\x1b[2G".encode())

    def reversed_texts() -> list[str]:
        strip = desk.widget.render_line(0)
        return [segment.text for segment in strip if segment.style is not None and segment.style.reverse]

    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[0] == "a漢b")
        assert reversed_texts() == []
        await attach(pilot, desk)
        assert reversed_texts() == ["漢"]
        Pane.drawn.clear()
        spool.write(b"\x1b[3;4H")
        await until(pilot, lambda: reversed_texts() == [])
        assert {0, 2} <= set(Pane.drawn) <= {0, 2}
        spool.write(b"\x1b[H")
        await until(pilot, lambda: reversed_texts() == ["a"])
        spool.write(b"\x1b[?25l")
        await until(pilot, lambda: reversed_texts() == [])
        spool.write(b"\x1b[?25h")
        await until(pilot, lambda: reversed_texts() == ["a"])
        desk.widget.detach()
        await settle(pilot)
        assert reversed_texts() == []


async def test_a_selection_is_drawn_and_copied(desk: Desk, spool: CountingSpool) -> None:
    spool.write("漢字 one\r\n  two\r\n\r\nfour".encode())
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[3] == "four")
        selection = Selection(Offset(1, 0), Offset(2, 3))
        desk.screen.selections = {desk.widget: selection}
        await settle(pilot)
        assert desk.screen.get_selected_text() == "字 one\n  two\n\nfo"
        rows = [selected(desk.widget, desk.widget.render_line(row)) for row in range(5)]
        assert [text.rstrip() for text in rows] == ["字 one", "  two", "", "fo", ""]
        text, _ = desk.widget.get_selection(SELECT_ALL) or ("", "")
        assert text.rstrip("\n") == "漢字 one\n  two\n\nfour"


async def test_the_mouse_selects_what_it_is_dragged_over(desk: Desk, spool: CountingSpool) -> None:
    spool.write(FULL)
    async with desk.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: desk.shown[8] == "row 8")
        await pilot.mouse_down(desk.widget, offset=(2, 1))
        await pilot.hover(desk.widget, offset=(3, 3))
        await pilot.mouse_up(desk.widget, offset=(3, 3))
        assert desk.screen.get_selected_text() == "w 1\nrow 2\nrow "
