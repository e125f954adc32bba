from __future__ import annotations

import pytest

from app.workspace.errors import EditError
from app.workspace.patch import FilePatch, PatchHunk, PatchLine, parse_patch

HUNK = "@@ -1,2 +1,2 @@\n one\n-two\n+zwei\n"
ONE_TWO = (PatchLine(" ", b"one\n"), PatchLine("-", b"two\n"), PatchLine("+", b"zwei\n"))


def only_file(patch: str) -> FilePatch:
    (file,) = parse_patch(patch)
    return file


@pytest.mark.parametrize(
    ("names", "path"),
    [
        ("--- a/src/x.py\n+++ b/src/x.py\n", "src/x.py"),
        ("--- x.py\n+++ x.py\n", "x.py"),
        ("--- a/x.py\n+++ a/x.py\n", "a/x.py"),
        ("--- x.py.orig\t2024-05-01 10:00:00.0 +0200\n+++ x.py\t2024-05-01 10:01:00.0 +0200\n", "x.py"),
        ('--- "a/caf\\303\\251 \\"x\\".py"\n+++ "b/caf\\303\\251 \\"x\\".py"\n', 'café "x".py'),
        ("diff --git a/x.py b/x.py\nindex 123..456 100644\n--- a/x.py\n+++ b/x.py\n", "x.py"),
        ("From 1234\nSubject: a change\n\n--- \n x.py | 1 +\n\n--- a/x.py\n+++ b/x.py\n", "x.py"),
    ],
)
def test_a_file_is_named_as_diff_and_git_name_it(names: str, path: str) -> None:
    assert only_file(names + HUNK) == FilePatch(path, False, False, (PatchHunk(1, 1, ONE_TWO),))


@pytest.mark.parametrize(
    ("patch", "path", "creates"),
    [
        ("--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n", "n", True),
        ("--- n\t1970-01-01 01:00:00.0 +0100\n+++ n\t2024-05-01 10:00:00\n@@ -0,0 +1 @@\n+x\n", "n", True),
        ("diff --git a/n b/n\nnew file mode 100644\nindex 0000000..e69de29\n", "n", True),
        ("--- a/n\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", "n", False),
        ("diff --git a/n b/n\ndeleted file mode 100644\nindex e69de29..0000000\n", "n", False),
    ],
)  # fmt: skip
def test_files_are_made_and_removed(patch: str, path: str, creates: bool) -> None:
    file = only_file(patch)
    assert (file.path, file.creates, file.removes) == (path, creates, not creates)


def test_several_files_and_hunks_are_read_in_order() -> None:
    patch = (
        "diff --git a/e b/e\nnew file mode 100644\n"
        f"diff --git a/a b/a\n--- a/a\n+++ b/a\n{HUNK}@@ -10 +10,2 @@ def f():\n ten\n+eleven\n"
        f"\n--- a/b\n+++ b/b\n{HUNK}-- \n2.39.0\n"
    )
    files = parse_patch(patch)
    assert [(file.path, [hunk.first for hunk in file.hunks]) for file in files] == [
        ("e", []), ("a", [1, 10]), ("b", [1])
    ]  # fmt: skip


def test_lines_that_look_like_names_are_lines_where_the_hunk_counts_them() -> None:
    file = only_file("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- was\n+++ is\n same\n")
    assert file.hunks[0].lines == (
        PatchLine("-", b"-- was\n"), PatchLine("+", b"++ is\n"), PatchLine(" ", b"same\n")
    )  # fmt: skip


@pytest.mark.parametrize("counts", ["-1,9 +1,9", "-1 +1", "-1,2 +1,1", "-1,1 +1,2"])
def test_a_hunk_whose_counts_are_wrong_is_read_by_its_signs(counts: str) -> None:
    body = HUNK.partition("\n")[2]
    patch = f"--- a/x\n+++ b/x\n@@ {counts} @@\n{body}@@ -7 +7 @@\n-a\n+b\n\n--- a/y\n+++ b/y\n{HUNK}\n"
    first, second = parse_patch(patch)
    assert first.hunks[0].lines == ONE_TWO
    assert len(first.hunks) == 2
    assert second.hunks[0].lines == ONE_TWO


def test_an_empty_line_that_lost_its_blank_is_an_empty_line() -> None:
    file = only_file("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n")
    assert file.hunks[0].old == [b"a\n", b"\n", b"b\n"]
    assert file.hunks[0].new == [b"a\n", b"\n", b"c\n"]


def test_a_line_without_a_newline_says_so() -> None:
    hunk = only_file(
        "--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline\n"
    ).hunks[0]
    assert (hunk.old, hunk.new) == ([b"a"], [b"a\n", b"b"])


def test_carriage_returns_are_part_of_the_lines_unless_all_lines_have_them() -> None:
    assert only_file("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\r\n+b\r\n").hunks[0].old == [b"a\r\n"]
    assert only_file("--- a/x\r\n+++ b/x\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n").hunks[0].old == [b"a\n"]


@pytest.mark.parametrize(
    ("patch", "why"),
    [
        ("", "no file is named"),
        ("hello", "no file is named"),
        (HUNK, "line 1 of the patch: a hunk belongs to no file"),
        ("--- a/x\n+++ b/x\n", "nothing is said of x"),
        ("--- a/x\n+++ b/x\n@@ ... @@\n-a\n", "line 3 of the patch: a hunk begins without line numbers"),
        (f"--- a/x\n+++ b/x\n{HUNK}\n+stray\n", "line 8 of the patch: a line belongs to no hunk"),
        ("--- a/x\n+++ b/x\n@@ -1 +1 @@\n", "hunk 1 holds no lines"),
        ("--- /dev/null\n+++ /dev/null\n@@ -1 +1 @@\n-a\n", "no file is named"),
        ("diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n", "move it with a command"),
        ("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n", "chmod"),
        (f"--- a/x\n+++ b/x\n{HUNK}Binary files y and z differ\n", "a binary file"),
        ("--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\n\\ No newline\n+b\n", "only the last line"),
        ("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+\ud800\n", "half a character"),
    ],
)
def test_what_is_no_patch_is_said_with_its_line(patch: str, why: str) -> None:
    with pytest.raises(EditError, match=why):
        parse_patch(patch)
