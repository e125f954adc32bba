"""A plan is put to the person, and a yes ends plan mode."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.settings.schema import MODES, Mode
from app.tools.contract import Asking, Preview, Previewing
from app.tools.present_plan import PresentPlanArguments, PresentPlanTool
from tests.tools.calling import context_for

TOOL = PresentPlanTool()
PLAN = PresentPlanArguments(plan="\n# Repair the cart\n\n1. add a test\n")


def test_it_asks_in_plan_mode_and_in_no_other() -> None:
    assert isinstance(TOOL, Asking)
    assert [mode for mode in MODES if TOOL.asks(mode)] == ["plan"]


async def test_the_person_is_shown_the_plan(tmp_path: Path) -> None:
    assert isinstance(TOOL, Previewing)
    assert await TOOL.preview(PLAN, context_for(tmp_path)) == Preview(plan=PLAN.plan)


@pytest.mark.parametrize(("scope", "mode"), [("once", "ask"), ("turn", "ask"), ("session", "edits")])
async def test_a_yes_ends_plan_mode(tmp_path: Path, scope: str, mode: Mode) -> None:
    context = replace(context_for(tmp_path), mode="plan", scope=scope)
    assert (await TOOL.run(PLAN, context)).mode == mode


async def test_elsewhere_there_is_nothing_to_approve(tmp_path: Path) -> None:
    outcome = await TOOL.run(PLAN, context_for(tmp_path))
    assert "nothing to approve" in outcome.content
    assert outcome.mode is None


@pytest.mark.parametrize(
    ("plan", "title"), [(PLAN.plan, "Repair the cart"), ("- one", "one"), ("##", "a plan")]
)
def test_its_title_is_its_first_line(tmp_path: Path, plan: str, title: str) -> None:
    arguments = PresentPlanArguments(plan=plan)
    assert TOOL.effects(arguments, context_for(tmp_path).workspace).title == title
