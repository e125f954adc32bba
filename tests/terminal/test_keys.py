from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.terminal.keys import key_bytes, paste_bytes


@pytest.mark.parametrize(
    ("key", "character", "sent"),
    [
        ("a", "a", b"a"),
        ("A", "A", b"A"),
        ("question_mark", "?", b"?"),
        ("plus", "+", b"+"),
        ("+", "+", b"+"),
        ("space", " ", b" "),
        ("é", "é", "é".encode()),
        ("漢", "漢", "漢".encode()),
        ("enter", "\r", b"\r"),
        ("shift+enter", None, b"\r"),
        ("tab", "\t", b"\t"),
        ("shift+tab", None, b"\x1b[Z"),
        ("escape", "\x1b", b"\x1b"),
        ("backspace", "\x7f", b"\x7f"),
        ("ctrl+backspace", None, b"\b"),
        ("alt+backspace", None, b"\x1b\x7f"),
        ("alt+enter", None, b"\x1b\r"),
        ("alt+x", None, b"\x1bx"),
        ("alt+x", "x", b"\x1bx"),
        ("alt+shift+x", "X", b"\x1bX"),
        ("alt+shift+x", None, b"\x1bX"),
        ("alt+full_stop", None, b"\x1b."),
        ("alt+slash", None, b"\x1b/"),
        ("ctrl+a", "\x01", b"\x01"),
        ("ctrl+c", None, b"\x03"),
        ("ctrl+z", "\x1a", b"\x1a"),
        ("ctrl+shift+A", None, b"\x01"),
        ("alt+ctrl+x", None, b"\x1b\x18"),
        ("ctrl+@", "\x00", b"\x00"),
        ("ctrl+space", None, b"\x00"),
        ("ctrl+left_square_bracket", None, b"\x1b"),
        ("ctrl+backslash", "\x1c", b"\x1c"),
        ("ctrl+right_square_bracket", "\x1d", b"\x1d"),
        ("ctrl+circumflex_accent", "\x1e", b"\x1e"),
        ("ctrl+underscore", "\x1f", b"\x1f"),
        ("ctrl+slash", None, b"\x1f"),
        ("ctrl+1", None, b"1"),
        ("up", None, b"\x1b[A"),
        ("left", None, b"\x1b[D"),
        ("home", None, b"\x1b[H"),
        ("end", None, b"\x1b[F"),
        ("shift+right", None, b"\x1b[1;2C"),
        ("alt+down", None, b"\x1b[1;3B"),
        ("ctrl+left", None, b"\x1b[1;5D"),
        ("ctrl+shift+end", None, b"\x1b[1;6F"),
        ("insert", None, b"\x1b[2~"),
        ("delete", None, b"\x1b[3~"),
        ("pageup", None, b"\x1b[5~"),
        ("ctrl+pagedown", None, b"\x1b[6;5~"),
        ("f1", None, b"\x1bOP"),
        ("f4", None, b"\x1bOS"),
        ("ctrl+f1", None, b"\x1b[1;5P"),
        ("f5", None, b"\x1b[15~"),
        ("f6", None, b"\x1b[17~"),
        ("f10", None, b"\x1b[21~"),
        ("f12", None, b"\x1b[24~"),
        ("shift+f5", None, b"\x1b[15;2~"),
        ("f13", None, b"\x1b[1;2P"),
        ("ctrl+f24", None, b"\x1b[24;6~"),
    ],
)
def test_a_key_sends_what_xterm_sends(key: str, character: str | None, sent: bytes) -> None:
    assert key_bytes(key, character) == sent


@pytest.mark.parametrize(
    "key", ["left_shift", "caps_lock", "super+c", "hyper+up", "media_play", "f25", "pause", ""]
)
def test_what_a_terminal_has_no_bytes_for_sends_nothing(key: str) -> None:
    assert key_bytes(key, None) == b""


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("up", b"\x1bOA"),
        ("end", b"\x1bOF"),
        ("ctrl+up", b"\x1b[1;5A"),
        ("pageup", b"\x1b[5~"),
        ("a", b"a"),
    ],
)
def test_cursor_keys_have_another_form_for_applications(key: str, sent: bytes) -> None:
    assert key_bytes(key, None, application_cursor=True) == sent


def test_a_paste_is_text_whose_lines_end_as_if_typed() -> None:
    assert paste_bytes("one\ntwo\r\nthree\rfour\té") == "one\rtwo\rthree\rfour\té".encode()
    assert paste_bytes("one\ntwo", bracketed=True) == b"\x1b[200~one\rtwo\x1b[201~"


@pytest.mark.parametrize(
    "text",
    ["a\x1b[201~rm -rf ~\n", "a\x1b[20\x1b[201~1~b", "a\u009b201~b", "\x1b\x1b[201~[201~", "a\x03\x04b"],
)
def test_a_paste_cannot_end_itself_or_press_a_key(text: str) -> None:
    pasted = paste_bytes(text, bracketed=True)
    inside = pasted.removeprefix(b"\x1b[200~").removesuffix(b"\x1b[201~")
    assert len(inside) == len(pasted) - 12
    assert not set(inside.decode()) & set(map(chr, [*range(9), *range(0xE, 0x20), *range(0x7F, 0xA0)]))


@given(st.text(max_size=20), st.none() | st.text(max_size=2))
def test_no_name_of_a_key_breaks_it(key: str, character: str | None) -> None:
    key_bytes(key, character)
    paste_bytes(key, bracketed=True)
