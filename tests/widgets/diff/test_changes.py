from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.diff.changes import LONGEST, changed_spans


def parts(old: str, new: str) -> tuple[list[str], list[str]]:
    """The changed parts of both lines."""
    left, right = changed_spans(old, new)
    return [old[start:end] for start, end in left], [new[start:end] for start, end in right]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("    self.text = text", "    self.needle = needle", (["text", "text"], ["needle", "needle"])),
        ("limit = 10", "limit = 10  # seconds", ([], ["  # seconds"])),
        ("call(a, b, c)", "call(a, c)", (["b, "], [])),
        ("return one two three four(x)", "return five six three four(x)", (["one two"], ["five six"])),
    ],
)
def test_words_that_differ_are_found(old: str, new: str, changed: tuple[list[str], list[str]]) -> None:
    assert parts(old, new) == changed


def test_lines_that_share_little_but_their_indentation_are_two_lines() -> None:
    assert parts("                return value", "                raise KeyError(name)") == ([], [])


def test_long_lines_are_not_compared() -> None:
    line = "x" * LONGEST
    assert parts(line + " a", line + " b") == ([], [])
    many_words = "a b " * (LONGEST // 4 - 1)
    assert parts(f"{many_words}c", f"{many_words}d") == (["c"], ["d"])


@given(st.text("ab (", max_size=30), st.text("ab (", max_size=30))
def test_spans_ascend_within_their_line_and_what_is_left_is_the_same(old: str, new: str) -> None:
    left, right = changed_spans(old, new)
    for spans, line in ((left, old), (right, new)):
        flat = [place for span in spans for place in span]
        assert flat == sorted(set(flat))
        assert all(0 <= place <= len(line) for place in flat)
    if left or right:  # a blank between two changes counts as changed
        assert unchanged(old, left).replace(" ", "") == unchanged(new, right).replace(" ", "")


def unchanged(line: str, spans: tuple[tuple[int, int], ...]) -> str:
    """What is outside of the spans."""
    for start, end in reversed(spans):
        line = line[:start] + line[end:]
    return line
