from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.trajectory.review import HunkDecision
from app.workspace.errors import EditError
from app.workspace.proposal import Proposal
from app.workspace.splice import Splice, spliced
from tests.workspace.proposed import proposed

ACCEPTED, REJECTED = HunkDecision(True), HunkDecision(False)
LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=60)
TWENTY = b"".join(b"%d\n" % number for number in range(1, 21))
# Two places, far enough apart for two hunks.
TWO_HUNKS = [
    Splice(TWENTY.index(b"2\n"), b"2\n", b"two\n"),
    Splice(TWENTY.index(b"18\n"), b"18\n", b"eighteen\n"),
]


def two_hunks(before: bytes = TWENTY) -> Proposal:
    splices = TWO_HUNKS
    if b"\r" in before:
        splices = [
            Splice(before.index(splice.removed[:-1]), splice.removed[:-1], splice.added[:-1])
            for splice in splices
        ]
    after = before.replace(b"2", b"two", 1).replace(b"18", b"eighteen")
    return Proposal.of([proposed("a.txt", before, after, splices)])


def outcome(proposal: Proposal) -> bytes | None:
    (file,) = proposal.files
    return file.after


def without_hunks(diff: str, rejected: list[bool]) -> str:
    """The text of a diff of one file without the hunks that were rejected."""
    head, *hunks = ("\n" + diff).split("\n@@ ")
    return (
        head[1:]
        + "".join(f"\n@@ {hunk}" for hunk, out in zip(hunks, rejected, strict=True) if not out).rstrip("\n")
        + "\n"
    )


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_review_leaves_what_git_makes_of_the_diff_without_the_rejected_hunks(
    tmp_path: Path, data: st.DataObject
) -> None:
    before = "\n".join(data.draw(LINES)).encode()
    borders = sorted(data.draw(st.lists(st.integers(0, len(before)), max_size=6)))
    pairs = zip(borders[::2], borders[1::2], strict=False)
    added = st.sampled_from([b"", b"x", b"y\n", b"\n\nz"])
    splices = [Splice(start, before[start:end][:4], data.draw(added)) for start, end in pairs]
    proposal = Proposal.of([proposed("a.txt", before, spliced(before, splices), splices)])
    rejected = [data.draw(st.booleans()) for _ in proposal.hunks]
    reviewed = proposal.reviewed([HunkDecision(not out) for out in rejected])
    file = tmp_path / "a.txt"
    file.write_bytes(before)
    if not all(rejected):
        diff = without_hunks(proposal.diff, rejected)
        subprocess.run(["git", "apply", "--unidiff-zero", "-"], cwd=tmp_path, input=diff.encode(), check=True)
    assert outcome(reviewed) == file.read_bytes()
    assert (reviewed.diff == "") == all(rejected)


def test_there_is_one_hunk_for_each_that_the_diff_shows() -> None:
    three = Splice(len(TWENTY), b"", b"21\n")
    files = [
        proposed("a.txt", TWENTY, TWENTY.replace(b"2\n", b"two\n", 1).replace(b"18", b"eighteen"), TWO_HUNKS),
        proposed("b.txt", TWENTY, TWENTY + b"21\n", [three]),
        proposed("c.txt", None, b"new\n"),
        proposed("d.txt", b"old\n", None),
    ]
    proposal = Proposal.of(files)
    headers = [line for line in proposal.diff.splitlines() if line.startswith("@@")]
    assert headers == [
        "@@ -1,5 +1,5 @@", "@@ -15,6 +15,6 @@", "@@ -18,3 +18,4 @@", "@@ -0,0 +1 @@", "@@ -1 +0,0 @@"
    ]  # fmt: skip
    assert [(hunk.shown, hunk.old_first) for hunk in proposal.hunks] == [
        ("a.txt", 1), ("a.txt", 15), ("b.txt", 18), ("c.txt", 1), ("d.txt", 1)
    ]  # fmt: skip
    assert proposal.hunks[1].old == [b"15\n", b"16\n", b"17\n", b"18\n", b"19\n", b"20\n"]
    assert proposal.hunks[1].new[3] == b"eighteen\n"


def test_the_numbers_of_later_hunks_count_what_the_earlier_ones_add() -> None:
    splices = [Splice(0, b"1\n", b"x\ny\nz\n"), Splice(TWENTY.index(b"18\n"), b"18\n", b"")]
    proposal = Proposal.of([proposed("a", TWENTY, b"", splices)])
    assert "@@ -15,6 +17,5 @@\n" in proposal.diff


def test_a_rejected_hunk_keeps_its_old_lines() -> None:
    assert outcome(two_hunks().reviewed([REJECTED, ACCEPTED])) == TWENTY.replace(b"18", b"eighteen")
    assert outcome(two_hunks().reviewed([ACCEPTED, REJECTED])) == TWENTY.replace(b"2", b"two", 1)


def test_all_rejected_nothing_changes() -> None:
    proposal = Proposal.of(
        [
            *two_hunks().files,
            proposed("new.txt", None, b"new\n"),
            proposed("empty.txt", None, b"", []),
            proposed("old.txt", b"old\n", None),
            proposed("gone.txt", b"", None, []),
        ]
    )
    reviewed = proposal.reviewed([REJECTED] * 4)
    assert not any(file.changes for file in reviewed.files)
    assert reviewed.diff == ""
    assert [file.changes for file in proposal.reviewed([REJECTED, ACCEPTED, REJECTED, REJECTED]).files] == [
        True, False, True, False, True
    ]  # fmt: skip


def test_all_accepted_it_is_the_same_proposal() -> None:
    assert two_hunks().reviewed([ACCEPTED, ACCEPTED]) == two_hunks()
    same = [HunkDecision(True, "two\n"), HunkDecision(True, "eighteen\n")]
    assert two_hunks().reviewed(same) == two_hunks()


def test_changed_lines_take_the_line_ends_of_the_file() -> None:
    windows = TWENTY.replace(b"\n", b"\r\n")
    decisions = [HunkDecision(True, "zwei\nzwo\n"), ACCEPTED]
    for before in (TWENTY, windows):
        end = b"\r\n" if before is windows else b"\n"
        expected = before.replace(b"2", b"zwei" + end + b"zwo", 1).replace(b"18", b"eighteen")
        assert outcome(two_hunks(before).reviewed(decisions)) == expected


def test_a_new_file_holds_what_the_person_made_of_it_and_a_removed_one_may_stay() -> None:
    new = Proposal.of([proposed("new", None, b"a\nb\n")])
    assert outcome(new.reviewed([HunkDecision(True, "a\nc\n")])) == b"a\nc\n"
    assert outcome(new.reviewed([HunkDecision(True, "")])) is None
    old = Proposal.of([proposed("old", b"a\n", None)])
    assert outcome(old.reviewed([ACCEPTED])) is None
    assert outcome(old.reviewed([HunkDecision(True, "kept\n")])) == b"kept\n"


def test_decisions_about_other_hunks_are_refused() -> None:
    with pytest.raises(EditError, match="1 decisions were made about 2 hunks"):
        two_hunks().reviewed([ACCEPTED])


def test_the_base_tells_what_the_diff_was_made_from() -> None:
    base = two_hunks().base
    assert base == two_hunks().base
    others = [
        Proposal.of([proposed("b.txt", TWENTY, b"", TWO_HUNKS)]),
        Proposal.of([proposed("a.txt", TWENTY + b"21\n", b"", TWO_HUNKS)]),
        Proposal.of([proposed("a.txt", TWENTY, b"", TWO_HUNKS[:1])]),
        Proposal.of([*two_hunks().files, proposed("b.txt", None, b"", [])]),
        Proposal.of([*two_hunks().files, proposed("b.txt", b"", b"", [])]),
    ]
    assert len({base, *(other.base for other in others)}) == 6
