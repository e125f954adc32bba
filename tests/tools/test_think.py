"""A thought is taken, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.tools.think import ThinkArguments, ThinkTool
from app.trajectory.effects import Effects
from app.workspace.paths import Workspace
from tests.tools.calling import context_for, run


@pytest.mark.parametrize(
    ("arguments", "content"),
    [
        (ThinkArguments(thought="hm"), "Step 1 of 1 noted."),
        (ThinkArguments(thought="hm", number=2, total=5), "Step 2 of 5 noted."),
        (ThinkArguments(thought="hm", number=4, total=3), "Step 4 of 4 noted."),
        (
            ThinkArguments(thought="no", number=3, total=5, revises=1),
            "Step 3 of 5 noted, in place of step 1.",
        ),
    ],
)
async def test_a_thought_is_noted_by_its_number(
    tmp_path: Path, arguments: ThinkArguments, content: str
) -> None:
    outcome = await run(ThinkTool(), arguments, context_for(tmp_path))
    assert outcome.content == content
    assert outcome.ok
    assert not outcome.ends_turn


def test_it_has_no_effects(tmp_path: Path) -> None:
    effects = ThinkTool().effects(ThinkArguments(thought="why not"), Workspace(tmp_path))
    assert effects == Effects(title="why not")
