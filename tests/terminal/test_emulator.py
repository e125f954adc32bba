from __future__ import annotations

import pytest
from rich.style import Style

from app.terminal.emulator import Cursor, Emulator
from app.terminal.interpreter import Modes
from tests.terminal.emulated import BASE, FULL, emulated, rows, screen


def shows_alternate(emulator: Emulator) -> bool:
    return emulator.is_alternate


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"one\r\ntwo", "one\ntwo"),
        (b"one\ntwo", "one\n   two"),
        (b"50%\r100%", "100%"),
        (b"abc\b\bX", "aXc"),
        (b"a\tb\tc", "a       b       c"),
        (b"a\x0bb\x0cc", "a\n b\n  c"),
        (b"x" * 23, "x" * 20 + "\nxxx"),
        (b"x" * 20 + b"\r\ny", "x" * 20 + "\ny"),
        (b"\x1b[?7l" + b"x" * 22 + b"y", "x" * 19 + "y"),
        (FULL + b"\r\nrow5", "row1\nrow2\nrow3\nrow4\nrow5"),
        (b"a\x1b[3;5Hb\x1b[Hc", "c\n\n    b"),
        (b"\x1b[99;99Hx\x1b[0;0Hy", "y\n\n\n\n" + " " * 19 + "x"),
        (b"abc\x1b[2Dx\x1b[5Gy\x1b[2dz\x1b[Aw\x1b[Bv", "axc y w\n     z v"),
        (b"abcdef\x1b[3G\x1b[K", "ab"),
        (b"abcdef\x1b[3G\x1b[1K", "   def"),
        (b"abcdef\x1b[3G\x1b[2K", ""),
        (b"x" * 20 + b"\x1b[K", "x" * 20),
        (FULL + b"\x1b[3;3H\x1b[J", "row0\nrow1\nro"),
        (FULL + b"\x1b[3;3H\x1b[1J", "\n\n   2\nrow3\nrow4"),
        (FULL + b"\x1b[2J", ""),
        (FULL + b"\x1b[3J", "row0\nrow1\nrow2\nrow3\nrow4"),
        (FULL + b"\x1b[2;2H\x1b[L", "row0\n\nrow1\nrow2\nrow3"),
        (FULL + b"\x1b[2;2H\x1b[2M", "row0\nrow3\nrow4"),
        (b"one\r\n\ntwo\x1b[1;1H\x1b[M", "\ntwo"),
        (b"abcdef\x1b[2G\x1b[2@", "a  bcdef"),
        (b"abcdef\x1b[2G\x1b[2P", "adef"),
        (b"abcdef\x1b[2G\x1b[2X", "a  def"),
        (b"x" * 19 + b"y\x1b[H\x1b[@\x1b[P", "x" * 19),
        (b"abc\r\x1b[4hX\x1b[4lY", "XYbc"),
        (FULL + b"\x1b[2S", "row2\nrow3\nrow4"),
        (FULL + b"\x1b[2T", "\n\nrow0\nrow1\nrow2"),
        (FULL + b"\x1b[2;4r\x1b[4H\n\nx", "row0\nrow3\n\nx\nrow4"),
        (FULL + b"\x1b[2;4r\x1b[2H\x1bMx", "row0\nx\nrow1\nrow2\nrow4"),
        (FULL + b"\x1b[2;3r\x1b[5H\nx", "row0\nrow1\nrow2\nrow3\nxow4"),
        (FULL + b"\x1b[3;4r\x1b[1H\x1b[Ax\x1b[5H\x1b[By", "xow0\nrow1\nrow2\nrow3\nyow4"),
        (FULL + b"\x1b[2;4r\x1b[r\x1b[5H\nx", "row1\nrow2\nrow3\nrow4\nx"),
        (b"a\x1bDb\x1bEc\x1bMd", "a\n d\nc"),
        (b"ab\x1b7\x1b[4Hcd\x1b8e\x1b8f", "abf\n\n\ncd"),
        (b"ab\x1b[s\x1b[4Hcd\x1b[ue", "abe\n\n\ncd"),
        (b"\x1b[3g\x1b[5G\x1bH\r\tx", "    x"),
        (b"\x1b[2Ix\x1b[2Zy", " " * 8 + "y       x"),
        (b"\x1b(0lqk\x1b(Bq", "┌─┐q"),
        (b"\x1b)0\x0eqq\x0fq", "──q"),
        (b"x\x1b[3by", "xxxxy"),
        (b"x\x1b[999999by", "x" * 20 + "\nxy"),
        (b"one\x1bctwo", "two"),
        (b"a\x1b#8b", "ab"),
    ],
)
def test_text_and_sequences_do_what_they_do_in_a_terminal(data: bytes, shown: str) -> None:
    assert screen(emulated(data)) == shown


def test_wide_letters_and_marks_take_the_cells_they_should() -> None:
    wide = "漢字".encode()
    assert screen(emulated(wide + b"x")) == "漢字x"
    assert screen(emulated(b"x" * 19 + wide)) == "x" * 19 + "\n漢字"
    assert screen(emulated(wide + b"\x1b[2Gx")) == " x字"
    assert screen(emulated(wide + b"\x1b[3Gx")) == "漢x"
    assert screen(emulated(wide + b"\x1b[2G\x1b[P|")) == " |"
    assert screen(emulated(b"cafe", "\u0301s".encode())) == "cafés"
    assert screen(emulated("ก็ กำ".encode())) == "ก็ กำ"
    assert screen(emulated("\u1112\u1161\u11ab".encode())) == "한"
    assert screen(emulated("漢\u0301x".encode())) == "漢\u0301x"
    assert screen(emulated("x\u200b\u200d\ufe0f\ufeffy".encode())) == "xy"


def test_colours_become_styles_on_the_base() -> None:
    emulator = emulated(
        b"a\x1b[2;31mb\x1b[38:2::1:2:3;48;5;208mc\x1b[m \x1b[7;3;4;9;1md\x1b[0;30;40me", columns=6
    )
    plain, red, rgb, blank, all_of_them, illegible = emulator.line(0, BASE)
    assert plain.style == blank.style == illegible.style == BASE
    assert red.style == BASE + Style(dim=True, color="color(1)")
    assert rgb.style == BASE + Style(dim=True, color="#010203", bgcolor="color(208)")
    assert all_of_them.style == BASE + Style(
        reverse=True, italic=True, underline=True, strike=True, bold=True
    )


def test_what_is_erased_keeps_only_the_colour_behind_it() -> None:
    emulator = emulated(b"\x1b[4;7;31;44m\x1b[2J\x1b[3;3Hx\x1b[K\x1b[5H\n", columns=10)
    blue = BASE + Style(bgcolor="color(4)")
    assert [segment.style for segment in emulator.line(4, BASE)] == [blue]
    before, x, after = emulator.line(1, BASE)
    assert before.style == after.style == blue
    assert x.style == blue + Style(underline=True, reverse=True, color="color(1)")


def test_the_cursor_is_where_the_program_has_put_it() -> None:
    emulator = emulated(b"ab\x1b[?25l")
    assert emulator.cursor == Cursor(2, 0, visible=False)
    emulator.feed(b"\x1b[3;4H\x1b7\x1b[?25h\x1b[H\x1b8")
    assert emulator.cursor == Cursor(3, 2, visible=True)
    emulator.feed(b"\x1b[H" + b"x" * 20)
    assert emulator.cursor == Cursor(19, 0, visible=True)


def test_the_cursor_is_drawn_on_the_whole_letter_below_it() -> None:
    emulator = emulated("a漢b\x1b[2G".encode())
    reverse = BASE + Style(reverse=True)
    a, wide, rest = emulator.line(0, BASE, with_cursor=True)
    assert (a.text, wide.text, wide.style, rest.text[0]) == ("a", "漢", reverse, "b")
    emulator.feed(b"\x1b[C")
    assert emulator.line(0, BASE, with_cursor=True)[1] == wide
    emulator.feed(b"\x1b[H\x1b[7ma\x1b[H")
    assert emulator.line(0, BASE, with_cursor=True)[0].style == BASE


@pytest.mark.parametrize("mode", [b"47", b"1047", b"1049"])
def test_the_alternate_screen_stands_in_front_of_the_main_one(mode: bytes) -> None:
    emulator = emulated(b"$ vi\x1b[31m")
    assert not shows_alternate(emulator)
    emulator.feed(b"\x1b[?%bh" % mode)
    assert shows_alternate(emulator)
    assert rows(emulator) == [""] * 5
    emulator.feed(b"\x1b[m\x1b[3;3Htext\x1b[?%bh!\x1b7" % mode)
    assert screen(emulator) == "\n\n  text!"
    emulator.feed(b"\x1b[?%bl#" % mode)
    assert not shows_alternate(emulator)
    assert emulator.used_alternate
    assert not emulated(b"$ vi").used_alternate
    assert screen(emulator) == "$ vi#"
    assert emulator.line(0, BASE)[1].style == BASE + Style(color="color(1)")


def test_a_reset_leaves_the_alternate_screen_and_every_mode() -> None:
    emulator = emulated(b"main\x1b[?1049h\x1b[?1;2004h\x1b=\x1b[?25l\x1bcx")
    assert not shows_alternate(emulator)
    assert screen(emulator) == "x"
    assert emulator.cursor.visible
    assert emulator.modes == Modes()


def test_modes_of_keys_and_pastes_are_known() -> None:
    emulator = emulated(b"\x1b[?1h\x1b=\x1b[?7;2004h")
    assert emulator.modes == Modes(application_cursor=True, application_keypad=True, bracketed_paste=True)
    emulator.feed(b"\x1b[?2004;1l\x1b>")
    assert emulator.modes == Modes()


def test_only_rows_that_have_changed_are_dirty_and_only_once() -> None:
    emulator = emulated(FULL)
    assert emulator.take_dirty() == {0, 1, 2, 3, 4}
    assert emulator.take_dirty() == set()
    emulator.feed(b"\x1b[2;3Hx\x1b[4;1H\x1b[K\x1b[1;1H")
    assert emulator.take_dirty() == {1, 3}
    emulator.feed(b"\x1b[2;4r\x1b[4H\n")
    assert emulator.take_dirty() == {1, 2, 3}
    emulator.resize(20, 3)
    assert emulator.take_dirty() == {0, 1, 2}


def test_after_a_gap_the_screen_is_empty_and_the_modes_are_kept() -> None:
    emulator = emulated(b"\x1b[?1049h\x1b[?1;2004h\x1b[?25l\x1b[31mold\x1b[2;4r\x1b(0\x1b]0;ti")
    emulator.skip()
    assert rows(emulator) == [""] * 5
    emulator.feed(FULL)
    assert screen(emulator) == FULL.decode().replace("\r", "")
    assert emulator.line(0, BASE)[0].style == BASE
    assert shows_alternate(emulator)
    assert emulator.modes.application_cursor
    assert emulator.modes.bracketed_paste
    assert not emulator.cursor.visible
