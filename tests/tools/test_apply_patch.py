from __future__ import annotations

import asyncio
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from app.tools.apply_patch import ApplyPatchArguments, ApplyPatchTool
from app.tools.contract import Previewing, Tool, ToolContext, ToolError, ToolOutcome
from app.tools.edit import EditArguments, StrReplaceBasedEditTool
from app.trajectory.review import HunkDecision, Review
from tests.tools.calling import context_for, run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "ws"
    root.mkdir()
    return root


@pytest.fixture
def context(root: Path) -> ToolContext:
    return context_for(root)


async def apply(context: ToolContext, patch: str) -> ToolOutcome:
    return await run(ApplyPatchTool(), ApplyPatchArguments(patch=patch), context)


def contents(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def hunk(path: str, old: str, new: str, line: int = 1) -> str:
    return f"--- a/{path}\n+++ b/{path}\n@@ -{line} +{line} @@\n-{old}\n+{new}\n"


async def test_a_patch_that_git_wrote_makes_the_same_of_the_files(root: Path, context: ToolContext) -> None:
    def git(*arguments: str) -> str:
        identity = ("-c", "user.name=n", "-c", "user.email=e")
        done = subprocess.run(["git", *identity, *arguments], cwd=root, capture_output=True, check=True)
        return done.stdout.decode()

    before = {
        "a.py": b"".join(b"line %d\n" % number for number in range(40)),
        "windows.txt": b"one\r\ntwo\r\nthree\r\n",
        "unended": b"x\ny",
        "café au lait.txt": b"noir\n",
        "gone": b"gone\n",
        "empty": b"",
    }
    for name, content in before.items():
        (root / name).write_bytes(content)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "before")
    (root / "a.py").write_bytes(
        before["a.py"].replace(b"line 3\n", b"").replace(b"line 30\n", b"LINE\nmore\n")
    )
    (root / "windows.txt").write_bytes(b"one\r\nzwei\r\nthree\r\n")
    (root / "unended").write_bytes(b"x\ny\nz")
    (root / "café au lait.txt").write_bytes(b"blanc\n")
    (root / "new/folder").mkdir(parents=True)
    (root / "new/folder/file").write_bytes(b"new\n")
    (root / "new/empty").write_bytes(b"")
    (root / "gone").unlink()
    (root / "empty").unlink()
    git("add", ".")
    after = contents(root)
    patch = git("diff", "--cached", "--no-renames")
    git("reset", "-q", "--hard")
    assert contents(root) == before

    outcome = await apply(context, patch)
    assert contents(root) == after
    assert "gone: removed" in outcome.content
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            await run(StrReplaceBasedEditTool(), EditArguments(command="undo_edit", path=name), context)
    assert contents(root) == before


async def test_if_one_hunk_does_not_fit_nothing_is_changed_and_each_is_named(
    root: Path, context: ToolContext
) -> None:
    for name in ("a", "b", "c"):
        (root / name).write_text("one\ntwo\n")
    patch = hunk("a", "one", "1") + hunk("b", "onne", "1") + hunk("c", "one", "1") + "@@ -2 +2 @@\n-too\n+2\n"
    with pytest.raises(ToolError) as error:
        await apply(context, patch + "@@ -9,0 +10 @@\n+far below\n")
    first, second, third = str(error.value).split("\n")
    beginning = "does not fit: its lines do not stand in the file."
    assert first == f"b: hunk 1 {beginning} The nearest line is 1: 'one'"
    assert second == f"c: hunk 2 {beginning} The nearest line is 2: 'two'"
    assert third.startswith("c: hunk 3 does not fit: it has no lines around it")
    assert set(contents(root).values()) == {b"one\ntwo\n"}


async def test_a_hunk_found_at_another_line_is_told(root: Path, context: ToolContext) -> None:
    (root / "a").write_text("0\n" * 30 + "one\n")
    outcome = await apply(context, hunk("a", "one", "1"))
    assert outcome.content.endswith("Hunk 1 was found at line 31, not at line 1.")


async def test_if_one_file_cannot_be_written_the_others_are_put_back(
    root: Path, context: ToolContext
) -> None:
    for name in ("a", "b"):
        (root / name).write_text("one\n")
    (root / "folder").write_text("a file, where a folder would be\n")
    before = contents(root)
    new = "--- /dev/null\n+++ b/folder/new\n@@ -0,0 +1 @@\n+x\n"
    with pytest.raises(ToolError, match="folder/new: "):
        await apply(context, hunk("a", "one", "1") + new + hunk("b", "one", "1"))
    assert contents(root) == before


async def test_patches_of_the_same_files_in_opposite_order_are_all_made(
    root: Path, context: ToolContext
) -> None:
    for name in ("a", "b"):
        (root / name).write_text("".join(f"line {number}.\n" for number in range(16)))

    def patch(number: int) -> str:
        both = [hunk(name, f"line {number}.", f"LINE {number}.", number + 1) for name in ("a", "b")]
        return "".join(both[:: 1 if number % 2 else -1])

    async with asyncio.timeout(30):
        await asyncio.gather(*(apply(context, patch(number)) for number in range(16)))
    expected = "".join(f"LINE {number}.\n" for number in range(16)).encode()
    assert contents(root) == {"a": expected, "b": expected}


async def test_a_preview_is_one_diff_and_each_hunk_can_be_decided(root: Path, context: ToolContext) -> None:
    for name in ("a", "b"):
        (root / name).write_text("one\n")
    tool: Tool[ApplyPatchArguments] = ApplyPatchTool()
    assert isinstance(tool, Previewing)
    patch = hunk("a", "one", "1") + "--- /dev/null\n+++ b/c\n@@ -0,0 +1 @@\n+c\n" + hunk("b", "one", "1")
    preview = await tool.preview(ApplyPatchArguments(patch=patch), context)
    assert preview.diff == patch
    decisions = (HunkDecision(True, "uno\n"), HunkDecision(False, reason="not needed"), HunkDecision(True))
    outcome = await apply(replace(context, review=Review(preview.base, decisions)), patch)
    assert contents(root) == {"a": b"uno\n", "b": b"1\n"}
    assert "The person changed hunk 1 of a. Now line 1 is:\n     1\tuno\n" in outcome.content
    assert "The person decided against hunk 2, so c is not made: not needed" in outcome.content


def test_effects_name_all_files(root: Path, context: ToolContext) -> None:
    (root / "a").touch()
    os.link(root / "a", root / "b")
    tool = ApplyPatchTool()

    def arguments(*paths: str) -> ApplyPatchArguments:
        return ApplyPatchArguments(patch="".join(hunk(path, "x", "y") for path in paths))

    effects = tool.effects(arguments("a", "sub/c"), context.workspace)
    assert effects.title == "a  (2 hard links), sub/c"
    assert effects.writes == (str(root / "a"), str(root / "sub/c"))
    assert not effects.outside
    assert not effects.protected
    assert tool.effects(arguments("a", "../x"), context.workspace).outside
    assert tool.effects(arguments("a", ".env"), context.workspace).protected
    with pytest.raises(ToolError, match="no file is named"):
        tool.effects(ApplyPatchArguments(patch="nothing"), context.workspace)


@pytest.mark.parametrize("path", ["../x", ".git/config", ".git/hooks/pre-commit"])
async def test_what_may_not_be_edited_is_not_patched(path: str, root: Path, context: ToolContext) -> None:
    (root / "a").write_text("one\n")
    with pytest.raises(ToolError, match=r"outside the workspace|not edited here"):
        await apply(context, hunk("a", "one", "1") + f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+x\n")
    assert contents(root) == {"a": b"one\n"}


async def test_a_link_put_in_the_way_since_is_not_followed(root: Path, context: ToolContext) -> None:
    for name in ("a", "b", "c"):
        (root / name).write_text("one\n")
    arguments = ApplyPatchArguments(patch=hunk("a", "one", "1") + hunk("b", "one", "1"))
    judged = replace(context, effects=ApplyPatchTool().effects(arguments, context.workspace))
    (root / "b").unlink()
    (root / "b").symlink_to("c")
    with pytest.raises(ToolError, match="b leads elsewhere"):
        await ApplyPatchTool().run(arguments, judged)
    assert set(contents(root).values()) == {b"one\n"}
