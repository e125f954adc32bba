from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from app.execution import spool
from widgets.drawn_line import DrawnLine, LinePainter, Shape, text_before
from widgets.output_source import LONGEST_LINE


def _rows(line: bytes, width: int) -> list[str]:
    drawn = DrawnLine(line, Shape(width, wraps=True))
    return [drawn.row(number).strip.text for number in range(drawn.row_count)]


def _window(line: bytes, left: int, width: int) -> str:
    return DrawnLine(line, Shape(width, left)).row(0).strip.text


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", ["    "]),
        ("ab", ["ab  "]),
        ("abcd", ["abcd"]),
        ("abcdefghij", ["abcd", "efgh", "ij  "]),
        ("漢字漢", ["漢字", "漢  "]),
        ("a漢字漢", ["a漢 ", "字漢"]),
        ("abce\u0301fg", ["abce\u0301", "fg  "]),
        ("\tx", ["    ", "    ", "x   "]),
    ],
)
def test_a_line_takes_as_many_rows_as_it_needs(text: str, rows: list[str]) -> None:
    assert _rows(text.encode(), 4) == rows


def test_a_wrapped_line_keeps_its_colours_from_row_to_row() -> None:
    drawn = DrawnLine(b"ab\x1b[31mcdef\x1b[0mgh", Shape(4, wraps=True))
    colours = [
        [(text, style.color.number if style and style.color else None) for text, style, _ in row.strip]
        for row in (drawn.row(0), drawn.row(1))
    ]
    assert colours == [[("ab", None), ("cd", 1)], [("ef", 1), ("gh", None)]]


def test_rows_know_their_characters_and_characters_their_row() -> None:
    drawn = DrawnLine("abc漢字def".encode(), Shape(4, wraps=True))
    spans = [(drawn.row(number).start, drawn.row(number).end) for number in range(drawn.row_count)]
    assert spans == [(0, 3), (3, 5), (5, 8)]
    assert [drawn.row_of(character) for character in range(8)] == [0, 0, 0, 1, 1, 2, 2, 2]


@pytest.mark.parametrize(
    ("text", "left", "window"),
    [
        ("abcdef", 0, "abcd"),
        ("abcdef", 3, "def "),
        ("abcdef", 9, "    "),
        ("漢字漢字", 0, "漢字"),
        ("漢字漢字", 1, " 字 "),
        ("漢字漢字", 2, "字漢"),
        ("漢字", 5, "    "),
        ("a\u0301b漢c", 1, "b漢c"),
    ],
)
def test_an_unwrapped_line_is_seen_through_a_window(text: str, left: int, window: str) -> None:
    assert _window(text.encode(), left, 4) == window


def test_half_a_wide_character_counts_as_that_character() -> None:
    row = DrawnLine("漢字漢字".encode(), Shape(4, 1)).row(0)
    assert (row.start, row.end) == (0, 2)


@pytest.mark.parametrize("width", [64, 80, 1000])
def test_all_of_the_longest_line_is_drawn_and_its_end_says_that_it_was_cut(width: int) -> None:
    line = bytes(random.Random(1).choices(b"abcdefgh", k=LONGEST_LINE))
    rows = _rows(line, width)
    assert "".join(rows).rstrip() == line.decode() + "…"
    assert {len(row) for row in rows} == {width}
    assert _window(line, LONGEST_LINE - 2, 4) == line[-2:].decode() + "… "
    assert DrawnLine(line, Shape(width)).cells == LONGEST_LINE + 1


@pytest.mark.parametrize(
    ("line", "byte", "before"),
    [
        (b"abc", 0, ""),
        (b"abc", 2, "ab"),
        (b"abc", 3, None),
        ("é漢x".encode(), 5, "é漢"),
        (b"\x1b[31mred\x1b[0m.", 5, ""),
        (b"\tx", 1, " " * 8),
        (b"old state\rnew", 2, None),
        (b"old state\rnew", 11, "n"),
        (b"windows\r", 3, "win"),
    ],
)
def test_a_byte_is_found_where_it_is_drawn(line: bytes, byte: int, before: str | None) -> None:
    assert text_before(line, byte) == before


@pytest.mark.parametrize(
    "line", [b"ab\t" * 2000, "漢字é".encode() * 900, b"\x1b[31mx" * 1360, b"x" * 2000 + b"\rnew"]
)
@pytest.mark.parametrize("left", [0, 5, 800, 980, 1100, 2500])
def test_a_line_looks_the_same_however_little_of_it_is_drawn(line: bytes, left: int) -> None:
    whole = DrawnLine(line, Shape(1 << 20))
    part = DrawnLine(line, Shape(40, left))
    seen = whole.row(0).strip.crop(left, left + 40)
    assert part.row(0).strip.text == seen.text
    assert part.cells >= whole.cells
    assert whole.text.startswith(part.text.rstrip("\ufffd"))
    assert len(part.text) < len(whole.text) or left > 100 or b"\r" in line


def test_the_longest_line_is_that_of_a_spool() -> None:
    assert LONGEST_LINE == spool.LONGEST_LINE


def test_a_line_is_drawn_once_until_the_shape_changes() -> None:
    painter = LinePainter()
    painter.fit(Shape(10))
    drawn = painter.draw(b"line")
    painter.fit(Shape(10))
    assert painter.draw(b"line") is drawn
    painter.fit(Shape(10, base=Style(bold=True)))
    assert painter.draw(b"line") is not drawn


@settings(max_examples=60)
@given(st.binary(max_size=300), st.integers(0, 2**32), st.integers(2, 40), st.integers(0, 60), st.booleans())
def test_no_bytes_can_break_it_or_reach_the_terminal(
    data: bytes, seed: int, width: int, left: int, wraps: bool
) -> None:
    parts = [
        b"\x1b[",
        b"\x1b]8;;",
        b"\x07",
        b"\r",
        b"\n",
        b"\t",
        b"31m",
        "漢👩\u202e".encode(),
        b"\xff",
        data,
    ]
    hostile = b"".join(random.Random(seed).choices(parts, k=50))
    for line in hostile.split(b"\n"):
        drawn = DrawnLine(line, Shape(width, 0 if wraps else left, wraps))
        for number in range(drawn.row_count):
            strip = drawn.row(number).strip
            assert not any(segment.control for segment in strip)
            assert all(
                char >= " " and not 0x7F <= ord(char) < 0xA0 and char != "\u202e" for char in strip.text
            )
            assert strip.cell_length == width == sum(cell_len(segment.text) for segment in strip)
