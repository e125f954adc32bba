from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from app.workspace import history
from app.workspace.editor import Editor
from app.workspace.errors import EditError, FileError, PathError, WorkspaceError
from app.workspace.files import Files
from app.workspace.paths import Location, Workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "ws"
    root.mkdir()
    return root


@pytest.fixture
def editor(root: Path) -> Editor:
    return Editor(Workspace(root), Files())


async def test_sixty_four_parallel_edits_of_one_file_are_all_there(root: Path, editor: Editor) -> None:
    path = root / "a.txt"
    path.write_text("".join(f"line {number}.\n" for number in range(64)))
    (root / "l").symlink_to("a.txt")
    await asyncio.gather(
        *(
            editor.str_replace(("a.txt", "l", str(path))[number % 3], f"line {number}.", f"LINE {number}.")
            for number in range(64)
        )
    )
    assert path.read_text() == "".join(f"LINE {number}.\n" for number in range(64))
    assert sorted(os.listdir(root)) == ["a.txt", "l"]


async def test_edits_of_different_files_do_not_wait_for_each_other(root: Path) -> None:
    files = Files()
    editor = Editor(Workspace(root), files)
    for name in ("a.txt", "b.txt"):
        (root / name).write_text("x\n")
    async with files.lock(root / "a.txt"):
        waiting = asyncio.create_task(editor.str_replace("a.txt", "x", "y"))
        await editor.str_replace("b.txt", "x", "y")
        assert not waiting.done()
    await waiting
    assert (root / "a.txt").read_text() == "y\n"


async def test_the_model_is_shown_the_lines_around_the_edit(root: Path, editor: Editor) -> None:
    (root / "a.txt").write_text("".join(f"{number}\n" for number in range(1, 21)))
    result = await editor.str_replace("a.txt", "10\n", "ten\nand a half\n")
    assert result.text == (
        "a.txt: edited at line 10. Now:\n"
        "     7\t7\n     8\t8\n     9\t9\n    10\tten\n    11\tand a half\n    12\t11\n    13\t12\n"
        "    14\t13\n    15\t14\n"
    )
    assert result.diff.startswith("--- a/a.txt\n+++ b/a.txt\n@@ -7,7 +7,8 @@\n")


async def test_a_preview_is_the_diff_of_the_edit_and_writes_nothing(root: Path, editor: Editor) -> None:
    path = root / "a.txt"
    path.write_text("one\ntwo\n")
    before = path.stat()
    preview = await editor.str_replace("a.txt", "one", "1", preview=True)
    inserted = await editor.insert("a.txt", 1, "between", preview=True)
    created = await editor.create("new/b.txt", "b\n", preview=True)
    assert path.stat() == before
    assert os.listdir(root) == ["a.txt"]
    assert inserted.diff.endswith(" one\n+between\n two\n")
    assert created.diff == "--- /dev/null\n+++ b/new/b.txt\n@@ -0,0 +1 @@\n+b\n"
    assert (await editor.str_replace("a.txt", "one", "1")).diff == preview.diff
    undo = await editor.undo("a.txt", preview=True)
    assert undo.diff.endswith("-1\n+one\n two\n")
    assert path.read_text() == "1\ntwo\n"


async def test_what_cannot_be_done_cannot_be_previewed(root: Path, editor: Editor) -> None:
    (root / "a.txt").write_text("x\n")
    for doomed in (
        editor.str_replace("a.txt", "y", "z", preview=True),
        editor.create("a.txt", "y", preview=True),
        editor.insert("a.txt", 7, "y", preview=True),
        editor.undo("a.txt", preview=True),
        editor.create("../a.txt", "y", preview=True),
        editor.create(".git/hooks/pre-commit", "y", preview=True),
    ):
        with pytest.raises(WorkspaceError):
            await doomed


async def test_a_file_is_overwritten_only_as_it_was_seen(root: Path, editor: Editor) -> None:
    path = root / "a.txt"
    path.write_text("x\n")
    with pytest.raises(EditError, match="exists already; view it"):
        await editor.create("a.txt", "y\n")
    await editor.view("a.txt")
    path.write_text("theirs\n")
    with pytest.raises(EditError, match="changed since you saw it"):
        await editor.create("a.txt", "y\n")
    assert path.read_text() == "theirs\n"
    await editor.view("a.txt", [1, 1])
    path.chmod(0o755)
    result = await editor.create("a.txt", "y\n")
    assert path.read_text() == "y\n"
    assert os.access(path, os.X_OK)
    assert result.text == "a.txt: edited from end to end, now 1 lines"
    await editor.create("a.txt", "z\n")  # what we wrote we have seen
    assert path.read_text() == "z\n"


async def test_undo_takes_back_one_edit_at_a_time(root: Path, editor: Editor) -> None:
    path = root / "a.txt"
    await editor.create("a.txt", "1\n2\n")
    await editor.str_replace("a.txt", "1", "one")
    await editor.insert("a.txt", 2, "3")
    assert path.read_text() == "one\n2\n3\n"
    await editor.undo("a.txt")
    assert path.read_text() == "one\n2\n"
    await editor.undo("a.txt")
    assert path.read_text() == "1\n2\n"
    result = await editor.undo("a.txt")
    assert result.text.startswith("a.txt: removed")
    assert not path.exists()
    with pytest.raises(EditError, match="nothing to undo"):
        await editor.undo("a.txt")


async def test_undo_never_takes_back_somebody_elses_change(root: Path, editor: Editor) -> None:
    path = root / "a.txt"
    path.write_text("1\n")
    await editor.str_replace("a.txt", "1", "2")
    path.write_text("2\ntheirs\n")
    with pytest.raises(EditError, match="has changed since the last edit"):
        await editor.undo("a.txt")
    assert path.read_text() == "2\ntheirs\n"
    path.unlink()
    with pytest.raises(EditError, match="has changed since the last edit"):
        await editor.undo("a.txt")
    assert not path.exists()


async def test_the_oldest_edits_are_forgotten_when_there_are_too_many(
    root: Path, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_MOST_BYTES", 100)
    (root / "a.txt").write_text("a" * 60)
    (root / "b.txt").write_text("b")
    await editor.str_replace("a.txt", "a" * 60, "")
    await editor.str_replace("b.txt", "b", "c" * 60)
    with pytest.raises(EditError, match="nothing to undo"):
        await editor.undo("a.txt")
    await editor.undo("b.txt")
    assert (root / "b.txt").read_text() == "b"


async def test_a_hard_link_is_not_parted_in_silence(root: Path, editor: Editor) -> None:
    (root / "a.txt").write_text("x\n")
    os.link(root / "a.txt", root / "b.txt")
    with pytest.raises(FileError, match="2 hard links"):
        await editor.str_replace("a.txt", "x", "y")
    assert os.path.samefile(root / "a.txt", root / "b.txt")


async def test_no_edit_outside_the_workspace_and_no_look_without_approval(root: Path, editor: Editor) -> None:
    secret = root.parent / "secret"
    secret.write_text("s\n")
    for edit in (
        editor.str_replace("../secret", "s", "t"),
        editor.create(str(root.parent / "new"), "t"),
        editor.insert(str(secret), 0, "t"),
    ):
        with pytest.raises(FileError, match="outside the workspace"):
            await edit
    with pytest.raises(FileError, match="needs approval"):
        await editor.view("../secret")
    assert await editor.view("../secret", allow_outside=True) == "     1\ts\n"
    assert sorted(os.listdir(root.parent)) == ["secret", "ws"]


class SwappingWorkspace(Workspace):
    """Somebody swaps a folder for a link right after a path in it was judged."""

    def locate(self, path: str, *, cwd: Path | None = None) -> Location:
        location = super().locate(path, cwd=cwd)
        (self.root / "sub").rename(self.root / "moved")
        (self.root / "sub").symlink_to(self.root.parent / "outside")
        return location


@pytest.mark.parametrize("command", ["view", "list", "create", "new", "str_replace", "insert"])
async def test_a_link_put_in_after_the_check_is_not_followed(command: str, root: Path) -> None:
    outside = root.parent / "outside"
    for folder in (outside, root / "sub"):
        folder.mkdir()
        (folder / "a.txt").write_text("x\n")
    editor = Editor(SwappingWorkspace(root), Files())
    attempts: dict[str, Callable[[], Awaitable[object]]] = {
        "view": lambda: editor.view("sub/a.txt"),
        "list": lambda: editor.view("sub"),
        "create": lambda: editor.create("sub/a.txt", "pwned\n"),
        "new": lambda: editor.create("sub/new.txt", "pwned\n"),
        "str_replace": lambda: editor.str_replace("sub/a.txt", "x", "pwned"),
        "insert": lambda: editor.insert("sub/a.txt", 0, "pwned"),
    }
    with pytest.raises(WorkspaceError, match="link"):
        await attempts[command]()
    assert [entry.name for entry in outside.iterdir()] == ["a.txt"]
    assert (outside / "a.txt").read_text() == "x\n"
    assert (root / "moved/a.txt").read_text() == "x\n"


async def test_a_cancelled_edit_lets_the_next_one_through(root: Path, editor: Editor) -> None:
    path = root / "a.txt"
    path.write_text("1\n")
    for _ in range(20):
        task = asyncio.create_task(editor.str_replace("a.txt", "1", "2"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert path.read_text() in ("1\n", "2\n")
        assert os.listdir(root) == ["a.txt"]
        path.write_text("1\n")
    await editor.str_replace("a.txt", "1", "2")
    assert path.read_text() == "2\n"


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"a\0x", "binary"), (b"\xff\xfea\0x\0", "UTF-16"), (b"\xff\xfe\x2d\x4e", "UTF-16")],
)
async def test_what_is_not_text_is_not_edited(content: bytes, why: str, root: Path, editor: Editor) -> None:
    (root / "a").write_bytes(content)
    with pytest.raises(EditError, match=why):
        await editor.str_replace("a", "x", "y")
    with pytest.raises(EditError, match=why):
        await editor.insert("a", 0, "y")
    assert (root / "a").read_bytes() == content


@pytest.mark.parametrize(
    ("path", "why"),
    [("", "empty"), ("a\0b", "NUL"), ("x" * 300, "longer"), ("new/", "directory"), (".", "directory")],
)
async def test_a_path_that_is_none_is_an_error_not_a_traceback(path: str, why: str, editor: Editor) -> None:
    with pytest.raises((PathError, FileError), match=why):
        await editor.create(path, "x")
