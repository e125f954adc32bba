"""Hunks that are taken back leave the others, whatever they are."""

from __future__ import annotations

import difflib
import random
from pathlib import Path

import pytest

from app.workspace.editor import Editor
from app.workspace.errors import WorkspaceError
from app.workspace.files import Files
from app.workspace.patch import parse_patch
from app.workspace.paths import Workspace
from app.workspace.reverting import revert


def diff_of(old: str, new: str, name: str = "a.txt") -> str:
    """As `diff -u` writes it; an empty content is no file."""
    lines = []
    before = f"a/{name}" if old else "/dev/null"
    after = f"b/{name}" if new else "/dev/null"
    for line in difflib.unified_diff(old.splitlines(True), new.splitlines(True), before, after):
        lines += [line] if line.endswith("\n") else [f"{line}\n", "\\ No newline at end of file\n"]
    return "".join(lines)


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    return Editor(Workspace(tmp_path), Files())


async def test_any_of_the_hunks_can_be_taken_back(editor: Editor, tmp_path: Path) -> None:
    chance = random.Random(5)
    path = tmp_path / "a.txt"
    for _ in range(40):
        old = [f"{number} {chance.random()}\n" for number in range(120)]
        new = list(old)
        for place in range(115, 0, -chance.choice([13, 23])):
            change = chance.choice(["replace", "insert", "delete"])
            new[place : place + (change != "insert")] = [] if change == "delete" else [f"new {place}\n"]
        if chance.random() < 0.5:
            new[-1] = new[-1].rstrip("\n")
        diff = diff_of("".join(old), "".join(new))
        count = sum(len(file.hunks) for file in parse_patch(diff))
        chosen = [number for number in range(count) if chance.random() < 0.5]
        path.write_text("".join(new))
        if chosen:
            await revert(editor, diff, chosen)
        left = diff_of("".join(old), path.read_text())
        kept = [hunk for n, hunk in enumerate(parse_patch(diff)[0].hunks) if n not in chosen]
        assert [hunk.lines for file in (parse_patch(left) if left else []) for hunk in file.hunks] == [
            hunk.lines for hunk in kept
        ]


async def test_a_file_that_was_made_goes_and_one_that_was_removed_comes_back(
    editor: Editor, tmp_path: Path
) -> None:
    (tmp_path / "made.txt").write_text("made\n")
    diff = diff_of("", "made\n", "made.txt") + diff_of("gone\n", "", "gone.txt")
    await revert(editor, diff, [0, 1])
    assert [path.name for path in tmp_path.iterdir()] == ["gone.txt"]
    assert (tmp_path / "gone.txt").read_text() == "gone\n"


async def test_what_was_changed_since_is_left_alone(editor: Editor, tmp_path: Path) -> None:
    diff = diff_of("one\ntwo\n", "one\n2\n") + diff_of("x\n", "y\n", "b.txt")
    (tmp_path / "a.txt").write_text("one\n2\n")
    (tmp_path / "b.txt").write_text("z\n")
    with pytest.raises(WorkspaceError, match=r"b\.txt"):
        await revert(editor, diff, [0, 1])
    assert (tmp_path / "a.txt").read_text() == "one\n2\n"


async def test_permissions_that_the_diff_changes_stay_changed(editor: Editor, tmp_path: Path) -> None:
    head = "diff --git a/a.txt b/a.txt\nold mode 100644\nnew mode 100755\nindex 1..2\n"
    (tmp_path / "a.txt").write_text("2\n")
    (tmp_path / "a.txt").chmod(0o755)
    await revert(editor, head + diff_of("1\n", "2\n"), [0])
    assert (tmp_path / "a.txt").read_text() == "1\n"
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o755


async def test_what_is_no_text_is_not_taken_back_in_part(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xe4\n")
    with pytest.raises(WorkspaceError, match=r"a\.txt: is not UTF-8 text; take all its hunks back, or none"):
        await revert(editor, diff_of("1\n", "\ufffd\n"), [0])
    assert (tmp_path / "a.txt").read_bytes() == b"\xe4\n"


async def test_a_folder_may_be_called_like_the_home_of_somebody(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "~").mkdir()
    (tmp_path / "~" / "a.txt").write_text("2\n")
    await revert(editor, diff_of("1\n", "2\n", "~/a.txt"), [0])
    assert (tmp_path / "~" / "a.txt").read_text() == "1\n"
