from __future__ import annotations

import os
import shutil
import sys
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from app.terminal.emulator import Cursor, Emulator
from app.terminal.interpreter import Modes
from app.terminal.text import safe_text
from tests.pty.terminal import Terminal
from tests.terminal.test_cases import CASES, Case

BASE = Style(color="white", bgcolor="black")
FULL = b"".join(b"row%d\r\n" % number for number in range(4)) + b"row4"


def emulated(*pieces: bytes, columns: int = 20, rows: int = 5) -> Emulator:
    emulator = Emulator(columns, rows)
    for piece in pieces:
        emulator.feed(piece)
    return emulator


def rows(emulator: Emulator) -> list[str]:
    """What is on the screen, without blanks at the ends of rows."""
    lines = (emulator.line(row, BASE) for row in range(emulator.rows))
    return ["".join(segment.text for segment in line).rstrip() for line in lines]


def shows_alternate(emulator: Emulator) -> bool:
    return emulator.is_alternate


def screen(emulator: Emulator) -> str:
    return "\n".join(rows(emulator)).rstrip("\n")


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


@pytest.mark.parametrize("between", [b"", b"\x1b[1m", b"\x1b[D\x1b[C", b"\r\x1b[C"])
def test_marks_cannot_flood_a_cell_by_any_way(between: bytes) -> None:
    flood = b"a" + between.join(["\u0301".encode() * 6, "\u0344".encode() * 4] * 30)
    assert len(screen(emulated(flood))) <= 9


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


def test_nothing_is_concealed_and_nothing_blinks() -> None:
    (segment,) = emulated(b"\x1b[8;5;6mrm -rf ~", columns=8).line(0, BASE)
    assert (segment.text, segment.style) == ("rm -rf ~", BASE)


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


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        (b"\x1b[c", b"\x1b[?6c"),
        (b"\x1b[0c", b"\x1b[?6c"),
        (b"\x1b[5n", b"\x1b[0n"),
        (b"\x1b[2;3H\x1b[6n", b"\x1b[2;3R"),
        (b"\x1b[99;99Hx\x1b[6n", b"\x1b[5;20R"),
        (b"\x1b[>c\x1b[=c\x1b[?6n\x1b[21t\x1b[>q\x05\x1b]52;c;?\x07\x1bP+q544e\x1b\\\x1b[?u\x1b[?1$p", b""),
    ],
)
def test_only_harmless_questions_are_answered(request_: bytes, reply: bytes) -> None:
    emulator = emulated(request_)
    assert emulator.take_replies() == reply
    assert emulator.take_replies() == b""


def test_no_flood_of_questions_makes_much_of_an_answer() -> None:
    assert len(emulated(b"\x1b[6n" * 10_000).take_replies()) <= 1024


@pytest.mark.parametrize(
    "sequence",
    [
        b"\x1b[>4;2m",
        b"\x1b[<35;1;1M",
        b"\x1b[=5;1u",
        b"\x1b[>1u",
        b"\x1b[<u",
        b"\x1b[?u",
        b"\x1b[?2026$p",
        b"\x1b[1;1;2;2$r",
        b"\x1b[4 q",
        b"\x1b[!p",
        b'\x1b[61"p',
        b"\x1b[1;2;3;4;5;6;7H\x1b[1;2H",
        b"\x1b[1<2;3>H",
        b"\x1b[?1006;1002;1h",
        b"\x1b[?3h\x1b[1;2H",
        b"\x1b]0;title\x07",
        b"\x1b]2;title\x1b\\",
        b"\x1b]52;c;cm0gLXJm\x07",
        b"\x1b]8;;https://example.org\x1b\\",
        b"\x1b]P0123456\x07",
        b"\x1b]R\x07",
        b"\x1b]1337;File=name=eA==:QUJD\x07",
        b"\x1bP+q544e\x1b\\",
        b"\x1bPtmux;\x1b\x1b]52;c;QQ==\x07\x1b\\",
        b"\x1bPq#0;2;0;0;0#0~~@@vv\x1b\\",
        b"\x1b_Gf=24,a=T;AAAA\x1b\\",
        b"\x1b^secret\x1b\\",
        b"\x1bXstart\x1b\\",
        b"\x1bktitle\x1b\\",
        b"\x1b%G",
        b"\x1b*0",
        b"\x1b#3",
        b"\x1b F",
        b"\x1bN",
        "\u009d0;title\u009c".encode(),
        "\u009b>4;2m".encode(),
        b"\x07\x00\x05\x7f",
        "\u202e\u2066\u200f\U000e0041\u3164\u2028".encode(),
    ],
)
def test_what_is_no_text_is_swallowed_wherever_it_is_cut(sequence: bytes) -> None:
    whole = b"a" + sequence + b"b"
    for cut in range(len(whole) + 1):
        assert screen(emulated(whole[:cut], whole[cut:])) == "ab", cut
    assert screen(emulated(*(bytes([byte]) for byte in whole))) == "ab"


def test_an_endless_string_takes_no_memory() -> None:
    emulator = emulated(b"a\x1b]52;c;")
    payload = b"QUJD" * 25_000
    tracemalloc.start()
    try:
        for _ in range(30):
            emulator.feed(payload)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    emulator.feed(b"\x07b")
    assert screen(emulator) == "ab"


def test_colours_of_any_length_take_no_memory() -> None:
    emulator = emulated(columns=4, rows=1)
    tracemalloc.start()
    try:
        for number in range(300):
            emulator.feed(b"\x1b[%d;%sm" % (number, b"1;" * 10_000))
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_an_endless_control_sequence_takes_no_memory_and_little_time() -> None:
    emulator = emulated(b"a\x1b[")
    start = time.process_time()
    for _ in range(2000):
        emulator.feed(b"0" * 1000)
    emulator.feed(b"mb")
    assert time.process_time() - start < 2
    assert screen(emulator) == "ab"


@pytest.mark.parametrize(
    "unit",
    [
        b"\n",
        b"\x1b[999b",
        b"\x1b[999L",
        b"\x1b[@",
        b"\x1b[999I",
        b"\x1b[J",
        b"\x1b[4hx",
        b"\x1b[?1049h\x1b[?1049l",
        "a\u0301".encode(),
        "\u0301".encode(),
        b"\x1b7",
        b"\x1b]",
        b"\x1b[",
        b"\x1b#8",
        b"\x1b[1;" + b"9;" * 40 + b"m",
    ],
)
def test_no_flood_takes_long(unit: bytes) -> None:
    start = time.process_time()
    emulated(b"x", unit * (16_000 // len(unit)), columns=200, rows=60)
    assert time.process_time() - start < 2


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


def _assert_safe(emulator: Emulator) -> None:
    assert 0 <= emulator.cursor.column < emulator.columns
    assert 0 <= emulator.cursor.row < emulator.rows
    for row in range(emulator.rows):
        line = emulator.line(row, BASE)
        text = "".join(segment.text for segment in line)
        assert cell_len(text) == emulator.columns
        assert safe_text(text) == text
        assert not set(text) & {"\t", "\n"}
        for segment in line:
            assert segment.control is None
            assert segment.style is not None
            assert not segment.style.conceal
            assert not segment.style.blink
            assert segment.style.link is None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_of_a_case_gets_out_wherever_it_is_cut(case: Case) -> None:
    data = case.data[:20_000]
    whole = emulated(data)
    _assert_safe(whole)
    for cut in sorted({*range(min(len(data), 40)), len(data) // 2, len(data) - 1}):
        halves = emulated(data[:cut], data[cut:])
        _assert_safe(halves)
        assert rows(halves) == rows(whole), cut


PIECES = st.lists(
    st.binary(max_size=10)
    | st.text(max_size=6).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.from_regex(rb"\x1b\[[?>]?[0-9]{0,3}(;[0-9]{0,2})?[@A-Za-z`]", fullmatch=True)
    | st.sampled_from(
        [
            *(
                b"\x1b",
                b"\x1b[",
                b"\x1b]0;",
                b"\x1bP",
                b"\x07",
                b"\x1b\\",
                b"\x1b7",
                b"\x1b8",
                b"\x1bM",
                b"\x1bc",
            ),
            *(
                b"\r",
                b"\n",
                b"\t",
                b"\b",
                b"\x0e",
                b"\x1b(0",
                b"\x1b[4h",
                b"\x1b[?7l",
                b"\x1b[?1049h",
                b"\xc2",
                b"\x9b",
            ),
            *(
                "漢".encode(),
                "e\u0301".encode(),
                "👩\u200d👧".encode(),
                "🇩🇪".encode(),
                b"word word word word",
            ),
        ]
    ),
    max_size=40,
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(PIECES, st.integers(1, 12), st.integers(1, 6))
def test_any_bytes_are_safe_however_they_are_cut(pieces: list[bytes], columns: int, height: int) -> None:
    whole = emulated(b"".join(pieces), columns=columns, rows=height)
    parts = emulated(*pieces, columns=columns, rows=height)
    _assert_safe(whole)
    assert rows(parts) == rows(whole)
    assert parts.cursor == whole.cursor


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.lists(st.tuples(PIECES, st.integers(0, 12), st.integers(0, 6)), max_size=5))
def test_any_bytes_are_safe_at_any_size(steps: list[tuple[list[bytes], int, int]]) -> None:
    emulator = emulated()
    for pieces, columns, height in steps:
        emulator.feed(b"".join(pieces))
        emulator.resize(columns, height) if columns else emulator.skip()
        _assert_safe(emulator)
        assert emulator.take_dirty() <= set(range(emulator.rows))


CURSES = """
import curses
def main(window):
    curses.start_color()
    curses.init_pair(1, curses.COLOR_RED, curses.COLOR_BLUE)
    window.border()
    window.addstr(1, 2, "menu", curses.color_pair(1) | curses.A_BOLD)
    window.addstr(2, 2, "-" * 10)
    window.refresh()
    window.getch()
    window.move(1, 0)
    window.deleteln()
    window.addstr(4, 2, "gone up")
    window.refresh()
    window.getch()
curses.wrapper(main)
"""


def drawn(terminal: Terminal, shown: str) -> Emulator:
    """What the program has drawn, once it shows these rows."""
    deadline = time.monotonic() + 20
    while True:
        emulator = emulated(terminal.raw, columns=30, rows=8)
        if shown in screen(emulator):
            return emulator
        assert time.monotonic() < deadline, screen(emulator)
        time.sleep(0.005)


def test_a_program_of_curses_is_drawn_as_in_a_terminal() -> None:
    with Terminal([sys.executable, "-c", CURSES], os.environ, columns=30, rows=8) as terminal:
        top, bottom = "┌" + "─" * 28 + "┐\n", "└" + "─" * 28 + "┘"
        menu, line, blank, gone = (f"│ {text:26} │\n" for text in ("menu", "-" * 10, "", "gone up"))
        emulator = drawn(terminal, top + menu + line + blank * 4 + bottom)
        assert emulator.is_alternate
        segment = next(segment for segment in emulator.line(1, BASE) if segment.text == "menu")
        assert segment.style == BASE + Style(bold=True, color="color(1)", bgcolor="color(4)")
        terminal.send("x")
        drawn(terminal, top + line + blank * 2 + gone)
        terminal.send("x")
        terminal.wait_for_end()
        assert not emulated(terminal.raw).is_alternate


@pytest.mark.skipif(shutil.which("less") is None, reason="there is no less here")
def test_less_scrolls_both_ways() -> None:
    numbers = [str(number) for number in range(1, 101)]
    environ = {**os.environ, "LESS": "", "LESSHISTFILE": "-"}
    command = ["sh", "-c", 'printf "%s\\n" "$0" | less', "\n".join(numbers)]
    with Terminal(command, environ, columns=30, rows=8) as terminal:
        for keys, first in (("", 1), ("\r", 2), ("G", 94), ("y", 93)):
            terminal.send(keys)
            drawn(terminal, "\n".join(numbers[first - 1 : first + 6]) + "\n")
