"""Edits that are proposed, reviewed hunk by hunk, and written together."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.trajectory.review import HunkDecision, Review
from app.workspace.editor import Editor
from app.workspace.errors import EditError, FileError, WorkspaceError
from app.workspace.files import Files
from app.workspace.matching import replacement
from app.workspace.paths import Workspace
from app.workspace.plan import Draft, Plan
from app.workspace.splice import Splice
from app.workspace.text import text_of

ACCEPTED = HunkDecision(True)
TWENTY = "".join(f"{number}\n" for number in range(1, 21))
NEW = TWENTY.replace("2\n", "two\n", 1).replace("18\n", "eighteen\n")


def written(path: Path) -> tuple[int, ...]:
    """What writing a file would change: all but when it was last read."""
    now = path.stat()
    return (now.st_ino, now.st_mode, now.st_nlink, now.st_size, now.st_mtime_ns, now.st_ctime_ns)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "ws"
    root.mkdir()
    return root


@pytest.fixture
def editor(root: Path) -> Editor:
    return Editor(Workspace(root), Files())


def two_places(content: bytes) -> Sequence[Splice]:
    return [replacement(content, b"\n2\n", b"\ntwo\n"), replacement(content, b"18", b"eighteen")]


def replaces(old: bytes, new: bytes) -> Plan:
    return lambda snapshot: Draft((replacement(text_of(snapshot), old, new),))


def writes(content: bytes) -> Plan:
    return lambda snapshot: Draft((Splice(0, b"" if snapshot is None else snapshot.data, content),))


def removes(snapshot: object) -> Draft:
    return Draft((Splice(0, b"x\n", b""),), removes=True)


async def test_several_places_of_a_file_are_changed_at_once(root: Path, editor: Editor) -> None:
    path = root / "a.txt"
    path.write_text(TWENTY)
    preview = await editor.change("a.txt", two_places, preview=True)
    assert path.read_text() == TWENTY
    result = await editor.change("a.txt", two_places)
    assert path.read_text() == NEW
    assert (result.diff, result.base) == (preview.diff, preview.base)
    assert result.text == (
        "a.txt: edited at lines 1, 18. Now:\n"
        "     1\t1\n     2\ttwo\n     3\t3\n     4\t4\n     5\t5\n     6\t6\n     …\n"
        "    15\t15\n    16\t16\n    17\t17\n    18\teighteen\n    19\t19\n    20\t20\n"
    )
    await editor.undo("a.txt")
    assert path.read_text() == TWENTY


async def test_a_change_that_changes_nothing_writes_nothing(root: Path, editor: Editor) -> None:
    path = root / "a.txt"
    path.write_text(TWENTY)
    before = written(path)
    result = await editor.change("a.txt", lambda _: [])
    assert (result.text, result.diff) == ("a.txt: nothing to change", "")
    assert written(path) == before
    with pytest.raises(EditError, match="nothing to undo"):
        await editor.undo("a.txt")


async def test_changes_in_many_places_are_not_shown_without_end(root: Path, editor: Editor) -> None:
    (root / "a.txt").write_text("".join(f"line {number}\n" for number in range(10_000)))

    def every_twentieth(content: bytes) -> list[Splice]:
        lines = [b"line %d\n" % number for number in range(0, 10_000, 20)]
        return [Splice(content.index(line), line[:4], b"LINE") for line in lines]

    result = await editor.change("a.txt", every_twentieth)
    assert len(result.text) < 5_000
    assert "at lines 1, 21, 41, 61, 81, 101, 121, 141, 161, 181 …. Now" in result.text
    assert result.text.endswith("[view the file for the rest]\n")


async def test_what_the_person_accepted_is_written_and_the_rest_is_told(root: Path, editor: Editor) -> None:
    path = root / "a.txt"
    path.write_text(TWENTY)
    preview = await editor.change("a.txt", two_places, preview=True)
    decisions = (HunkDecision(False, reason="2 is fine"), HunkDecision(True, "18.0\n18.5\n", "more exact"))
    review = Review(preview.base, decisions, "nearly")
    result = await editor.change("a.txt", two_places, review=review)
    assert path.read_text() == TWENTY.replace("18\n", "18.0\n18.5\n")
    assert result.diff.count("@@ -") == 1
    assert result.text.startswith("a.txt: edited at line 18. Now:\n")
    assert result.text.endswith(
        "\nThe person says: nearly\n"
        "The person rejected hunk 1 of a.txt: 2 is fine. Now line 2 is as before\n"
        "The person changed hunk 2 of a.txt: more exact. Now lines 18-19 are:\n    18\t18.0\n    19\t18.5\n"
    )
    await editor.undo("a.txt")
    assert path.read_text() == TWENTY


async def test_numbers_in_what_is_told_are_those_of_the_file_as_it_is_now(root: Path, editor: Editor) -> None:
    (root / "a.txt").write_text(TWENTY)

    def plan(content: bytes) -> Sequence[Splice]:
        return [Splice(0, b"", b"0\n"), *two_places(content)[1:], Splice(len(content), b"", b"21\n")]

    preview = await editor.change("a.txt", plan, preview=True)
    review = Review(preview.base, (HunkDecision(True, "-1\n0\n"), HunkDecision(False)))
    result = await editor.change("a.txt", plan, review=review)
    assert "changed hunk 1 of a.txt. Now lines 1-2 are:\n     1\t-1\n     2\t0\n" in result.text
    assert "rejected hunk 2 of a.txt. Now lines 20-22 are as before" in result.text


async def test_all_rejected_nothing_is_written(root: Path, editor: Editor) -> None:
    path = root / "a.txt"
    path.write_text(TWENTY)
    before = written(path)
    preview = await editor.change("a.txt", two_places, preview=True)
    result = await editor.change(
        "a.txt", two_places, review=Review(preview.base, (HunkDecision(False), HunkDecision(False)))
    )
    assert result.text.startswith("Nothing was changed.\nThe person rejected hunk 1 of a.txt. Now line 2 is")
    assert (result.diff, written(path)) == ("", before)
    with pytest.raises(EditError, match="nothing to undo"):
        await editor.undo("a.txt")


async def test_a_review_of_another_content_is_refused(root: Path, editor: Editor) -> None:
    path = root / "a.txt"
    path.write_text(TWENTY)
    preview = await editor.change("a.txt", two_places, preview=True)
    path.write_text(TWENTY + "theirs\n")
    with pytest.raises(
        EditError, match=r"a\.txt: has changed since the diff was made; the edit is proposed anew"
    ):
        await editor.change("a.txt", two_places, review=Review(preview.base, (ACCEPTED, ACCEPTED)))
    assert path.read_text() == TWENTY + "theirs\n"


async def test_every_command_can_be_reviewed(root: Path, editor: Editor) -> None:
    path = root / "a.txt"
    replaced = HunkDecision(True, "mine\n")

    created = await editor.create("a.txt", "theirs\n", preview=True)
    result = await editor.create("a.txt", "theirs\n", review=Review(created.base, (HunkDecision(False),)))
    assert not path.exists()
    assert "The person decided against hunk 1, so a.txt is not made" in result.text
    await editor.create("a.txt", "theirs\n", review=Review(created.base, (replaced,)))
    assert path.read_text() == "mine\n"

    insert = await editor.insert("a.txt", 1, "more", preview=True)
    await editor.insert("a.txt", 1, "more", review=Review(insert.base, (HunkDecision(True, "less\n"),)))
    assert path.read_text() == "mine\nless\n"

    edit = await editor.str_replace("a.txt", "less", "least", preview=True)
    await editor.str_replace("a.txt", "less", "least", review=Review(edit.base, (replaced,)))
    assert path.read_text() == "mine\nmine\n"


async def test_what_is_left_of_a_reviewed_undo_can_be_undone(root: Path, editor: Editor) -> None:
    path = root / "a.txt"
    path.write_text(TWENTY)
    await editor.change("a.txt", two_places)
    undo = await editor.undo("a.txt", preview=True)
    await editor.undo("a.txt", review=Review(undo.base, (ACCEPTED, HunkDecision(False))))
    assert path.read_text() == TWENTY.replace("18", "eighteen")
    await editor.undo("a.txt")
    assert path.read_text() == NEW
    await editor.undo("a.txt")
    assert path.read_text() == TWENTY


async def test_several_files_are_changed_together_and_undone_one_by_one(root: Path, editor: Editor) -> None:
    (root / "a.txt").write_text("a\n")
    (root / "gone.sh").write_text("x\n")
    (root / "gone.sh").chmod(0o755)
    plans: list[tuple[str, Plan]] = [
        ("gone.sh", removes),
        ("a.txt", replaces(b"a", b"A")),
        ("sub/new.txt", writes(b"new\n")),
    ]
    preview = await editor.change_files(plans, preview=True)
    assert sorted(os.listdir(root)) == ["a.txt", "gone.sh"]
    result = await editor.change_files(plans)
    assert result.diff == preview.diff
    assert result.diff.count("--- ") == 3
    assert result.text == (
        "gone.sh: removed\na.txt: edited at line 1. Now:\n     1\tA\n\nsub/new.txt: created, 1 lines"
    )
    assert ((root / "a.txt").read_text(), (root / "sub/new.txt").read_text()) == ("A\n", "new\n")
    assert not (root / "gone.sh").exists()

    assert "gone.sh: back again, 1 lines" in (await editor.undo("gone.sh")).text
    assert (root / "gone.sh").stat().st_mode & 0o777 == 0o755
    assert (root / "a.txt").read_text() == "A\n"
    await editor.undo("a.txt")
    await editor.undo("sub/new.txt")
    assert (root / "a.txt").read_text() == "a\n"
    assert not (root / "sub/new.txt").exists()


async def test_a_removed_file_that_somebody_made_again_is_not_overwritten_by_undo(
    root: Path, editor: Editor
) -> None:
    (root / "a.txt").write_text("x\n")
    await editor.change_files([("a.txt", removes)])
    (root / "a.txt").write_text("theirs\n")
    with pytest.raises(EditError, match="has changed since the last edit"):
        await editor.undo("a.txt")
    assert (root / "a.txt").read_text() == "theirs\n"


async def test_a_review_may_take_one_file_and_leave_the_other(root: Path, editor: Editor) -> None:
    for name in ("a.txt", "b.txt"):
        (root / name).write_text("x\n")
    plans = [("a.txt", replaces(b"x", b"y")), ("b.txt", replaces(b"x", b"z"))]
    preview = await editor.change_files(plans, preview=True)
    review = Review(preview.base, (HunkDecision(False, reason="keep"), ACCEPTED))
    result = await editor.change_files(plans, review=review)
    assert [(root / name).read_text() for name in ("a.txt", "b.txt")] == ["x\n", "z\n"]
    assert result.text == (
        "b.txt: edited at line 1. Now:\n     1\tz\n\n"
        "The person rejected hunk 1 of a.txt: keep. Now line 1 is as before"
    )
    with pytest.raises(EditError, match="nothing to undo"):
        await editor.undo("a.txt")


async def test_if_one_plan_does_not_fit_all_that_do_not_are_named_and_nothing_is_written(
    root: Path, editor: Editor
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (root / name).write_text("x\n")
    plans = [
        ("a.txt", replaces(b"x", b"y")),
        ("b.txt", replaces(b"q", b"y")),
        ("c.txt", replaces(b"r", b"y")),
    ]
    with pytest.raises(EditError, match=r"b\.txt: no match: .*\nc\.txt: no match: "):
        await editor.change_files(plans)
    assert (root / "a.txt").read_text() == "x\n"


async def test_a_file_that_cannot_be_edited_keeps_the_others_as_they_are(root: Path, editor: Editor) -> None:
    for name in ("a.txt", "b.txt"):
        (root / name).write_text("x\n")
    os.link(root / "b.txt", root / "b2.txt")
    with pytest.raises(FileError, match=r"b\.txt: has 2 hard links"):
        await editor.change_files([("a.txt", replaces(b"x", b"y")), ("b.txt", replaces(b"x", b"y"))])
    assert (root / "a.txt").read_text() == "x\n"


async def test_a_file_is_named_only_once(root: Path, editor: Editor) -> None:
    (root / "a.txt").write_text("x\n")
    (root / "l").symlink_to("a.txt")
    with pytest.raises(EditError, match=r"a\.txt: is named twice"):
        await editor.change_files([("a.txt", replaces(b"x", b"y")), ("l", replaces(b"x", b"z"))])


async def test_a_file_changed_between_reading_and_writing_puts_the_others_back(
    root: Path, editor: Editor
) -> None:
    for name in ("a.txt", "b.txt"):
        (root / name).write_text("x\n")

    def meddled(snapshot: object) -> Draft:
        (root / "b.txt").write_text("theirs\n")
        return Draft((Splice(0, b"x\n", b"y\n"),))

    with pytest.raises(
        WorkspaceError, match=r"b\.txt: somebody else has changed .*; a\.txt: put back as it was"
    ):
        await editor.change_files([("a.txt", replaces(b"x", b"y")), ("b.txt", meddled)])
    assert [(root / name).read_text() for name in ("a.txt", "b.txt")] == ["x\n", "theirs\n"]
    with pytest.raises(EditError, match="nothing to undo"):
        await editor.undo("a.txt")


async def test_edits_of_the_same_files_in_opposite_order_do_not_wait_for_each_other_for_ever(
    root: Path, editor: Editor
) -> None:
    for name in ("a.txt", "b.txt"):
        (root / name).write_text("".join(f"line {number}.\n" for number in range(20)))

    def plans(number: int) -> list[tuple[str, Plan]]:
        old, new = b"line %d." % number, b"LINE %d." % number
        both = [(name, replaces(old, new)) for name in ("a.txt", "b.txt")]
        return both[:: 1 if number % 2 else -1]

    async with asyncio.timeout(30):
        await asyncio.gather(*(editor.change_files(plans(number)) for number in range(20)))
    expected = "".join(f"LINE {number}.\n" for number in range(20))
    assert [(root / name).read_text() for name in ("a.txt", "b.txt")] == [expected, expected]
