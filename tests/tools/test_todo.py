"""The list of steps goes to the person as a title, and back to the model as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.tools.contract import ToolError
from app.tools.registry import Registry
from app.tools.todo import TodoArguments, TodoItem, TodoTool
from app.trajectory.effects import Effects
from app.workspace.paths import Workspace
from tests.tools.calling import context_for, run

LIST = TodoArguments(
    items=[
        TodoItem(text="look", status="done"),
        TodoItem(text="repair", status="in_progress"),
        TodoItem(text="test", status="pending"),
    ]
)


async def test_the_list_comes_back_with_its_marks(tmp_path: Path) -> None:
    outcome = await run(TodoTool(), LIST, context_for(tmp_path))
    assert outcome.content == "[x] look\n[~] repair\n[ ] test"
    assert outcome.ok


async def test_an_empty_list_is_said(tmp_path: Path) -> None:
    assert (await run(TodoTool(), TodoArguments(items=[]), context_for(tmp_path))).content == (
        "The list is empty."
    )


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (LIST, "1 of 3 done · repair"),
        (TodoArguments(items=LIST.items[:1]), "1 of 1 done"),
        (TodoArguments(items=[]), "0 of 0 done"),
    ],
)
def test_the_title_says_how_far_it_is(tmp_path: Path, arguments: TodoArguments, title: str) -> None:
    assert TodoTool().effects(arguments, Workspace(tmp_path)) == Effects(title=title)


def test_a_status_of_another_kind_is_refused() -> None:
    with pytest.raises(
        ToolError, match=r"items\.0\.status: Input should be 'pending', 'in_progress' or 'done'"
    ):
        Registry().parse("todo", {"items": [{"text": "x", "status": "almost"}]})
