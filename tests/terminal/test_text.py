from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.terminal.text import safe_line, safe_text

CLEAN = 'def f(x):\n\treturn "naïve — 漢字 👩\u200d👩\u200d👧 ✓"\n'


@pytest.mark.parametrize(
    ("untrusted", "safe"),
    [
        ("one\r\ntwo\rthree\r\r\nfour", "one\ntwo\nthree\nfour"),
        ("a\u2028b\u2029c", "a\nb\nc"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("\x1b]8;;https://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b[1;31mred\x1b[0m \x1b(B\x1b=text", "red text"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("hi\U000e0069\U000e0067", "hi"),
        ("[bold]not markup[/]", "[bold]not markup[/]"),
        ("cut \x1b[3", "cut "),
        ("e\u0301 is a letter", "e\u0301 is a letter"),
        ("", ""),
    ],
)
def test_text_loses_only_what_is_unsafe(untrusted: str, safe: str) -> None:
    assert safe_text(untrusted) == safe


def test_an_unterminated_sequence_does_not_hide_the_next_line() -> None:
    assert safe_text("a\x1b]0;title\nb\x1bPdata\nc") == "a\nb\nc"


def test_clean_text_is_the_same_object() -> None:
    assert safe_text(CLEAN) is CLEAN


def test_a_megabyte_of_clean_text_takes_under_a_quarter_second() -> None:
    text = CLEAN * (1_000_000 // len(CLEAN))
    start = time.process_time()
    assert safe_text(text) == text
    assert time.process_time() - start < 0.25


def test_a_line_keeps_a_blank_for_each_newline_and_tab() -> None:
    assert safe_line("make\tall\r\nmake test\x07") == "make all make test"


@settings(derandomize=True)
@given(
    st.text(st.characters(exclude_categories=()) | st.sampled_from("\x1b[]P\\;m\r\n\t\x07\u202e\u0301\x9b"))
)
def test_no_text_is_unsafe_twice(text: str) -> None:
    once = safe_text(text)
    assert safe_text(once) == once
    once.encode("utf-8")
    assert all(char >= " " or char in "\n\t" for char in once)
    assert not set(once) & set(map(chr, range(0x7F, 0xA0)))
    assert len(safe_line(text).splitlines()) <= 1
