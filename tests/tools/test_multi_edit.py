from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.tools.contract import Preview, Previewing, Tool, ToolContext, ToolError, ToolOutcome
from app.tools.edit import EditArguments, StrReplaceBasedEditTool
from app.tools.multi_edit import MultiEditArguments, MultiEditTool
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


def edits(path: str, *pairs: tuple[str, str], replace_all: bool = False) -> MultiEditArguments:
    return MultiEditArguments.model_validate(
        {
            "path": path,
            "edits": [{"old_str": old, "new_str": new, "replace_all": replace_all} for old, new in pairs],
        }
    )


async def edit(context: ToolContext, arguments: MultiEditArguments) -> ToolOutcome:
    return await run(MultiEditTool(), arguments, context)


async def test_each_edit_is_made_on_what_the_one_before_it_left(root: Path, context: ToolContext) -> None:
    (root / "a.txt").write_text("one\ntwo\nthree\n")
    outcome = await edit(context, edits("a.txt", ("one", "1"), ("1\ntwo", "1\n2"), ("three\n", "")))
    assert (root / "a.txt").read_text() == "1\n2\n"
    assert outcome.content.startswith("a.txt: edited at lines 1, 3. Now:\n     1\t1\n     2\t2\n")
    undo = EditArguments(command="undo_edit", path="a.txt")
    await run(StrReplaceBasedEditTool(), undo, context)
    assert (root / "a.txt").read_text() == "one\ntwo\nthree\n"


async def test_a_text_is_replaced_everywhere_if_asked(root: Path, context: ToolContext) -> None:
    (root / "a.txt").write_bytes(b"x = y\r\n" * 3000)
    await edit(context, edits("a.txt", ("x", "long name"), ("y\n", "z\n"), replace_all=True))
    assert (root / "a.txt").read_bytes() == b"long name = z\r\n" * 3000


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (("x", "y"), "edit 2 of 2: old_str is not unique: 2 matches, at lines 1, 2"),
        (("threee", "3"), "edit 2 of 2: no match: .* The nearest line is 3: 'three'"),
        (("", "3"), "edit 2 of 2: old_str is empty"),
        (("\ud800", "3"), "edit 2 of 2: old_str holds half a character"),
    ],
)
async def test_if_one_does_not_fit_none_is_made_and_it_is_named(
    second: tuple[str, str], why: str, root: Path, context: ToolContext
) -> None:
    (root / "a.txt").write_text("x\nx\n three \n")
    with pytest.raises(ToolError, match=f"a.txt: {why}.*No edit was made"):
        await edit(context, edits("a.txt", (" three ", "three"), second))
    assert (root / "a.txt").read_text() == "x\nx\n three \n"


async def test_a_preview_can_be_reviewed_hunk_by_hunk(root: Path, context: ToolContext) -> None:
    lines = "".join(f"{number}\n" for number in range(1, 21))
    (root / "a.txt").write_text(lines)
    tool: Tool[MultiEditArguments] = MultiEditTool()
    assert isinstance(tool, Previewing)
    arguments = edits("a.txt", ("18\n", "eighteen\n"), ("\n2\n", "\ntwo\n"))
    preview = await tool.preview(arguments, context)
    assert isinstance(preview, Preview)
    assert (root / "a.txt").read_text() == lines
    review = Review(preview.base, (HunkDecision(False, reason="no"), HunkDecision(True)))
    outcome = await edit(replace(context, review=review), arguments)
    assert (root / "a.txt").read_text() == lines.replace("18", "eighteen")
    assert (
        outcome.diff
        == "".join(preview.diff.splitlines(True)[:2]) + "@@ -15" + preview.diff.split("@@ -15")[1]
    )
    assert "The person rejected hunk 1 of a.txt: no. Now line 2 is as before" in outcome.content
    (root / "a.txt").write_text("0\n" + lines)
    with pytest.raises(ToolError, match="has changed since the diff was made"):
        await edit(replace(context, review=review), arguments)


async def test_sixty_four_parallel_edits_of_one_file_by_two_tools_are_all_there(
    root: Path, context: ToolContext
) -> None:
    (root / "a.txt").write_text("".join(f"line {number}.\n" for number in range(128)))
    single = StrReplaceBasedEditTool()

    async def change(number: int) -> None:
        first, second = f"line {2 * number}.", f"line {2 * number + 1}."
        if number % 2:
            await edit(context, edits("a.txt", (first, first.upper()), (second, second.upper())))
            return
        for old in (first, second):
            replaced = EditArguments(command="str_replace", path="a.txt", old_str=old, new_str=old.upper())
            await run(single, replaced, context)

    await asyncio.gather(*(change(number) for number in range(64)))
    assert (root / "a.txt").read_text() == "".join(f"LINE {number}.\n" for number in range(128))
    assert os.listdir(root) == ["a.txt"]


def test_effects_name_the_real_file_and_its_hard_links(root: Path, context: ToolContext) -> None:
    (root / "a.txt").touch()
    (root / "l").symlink_to("a.txt")
    os.link(root / "a.txt", root / "b.txt")
    effects = MultiEditTool().effects(edits("l", ("a", "b")), context.workspace)
    assert (effects.title, effects.writes) == ("a.txt  (2 hard links)", (str(root / "a.txt"),))
    assert not effects.outside
    assert MultiEditTool().effects(edits("../x", ("a", "b")), context.workspace).outside
    assert MultiEditTool().effects(edits(".env", ("a", "b")), context.workspace).protected


async def test_a_link_put_in_the_way_since_is_not_followed(root: Path, context: ToolContext) -> None:
    (root / "a.txt").write_text("x\n")
    (root / "b.txt").write_text("x\n")
    arguments = edits("a.txt", ("x", "y"))
    judged = replace(context, effects=MultiEditTool().effects(arguments, context.workspace))
    (root / "a.txt").unlink()
    (root / "a.txt").symlink_to("b.txt")
    with pytest.raises(ToolError, match="leads elsewhere"):
        await MultiEditTool().run(arguments, judged)
    assert (root / "b.txt").read_text() == "x\n"
