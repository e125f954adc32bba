from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from app.terminal.text import safe_text
from widgets.conversation.incoming import Incoming

SEQUENCES = ["\x1b", "[", "3", "1;4", "m", "]", "52;c;QQ==", "\x07", "\\", "P", "q", "\x9b", "\x9d", "\x9c"]
CHARACTERS = [
    "\r",
    "\n",
    "\r\n",
    "word",
    " ",
    "漢",
    "e",
    "\u0301",
    "\u0301" * 6,
    "\u202e",
    "\u2028",
    "\t",
    "\x00",
]
FRAGMENTS = st.sampled_from([*SEQUENCES, *CHARACTERS, "\ud83d", "\ude00", "\U000e0041"])


@settings(max_examples=400)
@given(st.lists(st.lists(FRAGMENTS, max_size=4).map("".join), max_size=12))
def test_text_in_pieces_becomes_what_the_whole_text_becomes(pieces: list[str]) -> None:
    incoming = Incoming()
    result = "".join([incoming.feed(piece) for piece in pieces]) + incoming.finish()
    assert result == safe_text("".join(pieces))


def test_text_of_an_ordinary_kind_is_not_held_back() -> None:
    incoming = Incoming()
    assert incoming.feed("Hello, ") == "Hello, "
    assert incoming.feed("wörld 漢字") == "wörld 漢字"


def test_a_sequence_cut_in_two_never_shows() -> None:
    incoming = Incoming()
    assert incoming.feed("red \x1b[3") == "red "
    assert incoming.feed("1mword\x1b]52;c;") == "word"
    assert incoming.feed("QUJD\x07 end\r") == " end"
    assert incoming.feed("\nnext") == "\nnext"


def test_a_sequence_without_end_is_not_held_for_ever() -> None:
    incoming = Incoming()
    total = "".join(incoming.feed("\x1b]" + "a" * 1000) for _ in range(100))
    assert re.search(r"[\x00-\x08\x0b-\x1f]", total + incoming.finish()) is None
