"""The diffs of other agents' edits, made of what the calls say."""

from __future__ import annotations

import pytest

from app.trajectory.formats.edit_diff import edit_diff, patched_paths
from widgets.diff.parse import parse_diff

PATCH = """*** Begin Patch
*** Update File: src/a.py
@@ def one():
-    return 1
+    return 2
     # end
*** Add File: b.txt
+first
+second
*** Delete File: c.txt
*** End Patch
"""


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Edit", {"file_path": "a.py", "old_string": "one\ntwo\n", "new_string": "one\nthree\n"}),
        ("edit", {"path": "a.py", "oldText": "one\ntwo", "newText": "one\nthree"}),
        ("x", {"command": "str_replace", "path": "a.py", "old_str": "one\ntwo", "new_str": "one\nthree"}),
        (
            "MultiEdit",
            {"file_path": "a.py", "edits": [{"old_string": "one\ntwo", "new_string": "one\nthree"}]},
        ),
    ],
)
def test_a_replacement_shows_what_goes_and_what_comes(name: str, arguments: dict[str, object]) -> None:
    assert edit_diff(name, arguments) == "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Write", {"file_path": "a.py", "content": "one\ntwo\n"}),
        ("write_file", {"path": "a.py", "content": "one\ntwo"}),
        ("editor", {"command": "create", "path": "a.py", "file_text": "one\ntwo\n"}),
    ],
)
def test_a_file_that_is_written_is_all_new(name: str, arguments: dict[str, object]) -> None:
    assert edit_diff(name, arguments) == "--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,2 @@\n+one\n+two\n"


def test_inserted_lines_stand_after_the_line_they_name() -> None:
    arguments = {"command": "insert", "path": "a.py", "insert_line": 4, "new_str": "x"}
    assert edit_diff("editor", arguments) == "--- a/a.py\n+++ b/a.py\n@@ -4,0 +5,1 @@\n+x\n"


@pytest.mark.parametrize(
    ("arguments", "raw"),
    [
        ({"input": PATCH}, ""),
        ({}, PATCH),
        ({"command": ["apply_patch", PATCH]}, ""),
        ({"cmd": f"cd src && apply_patch <<'EOF'\n{PATCH}EOF\nls"}, ""),
    ],
)
def test_a_patch_of_codex_becomes_a_unified_diff(arguments: dict[str, object], raw: str) -> None:
    first, second, third = parse_diff(edit_diff("apply_patch", arguments, raw))
    assert (first.name, first.hunks[0].heading, first.hunks[0].signs) == ("src/a.py", "def one():", "-+ ")
    assert (second.name, second.note, second.hunks[0].signs) == ("b.txt", "new file", "++")
    assert (third.name, third.note) == ("c.txt", "deleted")
    assert patched_paths(arguments, raw) == ("src/a.py", "b.txt", "c.txt")


def test_a_unified_diff_stays_as_it_is() -> None:
    diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"
    assert edit_diff("apply_patch", {"patch": diff}).rstrip("\n") == diff.rstrip("\n")
    assert patched_paths({"patch": diff}) == ("x",)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("bash", {"command": "ls"}),
        ("Read", {"file_path": "a.py"}),
        ("editor", {"command": "view", "path": "a.py"}),
        ("send", {"path": "a.py", "content": "no file is written"}),
        ("Edit", {"file_path": 7, "old_string": [], "new_string": None}),
        ("Edit", {"file_path": "a.py", "edits": [None, 3]}),
    ],
)
def test_what_is_no_edit_has_no_diff(name: str, arguments: dict[str, object]) -> None:
    assert edit_diff(name, arguments) == ""


def test_lines_that_are_all_alike_are_not_compared() -> None:
    diff = edit_diff("Edit", {"path": "a", "old_string": "x\n" * 100, "new_string": "y\nx\n" * 50})
    assert diff.splitlines()[2:4] == ["@@ -1,100 +1,100 @@", "-x"]
    assert diff.count("\n-") == diff.count("\n+") - 1 == 100


def test_a_diff_that_is_too_long_says_so() -> None:
    diff = edit_diff("Write", {"path": "a", "content": "line\n" * 100_000})
    assert len(diff) < 300_000
    assert diff.endswith("… the rest of the diff is left out: it is too long\n")
