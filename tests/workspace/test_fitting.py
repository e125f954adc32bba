from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.workspace.atomic import Snapshot, Stamp
from app.workspace.errors import EditError, FileError
from app.workspace.fitting import fitted
from app.workspace.patch import parse_patch
from app.workspace.plan import Draft
from app.workspace.splice import spliced

TWENTY = b"".join(b"%d\n" % number for number in range(1, 21))
LINES = st.lists(st.sampled_from([b"a", b"b", b"c", b"", b"-- x"]), max_size=14).map(b"\n".join)


def draft(content: bytes | None, hunks: str, names: str = "--- a/x\n+++ b/x\n") -> Draft:
    (patch,) = parse_patch(names + hunks)
    snapshot = None if content is None else Snapshot(content, Stamp(0, 0, 0, len(content)), 0o644, 0, 0, 1)
    return fitted(patch, snapshot)


def patched(content: bytes, hunks: str) -> bytes:
    return spliced(content, draft(content, hunks).splices)


@pytest.mark.parametrize("program", [("git", "diff", "--no-index"), ("diff", "-u"), ("diff", "-U0")])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, LINES, st.sampled_from([b"\n", b"\r\n"]))
def test_what_git_and_diff_write_is_made_exactly(
    tmp_path: Path, program: tuple[str, ...], before: bytes, after: bytes, ending: bytes
) -> None:
    before, after = before.replace(b"\n", ending), after.replace(b"\n", ending)
    (tmp_path / "old").write_bytes(before)
    (tmp_path / "new").write_bytes(after)
    written = subprocess.run([*program, "old", "new"], cwd=tmp_path, capture_output=True, check=False).stdout
    if before == after:
        assert written == b""
        return
    (patch,) = parse_patch(written.decode())
    snapshot = Snapshot(before, Stamp(0, 0, 0, len(before)), 0o644, 0, 0, 1)
    assert spliced(before, fitted(patch, snapshot).splices) == after


def test_a_patch_without_carriage_returns_takes_the_line_ends_of_the_file() -> None:
    windows = TWENTY.replace(b"\n", b"\r\n")
    hunk = "@@ -2,3 +2,4 @@\n 2\n-3\n+three\n+3.5\n 4\n"
    assert patched(windows, hunk) == windows.replace(b"3\r\n", b"three\r\n3.5\r\n", 1)
    assert patched(b"\xef\xbb\xbfa\r\nb\r\n", "@@ -1 +1 @@\n-a\n+A\n") == b"\xef\xbb\xbfA\r\nb\r\n"
    assert patched(b"\xef\xbb\xbfa\nb\n", "@@ -0,0 +1 @@\n+A\n") == b"\xef\xbb\xbfA\na\nb\n"


def test_carriage_returns_in_a_patch_must_be_in_the_file() -> None:
    hunk = "@@ -1 +1 @@\n-1\r\n+1\n"
    assert patched(b"1\r\n2\n", hunk) == b"1\n2\n"
    with pytest.raises(EditError, match="does not fit"):
        patched(b"1\n2\n", hunk)


def test_a_hunk_at_another_line_is_found_if_it_fits_only_there() -> None:
    moved = draft(TWENTY, "@@ -3,2 +3,2 @@\n 11\n-12\n+twelve\n")
    assert spliced(TWENTY, moved.splices) == TWENTY.replace(b"12", b"twelve")
    assert moved.notes == ("Hunk 1 was found at line 11, not at line 3.",)
    assert draft(TWENTY, "@@ -11,2 +11,2 @@\n 11\n-12\n+twelve\n").notes == ()


def test_a_hunk_that_fits_in_several_places_is_refused_unless_its_line_says_which() -> None:
    content = b"a\nb\n" * 3
    assert patched(content, "@@ -3,2 +3,2 @@\n a\n-b\n+c\n") == b"a\nb\na\nc\na\nb\n"
    with pytest.raises(EditError, match=r"hunk 1 does not fit: it fits at lines 1, 3, 5; add lines"):
        patched(content, "@@ -2,2 +2,2 @@\n a\n-b\n+c\n")


def test_every_hunk_that_does_not_fit_is_named_with_what_comes_nearest() -> None:
    with pytest.raises(EditError) as error:
        patched(
            b"def f():\n    return 1\n\n\ndef g():\n    return 2\n",
            "@@ -1,2 +1,2 @@\n def f():\n-\treturn 1\n+\treturn 3\n"
            "@@ -2,0 +3 @@\n+# fits\n"
            "@@ -5,2 +5,2 @@\n def g():\n-    return 22\n+    return 4\n",
        )
    first, second = str(error.value).split("\n")
    beginning = "does not fit: its lines do not stand in the file."
    assert first.startswith(f"hunk 1 {beginning} It differs only in blanks from what begins at line 1")
    assert second == f"hunk 3 {beginning} The nearest line is 6: 'return 2'"


@pytest.mark.parametrize(
    ("content", "hunks", "why"),
    [
        (TWENTY, "@@ -7 +7 @@\n-wholly other\n+x\n", "Line 7 is '7'"),
        (TWENTY, "@@ -9 +9 @@\n-9\n+x\n@@ -4 +4 @@\n-4\n+x\n", "hunk 2 does not fit: it stands above"),
        (TWENTY, "@@ -9 +9 @@\n-9\n+x\n@@ -9 +9 @@\n-9\n+y\n", "hunk 2 does not fit: it stands above"),
        (TWENTY, "@@ -30,0 +31 @@\n+x\n", "no place after line 30"),
        (b"a\nb", "@@ -2 +2 @@\n-b\n+c\n", "No newline at end of file"),
        (b"a\nb\n", "@@ -2 +2 @@\n-b\n\\ No newline\n+c\n", "No newline at end of file"),
        (b"a\nb", "@@ -2,0 +3 @@\n+c\n", "No newline at end of file"),
        (b"a\nb\n", "@@ -1 +1 @@\n-a\n+c\n\\ No newline\n", "more lines follow"),
        (b"a\0b\n", "@@ -1 +1 @@\n-a\n+c\n", "binary"),
    ],
)
def test_what_is_in_the_way_is_said(content: bytes, hunks: str, why: str) -> None:
    with pytest.raises(EditError, match=why):
        patched(content, hunks)


def test_a_new_file_must_not_be_there_and_an_old_one_must() -> None:
    new = "--- /dev/null\n+++ b/x\n"
    assert draft(None, "@@ -0,0 +1 @@\n+a\n\\ No newline\n", new).splices[0].added == b"a"
    with pytest.raises(EditError, match="exists already"):
        draft(b"", "@@ -0,0 +1 @@\n+a\n", new)
    with pytest.raises((EditError, FileError), match="does not exist; for a new file write --- /dev/null"):
        draft(None, "@@ -0,0 +1 @@\n+a\n")


def test_a_file_is_removed_only_with_all_its_lines() -> None:
    gone = "--- a/x\n+++ /dev/null\n"
    assert draft(b"a\nb\n", "@@ -1,2 +0,0 @@\n-a\n-b\n", gone).removes
    with pytest.raises(EditError, match="lines of it are left"):
        draft(b"a\nb\n", "@@ -1 +0,0 @@\n-a\n", gone)
