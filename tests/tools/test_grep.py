from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.tools.contract import Tool, ToolContext, ToolError
from app.tools.grep import GrepArguments, GrepTool
from app.trajectory.effects import Effects
from tests.tools.calling import context_for, run


@pytest.fixture
def context(tmp_path: Path) -> ToolContext:
    (tmp_path / "ws").mkdir()
    return context_for(tmp_path / "ws")


def grep(**arguments: object) -> GrepArguments:
    return GrepArguments.model_validate(arguments)


async def test_it_answers_with_lines_and_says_when_there_are_more(context: ToolContext) -> None:
    (context.workspace.root / "a.py").write_text("one\ntwo\nthree\n" * 2)
    tool: Tool[GrepArguments] = GrepTool()
    assert (await run(tool, grep(pattern="t[wh]"), context)).content == (
        "a.py:2:two\na.py:3:three\na.py:5:two\na.py:6:three\n"
    )
    cut = await run(tool, grep(pattern="t[wh]", head_limit=2), context)
    assert cut.ok
    assert cut.content.endswith(
        "[the first 2 matching lines; there are more: narrow the pattern, the path or the glob]\n"
    )
    none = await run(tool, grep(pattern="four", output_mode="files"), context)
    assert (none.ok, none.content) == (True, "[no files]\n")
    counted = await run(tool, grep(pattern="T", output_mode="count", ignore_case=True, glob="*.py"), context)
    assert counted.content == "a.py:4\n"
    around = await run(tool, grep(pattern="one", context=1, head_limit=1), context)
    assert around.content.startswith("a.py:1:one\na.py-2-two\n")


async def test_a_wrong_pattern_is_told_to_the_model(context: ToolContext) -> None:
    with pytest.raises(ToolError, match="regex parse error"):
        await run(GrepTool(), grep(pattern="a("), context)


def test_its_effects_are_one_read(context: ToolContext) -> None:
    root = context.workspace.root
    (root / "src").mkdir()
    (root / "out").symlink_to(root.parent)
    tool = GrepTool()
    everywhere = tool.effects(grep(pattern="back off"), context.workspace)
    assert everywhere == Effects(title='"back off"', reads=(str(root),))
    assert tool.effects(grep(pattern="x", path="src"), context.workspace).title == '"x" in src'
    assert tool.effects(grep(pattern="x", path="out"), context.workspace).outside
    assert tool.effects(grep(pattern="x", path=".env"), context.workspace).protected
    with pytest.raises(ToolError, match="empty"):
        tool.effects(grep(pattern="x", path=""), context.workspace)


@pytest.mark.parametrize(
    "arguments", [{}, {"pattern": ""}, {"pattern": "x", "context": 21}, {"pattern": "x", "head_limit": 0}]
)
def test_wrong_arguments_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        grep(**arguments)
