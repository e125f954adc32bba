from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.terminal.stream import Sanitiser, plain_text

PIECES = st.lists(
    st.binary(max_size=12)
    | st.sampled_from(
        [
            b"\x1b",
            b"\x1b[",
            b"31m",
            b"\x1b]0;",
            b"\x07",
            b"\r",
            b"\n",
            b"\r\n",
            b"ok",
            "é漢👩".encode(),
            b"\xc2",
            b"\x9b",
        ]
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"10%\r50%\r100%\ndone\n", "100%\ndone\n"),
        (b"10%\r50%\r", "50%"),
        (b"windows\r\nlines\r\n", "windows\nlines\n"),
        (b"wait\rok\r\r\nnext", "ok\nnext"),
        (b"first\nspin |\rspin /\nlast", "first\nspin /\nlast"),
        (b"\xff\xfe broken", "\ufffd\ufffd broken"),
        (b"", ""),
    ],
)
def test_a_progress_line_is_told_in_its_newest_state(data: bytes, text: str) -> None:
    assert plain_text(data) == text


@settings(derandomize=True)
@given(PIECES)
def test_pieces_and_the_whole_read_the_same(pieces: list[bytes]) -> None:
    sanitiser = Sanitiser()
    text = "".join(map(sanitiser.feed, pieces)) + sanitiser.finish()
    assert text == plain_text(b"".join(pieces))
    assert all((char >= " " or char in "\n\t") and not 0x7F <= ord(char) < 0xA0 for char in text)


def test_whole_lines_are_given_out_at_once() -> None:
    sanitiser = Sanitiser()
    assert sanitiser.feed(b"one\ntwo\nthr") == "one\ntwo\n"
    assert sanitiser.feed(b"ee\n") == "three\n"
    assert sanitiser.finish() == ""


def test_a_line_without_end_is_complete_and_held_back_only_in_part() -> None:
    sanitiser = Sanitiser()
    parts = [sanitiser.feed(b"x" * 10_000) for _ in range(500)]
    assert max(map(len, parts)) < 100_000
    assert "".join(parts) + sanitiser.finish() == "x" * 5_000_000


@pytest.mark.parametrize(
    ("tail", "text"),
    [
        (b"\x1b[0m", "hidden?"),
        (b"\x1bc", "hidden?"),
        (b"\x1b(B", "hidden?"),
        (b"\x1b]0;t\x07", "hidden?"),
        (b"\x1b[3", "idden?"),
    ],
)
def test_a_long_line_may_be_cut_right_after_a_sequence(tail: bytes, text: str) -> None:
    sanitiser = Sanitiser()
    shown = sanitiser.feed(b"y" * 70_000 + tail) + sanitiser.feed(b"hidden?\n")
    assert shown == "y" * 70_000 + text + "\n"


def test_an_endless_string_takes_no_memory() -> None:
    sanitiser = Sanitiser()
    payload = b"QUJD" * 25_000
    tracemalloc.start()
    try:
        shown = sanitiser.feed(b"a\x1b]52;c;") + "".join(sanitiser.feed(payload) for _ in range(100))
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert shown + sanitiser.feed(b"\x07b\n") == "ab\n"


@pytest.mark.parametrize(
    "unit", [b"\r", b"a\r", b"\x1b", b"\x1b[", b"\x1b]", b"\x1b[00", b"0;", "\u0301".encode(), b"\xff"]
)
def test_no_flood_takes_more_than_linear_time(unit: bytes) -> None:
    start = time.process_time()
    plain_text(b"z\x1b[" + unit * 200_000)
    assert time.process_time() - start < 2
