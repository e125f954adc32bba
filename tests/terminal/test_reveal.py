from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.terminal.reveal import reveal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("git commit -m 'naïve ✓ 漢字'", "git commit -m 'naïve ✓ 漢字'"),
        ("cat a\n\tcat b\n", "cat a\n\tcat b\n"),
        ("cat \u202etxt.sh", r"cat \u202etxt.sh"),
        ("rm -rf ~\rls", r"rm -rf ~\rls"),
        ("echo \x1b[8mrm\x1b[0m", r"echo \x1b[8mrm\x1b[0m"),
        ("ls\x00\x7f\x9b", r"ls\x00\x7f\x9b"),
        ("ls\u00a0-la\u200b\u3164", r"ls\xa0-la\u200b\u3164"),
        ("hi\U000e0069", r"hi\U000e0069"),
        ("half \ud83d", r"half \ud83d"),
        ("r\ufe0fm\u2028", r"r\ufe0fm\u2028"),
    ],
)
def test_what_could_not_be_seen_is_written_out(text: str, shown: str) -> None:
    assert reveal(text) == shown


@settings(derandomize=True)
@given(st.text(st.characters(exclude_categories=())))
def test_whatever_is_shown_can_be_seen(text: str) -> None:
    shown = reveal(text)
    assert all(char.isprintable() or char in "\n\t" for char in shown)
    assert len(shown) >= len(text)
