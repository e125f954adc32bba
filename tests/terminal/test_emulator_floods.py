from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.terminal.emulated import emulated, screen


@pytest.mark.parametrize("between", [b"", b"\x1b[1m", b"\x1b[D\x1b[C", b"\r\x1b[C"])
def test_marks_cannot_flood_a_cell_by_any_way(between: bytes) -> None:
    flood = b"a" + between.join(["\u0301".encode() * 6, "\u0344".encode() * 4] * 30)
    assert len(screen(emulated(flood))) <= 9


def test_no_flood_of_questions_makes_much_of_an_answer() -> None:
    assert len(emulated(b"\x1b[6n" * 10_000).take_replies()) <= 1024


@contextmanager
def little_memory() -> Iterator[None]:
    """What is done within takes less than 2 MB at any time."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_an_endless_string_takes_no_memory() -> None:
    emulator = emulated(b"a\x1b]52;c;")
    payload = b"QUJD" * 25_000
    with little_memory():
        for _ in range(30):
            emulator.feed(payload)
    emulator.feed(b"\x07b")
    assert screen(emulator) == "ab"


def test_colours_of_any_length_take_no_memory() -> None:
    emulator = emulated(columns=4, rows=1)
    with little_memory():
        for number in range(300):
            emulator.feed(b"\x1b[%d;%sm" % (number, b"1;" * 10_000))


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
