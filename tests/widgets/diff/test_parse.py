from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.diff.texts import HOSTILE, NEW, OLD, TWO_HUNKS, one_long_hunk, unified
from widgets.diff.parse import DiffLine, FileDiff, Hunk, parse_diff
from widgets.diff.text import diff_text


def signed(hunk: Hunk) -> list[str]:
    """The lines of a hunk, each with its sign."""
    signs = {"context": " ", "added": "+", "removed": "-"}
    return [signs[line.kind] + line.text for line in hunk.lines]


def test_a_file_has_a_name_and_its_hunks_know_where_they_begin() -> None:
    (file,) = parse_diff(TWO_HUNKS)
    assert (file.name, file.note) == ("file.txt", "")
    assert [(hunk.old_start, hunk.new_start) for hunk in file.hunks] == [(7, 7), (37, 37)]
    assert signed(file.hunks[0]) == [
        " line 7",
        " line 8",
        " line 9",
        "-line 10",
        "+LINE 10",
        " line 11",
        " line 12",
        " line 13",
    ]


@pytest.mark.parametrize("context", [0, 1, 3])
def test_what_was_read_can_be_written_again(context: int) -> None:
    text = unified(OLD, NEW, context=context)
    files = parse_diff(text)
    again = diff_text(files, [hunk for file in files for hunk in file.hunks])
    assert parse_diff(again) == files


def test_lines_that_look_like_names_are_lines_where_the_hunk_still_has_some() -> None:
    (file,) = parse_diff(
        "--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1,2 @@\n--- old comment\n+++ new line\n from t\n"
    )
    assert signed(file.hunks[0]) == ["--- old comment", "+++ new line", " from t"]


def test_an_empty_line_in_a_hunk_is_an_empty_line_of_context() -> None:
    (file,) = parse_diff("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n")
    assert signed(file.hunks[0]) == [" a", " ", "-b", "+c"]


def test_a_file_that_ends_without_a_newline_says_so() -> None:
    (file,) = parse_diff(unified(["a\n", "b"], ["a\n", "b\n", "c"]))
    assert [(line.text, line.newline) for line in file.hunks[0].lines] == [
        ("a", True),
        ("b", False),
        ("b", True),
        ("c", False),
    ]


def test_returns_are_shown_only_where_lines_end_in_different_ways() -> None:
    (all_alike,) = parse_diff(unified(["a\r\n", "b\r\n"], ["a\r\n", "c\r\n"]))
    assert signed(all_alike.hunks[0]) == [" a", "-b", "+c"]
    (changed,) = parse_diff(unified(["a\r\n", "b\r\n"], ["a\n", "b\n"]))
    assert signed(changed.hunks[0]) == ["-a\\r", "-b\\r", "+a", "+b"]


def test_a_diff_whose_own_lines_end_in_returns_is_read_the_same() -> None:
    assert parse_diff(TWO_HUNKS.replace("\n", "\r\n")) == parse_diff(TWO_HUNKS)


def test_renamed_new_deleted_and_binary_files_have_notes() -> None:
    files = parse_diff(
        "diff --git a/old.py b/new.py\nsimilarity index 100%\nrename from old.py\nrename to new.py\n"
        "diff --git a/moved.py b/here.py\nsimilarity index 90%\nrename from moved.py\nrename to here.py\n"
        "index abc..def 100644\n--- a/moved.py\n+++ b/here.py\n@@ -1 +1 @@\n-a\n+b\n"
        "diff --git a/i.png b/i.png\nnew file mode 100644\nindex 000..abc\n"
        "Binary files /dev/null and b/i.png differ\n"
        "diff --git a/gone b/gone\ndeleted file mode 100644\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
        "diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n"
        "--- /dev/null\t1970-01-01\n+++ b/born\t2026-01-01\n@@ -0,0 +1 @@\n+a\n"
    )
    assert [(file.name, file.note, len(file.hunks)) for file in files] == [
        ("new.py", "renamed from old.py", 0),
        ("here.py", "renamed from moved.py", 1),
        ("i.png", "new file\nbinary", 0),
        ("gone", "deleted", 1),
        ("run.sh", "old mode 100644\nnew mode 100755", 0),
        ("born", "new file", 1),
    ]


def test_text_around_diffs_is_kept_where_it_stands() -> None:
    files = parse_diff(f"Subject: x\n\nwhy\n{TWO_HUNKS}… the rest is left out\n{TWO_HUNKS}")
    assert [(file.name, file.note) for file in files] == [
        ("", "Subject: x\n\nwhy"),
        ("file.txt", ""),
        ("", "… the rest is left out"),
        ("file.txt", ""),
    ]


def test_a_text_that_is_no_diff_is_one_note() -> None:
    assert parse_diff("- one\n+ two\n\n@@ three") == [FileDiff("", (), "- one\n+ two\n\n@@ three")]
    assert parse_diff("") == parse_diff("\n\n") == []


def test_a_hunk_that_ends_early_has_the_lines_there_are() -> None:
    file, rest = parse_diff("--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n a\n-b\nthe end\n")
    assert signed(file.hunks[0]) == [" a", "-b"]
    assert rest.note == "the end"


def test_a_number_that_no_file_has_makes_no_hunk() -> None:
    assert parse_diff(f"@@ -{'9' * 5000} +1 @@\n-a") == [FileDiff("", (), f"@@ -{'9' * 5000} +1 @@\n-a")]


def test_whatever_could_hide_or_steer_is_written_out_everywhere() -> None:
    file, rest = parse_diff(HOSTILE)
    assert file.name == "evil\\x1b]0;title\\x07.py"
    assert file.hunks[0].heading == "def \\u202egnp"
    assert file.hunks[0].lines == (
        DiffLine("context", "\\x1b[2Jcleared", exact=False),
        DiffLine("removed", "[/red] [@click=app.bell]x[/]"),
        DiffLine("added", "\\u202egnp.exe\\x9b31m\\r\\u2028\\ud800 [b", exact=False),
    )
    assert rest.note == "\\x1b[31mnot a line of the diff"


@given(st.text(alphabet=st.sampled_from("@-+ \\1,ab/\n\r\t\x1b\u202e\x85\ud800"), max_size=200))
def test_any_text_is_read_and_nothing_of_it_can_steer_a_terminal(text: str) -> None:
    for start in ("", "--- a/x\n+++ b/x\n@@ -1,5 +1,5 @@\n"):
        for file in parse_diff(start + text):
            shown = [file.name, *file.note.split("\n")]
            shown += [line.text.replace("\t", " ") for hunk in file.hunks for line in hunk.lines]
            assert all(part.isprintable() for part in shown)


def test_reading_takes_linear_time() -> None:
    def seconds(text: str) -> float:
        times = []
        for _ in range(3):
            start = time.process_time()
            parse_diff(text)
            times.append(time.process_time() - start)
        return min(times)

    for text in (one_long_hunk(3000), TWO_HUNKS * 150, "--- a\n" * 3000, "no diff\n" * 3000):
        assert seconds(text * 10) < 40 * seconds(text) + 0.01
