from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.diff.texts import unified
from widgets.diff.decision import Decision, edited, is_editable, new_text, summary
from widgets.diff.parse import Hunk, parse_diff

LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=8)


def hunk_of(old: list[str], new: list[str]) -> Hunk:
    """The one hunk that makes these lines of those."""
    return parse_diff(unified(old, new, context=20))[0].hunks[0]


def side(hunk: Hunk, other: str) -> str:
    """The text of a hunk in one of its files."""
    return "".join(line.text + "\n" * line.newline for line in hunk.lines if line.kind != other)


def test_the_new_text_is_that_between_the_first_change_and_the_last() -> None:
    hunk = hunk_of(["a\n", "b\n", "c\n", "d\n", "e\n"], ["a\n", "B\n", "c\n", "e\n"])
    assert new_text(hunk) == "B\nc\n"


def test_a_new_text_without_an_end_has_none() -> None:
    assert new_text(hunk_of(["a\n"], ["a"])) == "a"
    assert new_text(hunk_of(["a\n", "b\n"], ["b\n"])) == ""
    assert new_text(hunk_of(["a\n"], ["a\n", "\n"])) == "\n"


@given(LINES, LINES, LINES)
def test_an_edited_hunk_changes_the_old_file_into_what_was_written(
    old: list[str], new: list[str], written: list[str]
) -> None:
    before, after = [f"{line}\n" for line in old], [f"{line}\n" for line in new]
    if before == after:
        return
    hunk = hunk_of(before, after)
    text = "".join(f"{line}\n" for line in written)
    other = edited(hunk, text)
    kept = next(number for number, line in enumerate(hunk.lines) if line.kind != "context")
    assert side(other, "added") == "".join(before)
    start = "".join(before[:kept])
    end = side(hunk, "removed").removeprefix(start).removeprefix(new_text(hunk))
    assert side(other, "removed") == start + text + end


def test_an_edit_that_is_the_hunk_itself_changes_nothing() -> None:
    hunk = hunk_of(["a\n", "b\n", "c\n"], ["a\n", "x\n", "y\n", "c\n"])
    assert edited(hunk, new_text(hunk)) == hunk


def test_an_edit_too_long_to_compare_takes_all_out_and_puts_all_in() -> None:
    hunk = hunk_of(["a\n", "b\n"], ["a\n", "x\n"])
    other = edited(hunk, "b\n" * 500)
    assert [line.kind for line in other.lines] == ["context", "removed", *["added"] * 500]


def test_a_hunk_with_characters_that_had_to_be_written_out_cannot_be_edited() -> None:
    assert is_editable(hunk_of(["a\x1b\n", "b\n"], ["a\x1b\n", "\tc é\n"]))
    assert not is_editable(hunk_of(["a\n"], ["a\x1b\n"]))


def test_the_summary_counts() -> None:
    assert summary([Decision()]) == "1 of 1 hunk accepted"
    decisions = [Decision(), Decision(replacement=""), Decision(accepted=False, replacement="x\n")]
    assert summary(decisions) == "2 of 3 hunks accepted · 1 edited"
