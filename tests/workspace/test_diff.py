from __future__ import annotations

import subprocess
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.workspace.proposal import Proposal
from app.workspace.splice import Splice, spliced
from tests.workspace.proposed import proposed


def unified_diff(
    shown: str, before: bytes, *splices: Splice, created: bool = False, removed: bool = False
) -> str:
    after = None if removed else spliced(before, splices)
    return Proposal.of([proposed(shown, None if created else before, after, splices)]).diff


LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=14).map("\n".join).map(str.encode)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, LINES, st.data())
def test_git_makes_the_same_change_of_it(
    tmp_path: Path, before: bytes, added: bytes, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))
    splice = Splice(start, before[start:end], added)
    after = splice.apply(before)
    diff = unified_diff("a.txt", before, splice)
    file = tmp_path / "a.txt"
    file.write_bytes(before)
    if before == after:
        assert diff == ""
        return
    subprocess.run(["git", "apply", "--unidiff-zero", "-"], cwd=tmp_path, input=diff.encode(), check=True)
    assert file.read_bytes() == after


def test_a_change_deep_in_a_long_file_is_one_small_hunk() -> None:
    before = b"".join(b"line %d\n" % number for number in range(1, 200_001))
    splice = Splice(before.index(b"line 150000\n"), b"line 150000\n", b"LINE\n")
    diff = unified_diff("a.txt", before, splice)
    assert diff == (
        "--- a/a.txt\n+++ b/a.txt\n@@ -149997,7 +149997,7 @@\n line 149997\n line 149998\n line 149999\n"
        "-line 150000\n+LINE\n line 150001\n line 150002\n line 150003\n"
    )


def test_a_new_and_a_removed_file_say_so() -> None:
    assert unified_diff("a", b"", Splice(0, b"", b"x\n"), created=True) == (
        "--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+x\n"
    )
    assert unified_diff("a", b"x", Splice(0, b"x", b""), removed=True) == (
        "--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\\ No newline at end of file\n"
    )


def test_a_whole_file_written_anew_shows_only_what_differs() -> None:
    before = b"".join(b"%d\n" % number for number in range(100))
    diff = unified_diff("a", before, Splice(0, before, before.replace(b"50\n", b"fifty\n")))
    assert diff.count("\n") == 2 + 1 + 3 + 2 + 3
    assert "-50\n+fifty\n" in diff


def test_two_giant_files_take_no_giant_time_and_the_cut_is_told() -> None:
    before = b"".join(b"old %d\n" % (number % 7) for number in range(100_000))
    after = b"".join(b"new %d\n" % (number % 5) for number in range(100_000))
    started = time.perf_counter()
    diff = unified_diff("a", before, Splice(0, before, after))
    assert time.perf_counter() - started < 10
    assert len(diff) < 210_000
    assert diff.endswith("… the rest of the diff is left out: it is too long\n")


def test_line_ends_are_shown_where_they_differ() -> None:
    assert "-a␍\n+a\n" in unified_diff("a", b"a\r\nb\r\n", Splice(1, b"\r\n", b"\n"))
    assert "␍" not in unified_diff("a", b"a\r\nb\r\n", Splice(0, b"a", b"c"))


def test_undecodable_bytes_are_shown_as_such() -> None:
    assert "-caf\ufffd\n+tea\n" in unified_diff("a", b"caf\xe9\n", Splice(0, b"caf\xe9", b"tea"))
