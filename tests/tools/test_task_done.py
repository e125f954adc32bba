"""The model says that it is done, and that ends the turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.tools.task_done import TaskDoneArguments, TaskDoneTool
from app.trajectory.effects import Effects
from tests.tools.calling import context_for, run


@pytest.mark.parametrize(
    ("summary", "title", "content"),
    [
        ("Repaired; the tests pass.", "Repaired; the tests pass.", "Repaired; the tests pass."),
        ("", "done", "Done."),
    ],
)
async def test_it_ends_the_turn_with_its_summary(
    tmp_path: Path, summary: str, title: str, content: str
) -> None:
    context = context_for(tmp_path)
    arguments = TaskDoneArguments(summary=summary)
    assert TaskDoneTool().effects(arguments, context.workspace) == Effects(title=title)
    outcome = await run(TaskDoneTool(), arguments, context)
    assert (outcome.content, outcome.ok, outcome.ends_turn) == (content, True, True)
