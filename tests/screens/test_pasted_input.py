"""Pastes are text: whatever is in one, no part of it is a key."""

from __future__ import annotations

import pytest
from textual import events

from app.screens.pasted_input import Parser, PasteCleaner

BEGIN, END = "\x1b[200~", "\x1b[201~"


def read(*pieces: str) -> list[tuple[str, str]]:
    """What a program is told: pastes and keys."""
    parser = Parser()
    seen = []
    for piece in (*pieces, "."):  # the parser gives a paste away with what comes after it
        for event in parser.feed(piece):
            if isinstance(event, events.Paste):
                seen.append(("paste", event.text))
            elif isinstance(event, events.Key):
                seen.append(("key", event.key))
    assert seen.pop() == ("key", "full_stop")
    return seen


@pytest.mark.parametrize("text", ["a\x1by", "a\x1b[" + 40 * "y", "\x1b\x1by", "\x1b[A\r"])
def test_an_escape_character_in_a_paste_makes_no_key(text: str) -> None:
    assert read(BEGIN + text + END) == [("paste", text.replace("\x1b", ""))]


@pytest.mark.parametrize("size", range(1, 9))
def test_a_paste_may_come_in_pieces_of_any_size(size: int) -> None:
    sent = f"n{BEGIN}one \x1b[2 \x1by two{END}e\x1b[A{BEGIN}\x1b[201y{END}q"
    pieces = [sent[start : start + size] for start in range(0, len(sent), size)]
    pasted = [("paste", "one [2 y two"), ("key", "e"), ("key", "up"), ("paste", "[201y"), ("key", "q")]
    assert read(*pieces) == [("key", "n"), *pasted]


def test_what_is_typed_is_passed_on_at_once_and_as_it_is() -> None:
    cleaner = PasteCleaner()
    for piece in ("\x1b", "[20", "x", "\x1b[200", "\x1b[A", "\x1by", "ä\x00"):
        assert cleaner.clean(piece) == piece
