from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from app.terminal.emulator import Emulator
from app.terminal.text import safe_text
from tests.terminal.emulated import BASE, emulated, rows, screen
from tests.terminal.test_cases import CASES, Case


def test_nothing_is_concealed_and_nothing_blinks() -> None:
    (segment,) = emulated(b"\x1b[8;5;6mrm -rf ~", columns=8).line(0, BASE)
    assert (segment.text, segment.style) == ("rm -rf ~", BASE)


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


@settings(max_examples=300)
@given(PIECES, st.integers(1, 12), st.integers(1, 6))
def test_any_bytes_are_safe_however_they_are_cut(pieces: list[bytes], columns: int, height: int) -> None:
    whole = emulated(b"".join(pieces), columns=columns, rows=height)
    parts = emulated(*pieces, columns=columns, rows=height)
    _assert_safe(whole)
    assert rows(parts) == rows(whole)
    assert parts.cursor == whole.cursor


@settings(max_examples=150)
@given(st.lists(st.tuples(PIECES, st.integers(0, 12), st.integers(0, 6)), max_size=5))
def test_any_bytes_are_safe_at_any_size(steps: list[tuple[list[bytes], int, int]]) -> None:
    emulator = emulated()
    for pieces, columns, height in steps:
        emulator.feed(b"".join(pieces))
        emulator.resize(columns, height) if columns else emulator.skip()
        _assert_safe(emulator)
        assert emulator.take_dirty() <= set(range(emulator.rows))
