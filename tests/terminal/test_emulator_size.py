from __future__ import annotations

from app.terminal.emulator import Cursor
from tests.terminal.emulated import FULL, emulated, rows


def test_a_smaller_screen_keeps_the_row_of_the_cursor() -> None:
    emulator = emulated(FULL)
    emulator.resize(3, 2)
    assert rows(emulator) == ["row", "row"]
    assert emulator.cursor == Cursor(2, 1, visible=True)
    emulator.feed(b"\x1b[H4")
    emulator.resize(10, 4)
    assert rows(emulator) == ["4ow", "row", "", ""]
    emulator.resize(10, 1)
    assert rows(emulator) == ["4ow"]
    emulator.resize(0, 0)
    assert (emulator.columns, emulator.rows) == (1, 1)


def test_a_cursor_that_was_saved_comes_back_within_a_smaller_screen() -> None:
    emulator = emulated(FULL + b"\x1b[5;20H\x1b7")
    emulator.resize(10, 3)
    emulator.feed(b"\x1b8x")
    assert rows(emulator) == ["row2", "row3", "row4     x"]


def test_the_main_screen_fits_when_it_comes_back_at_another_size() -> None:
    emulator = emulated(FULL + b"\x1b[?1049h")
    emulator.resize(3, 2)
    emulator.resize(30, 7)
    emulator.feed(b"\x1b[?1049l!\x1b[1;20H\tx")
    assert rows(emulator)[:2] == ["row" + " " * 21 + "x", "ro!"]
