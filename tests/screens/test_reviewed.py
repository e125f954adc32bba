"""What a person decides about changed files, told apart: whole files, and hunks of the others."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from app.screens.reviewed import Reviewed, counted
from app.workspace.changed_files import ChangedFile
from app.workspace.editor import Editor
from app.workspace.files import Files
from app.workspace.paths import Workspace
from app.workspace.reverting import revert
from app.workspace.snapshot_store import Change, Kept
from tests.workspace.checkpoint_rig import Rig
from widgets.diff.decision import Decision

BEFORE, AFTER = Kept(0o100644, "1"), Kept(0o100644, "2")
TWO = "@@ -1 +1 @@\n-1\n+2\n@@ -9 +9 @@\n-3\n+4\n"


def text(path: str) -> ChangedFile:
    """A file of which two lines have changed."""
    head = f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
    return ChangedFile(Change(path, "changed", BEFORE, AFTER, 2, 2), head + TWO)


def image(path: str) -> ChangedFile:
    """A file without hunks."""
    return ChangedFile(Change(path, "created", None, AFTER), "", "binary")


def decisions(answers: str) -> list[Decision]:
    """A decision for each letter; `x` rejects."""
    return [Decision(accepted=answer != "x") for answer in answers]


@pytest.mark.parametrize(
    ("answers", "whole", "partly", "hunks"),
    [
        ("-----", [], [], ()),
        ("--x--", ["i"], [], ()),
        ("xx---", ["a"], [], ()),
        ("x----", [], ["a"], (0,)),
        ("----x", [], ["b"], (1,)),
        ("-xxx-", ["i"], ["a", "b"], (1, 2)),
        ("xx-x-", ["a"], ["b"], (0,)),
        ("xxxxx", ["a", "i", "b"], [], ()),
    ],
)
def test_a_file_of_which_nothing_stays_goes_as_a_whole(
    answers: str, whole: list[str], partly: list[str], hunks: tuple[int, ...]
) -> None:
    files = (text("a"), image("i"), text("b"))
    rejected = Reviewed.of(files).rejected(decisions(answers))
    assert [change.path for change in rejected.whole] == whole
    assert rejected.diff == "".join(file.diff for file in files if file.change.path in partly)
    assert rejected.hunks == hunks


def test_a_file_without_hunks_is_one_row_that_says_what_became_of_it() -> None:
    shown = Reviewed.of([image("evil\x1b[2J\nname")]).diffs
    assert [(file.name, len(file.hunks), file.note) for file in shown] == [("evil\\x1b[2J name", 1, "")]
    assert shown[0].hunks[0].whole
    assert shown[0].hunks[0].heading == "created, binary"


def test_what_is_taken_back_is_said_in_words() -> None:
    assert [counted(*counts) for counts in ((0, 0), (1, 0), (0, 2), (1200, 1))] == [
        "",
        "1 hunk",
        "2 files",
        "1,200 hunks and 1 file",
    ]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
async def test_the_hunk_that_is_shown_is_the_one_that_is_taken_back(tmp_path: Path) -> None:
    chance = random.Random(7)
    odd = [
        "@@ -1,2 +1,2 @@",
        "--- a/x",
        "+++ b/x",
        "\r",
        "",
        "\\ No newline",
        "diff --git a/x b/x",
        "ü\u2028",
    ]
    rig = Rig(tmp_path)
    names = [b"a b", b" lead", b"new\nline", b'quo"te', "ü".encode(), b"\xff", b"~"]
    paths = [rig.root / name.decode("utf-8", "surrogateescape") for name in names]
    old = {path: [f"{chance.choice(odd)} {number}\n" for number in range(80)] for path in paths}
    for path in paths:
        path.write_bytes("".join(old[path]).encode())
    first = await rig.checkpoints.before(1)
    for path in paths:
        new = list(old[path])
        for place in (70, 40, 10):
            new[place : place + chance.choice([0, 1])] = [f"{chance.choice(odd)}\n"]
        path.write_bytes("".join(new).encode().removesuffix(b"\n" * chance.choice([0, 1])))
    reviewed = Reviewed.of(await rig.checkpoints.changed_files(first, 1 << 20))
    assert all(len(diff.hunks) >= 3 for diff in reviewed.diffs)
    hunks = [hunk for diff in reviewed.diffs for hunk in diff.hunks]
    answers = [Decision(accepted=number % 3 != chance.choice([0, 1])) for number in range(len(hunks))]
    rejected = reviewed.rejected(answers)
    await revert(Editor(Workspace(rig.root), Files()), rejected.diff, rejected.hunks)
    left = Reviewed.of(await rig.checkpoints.changed_files(first, 1 << 20))
    accepted = [hunk.lines for hunk, answer in zip(hunks, answers, strict=True) if answer.accepted]
    assert [hunk.lines for diff in left.diffs for hunk in diff.hunks] == accepted
