from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from app.terminal.line import styled_line

BASE = Style(color="white", bgcolor="black")


def _text(segments: list[Segment]) -> str:
    return "".join(segment.text for segment in segments)


def test_colours_become_styles_on_the_base() -> None:
    red, plain = styled_line(b"\x1b[1;31mred\x1b[0m text", BASE)
    assert (red.text, plain.text) == ("red", " text")
    assert red.style == BASE + Style(color="color(1)", bold=True)
    assert plain.style == BASE


def test_a_progress_line_is_drawn_in_its_newest_state() -> None:
    assert _text(styled_line(b"10%\r\x1b[32m100%\r", BASE)) == "100%"


def test_tabs_are_filled_up_to_the_column_across_colours() -> None:
    assert _text(styled_line(b"abc\x1b[31mde\tf\tg", BASE)) == "abcde   f       g"


def test_another_kind_of_line_ending_is_drawn_as_a_blank() -> None:
    assert _text(styled_line("a\u2028b".encode(), BASE)) == "a b"


def test_marks_cannot_flood_by_hiding_behind_colours() -> None:
    flood = b"a" + b"\x1b[1m".join(["\u0301".encode() * 8] * 50)
    assert _text(styled_line(flood, BASE)) == "a" + "\u0301" * 8


def test_only_as_many_bytes_as_asked_for_are_drawn() -> None:
    assert _text(styled_line(b"x" * 5_000_000, BASE, limit=100)) == "x" * 100 + "…"
    assert _text(styled_line(b"x" * 100, BASE, limit=100)) == "x" * 100


@settings(max_examples=300)
@given(
    st.lists(
        st.binary(max_size=20)
        | st.sampled_from(
            [b"\x1b[", b"\x1b]8;;x", b"38;5;", b"38:2::1:2:3", b"m", b"8", b"\t", b"\r", b"\x07"]
        )
    ).map(b"".join)
)
def test_no_bytes_raise_or_keep_a_control_character(line: bytes) -> None:
    for segment in styled_line(line.replace(b"\n", b""), BASE):
        assert segment.control is None
        assert segment.text
        assert all(char >= " " and not 0x7F <= ord(char) < 0xA0 for char in segment.text)
        assert segment.style is not None
        assert not segment.style.conceal
