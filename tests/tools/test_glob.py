from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.tools.contract import Tool, ToolContext, ToolError
from app.tools.glob import GlobArguments, GlobTool
from tests.tools.calling import context_for, run


@pytest.fixture
def context(tmp_path: Path) -> ToolContext:
    (tmp_path / "ws").mkdir()
    return context_for(tmp_path / "ws")


async def test_it_answers_with_names_newest_first_and_says_when_there_are_more(context: ToolContext) -> None:
    for age, name in enumerate(["new.py", "middle.py", "old.py", "other.js"]):
        (context.workspace.root / name).touch()
        os.utime(context.workspace.root / name, (1e9 - age, 1e9 - age))
    tool: Tool[GlobArguments] = GlobTool()
    assert (await run(tool, GlobArguments(pattern="*.py"), context)).content == "new.py\nmiddle.py\nold.py\n"
    cut = await run(tool, GlobArguments(pattern="*.py", head_limit=1), context)
    assert cut.content == ("new.py\n[the first 1 files; there are more: narrow the pattern or the path]\n")
    none = await run(tool, GlobArguments(pattern="*.rs"), context)
    assert (none.ok, none.content) == (True, "[no files]\n")


async def test_a_wrong_glob_is_told_to_the_model(context: ToolContext) -> None:
    with pytest.raises(ToolError, match="must say what to look at"):
        await run(GlobTool(), GlobArguments(pattern="../*"), context)
    with pytest.raises(ToolError, match="does not exist"):
        await run(GlobTool(), GlobArguments(pattern="*", path="none"), context)


def test_its_effects_are_one_read(context: ToolContext) -> None:
    tool = GlobTool()
    effects = tool.effects(GlobArguments(pattern="**/*.py"), context.workspace)
    assert (effects.title, effects.reads) == ("**/*.py", (str(context.workspace.root),))
    assert tool.effects(GlobArguments(pattern="*", path="/etc"), context.workspace).outside
