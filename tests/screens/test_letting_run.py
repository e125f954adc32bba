"""Whether rules let the call run that they were offered for."""

from __future__ import annotations

from typing import Any

import pytest

from app.screens.letting_run import let_run
from app.screens.open_questions import OpenQuestion
from app.trajectory.effects import Effects
from app.trajectory.events import ApprovalAsked, ToolRequested

ROOT = "/home/somebody/project"


def question(effects: Effects, name: str = "bash", **asked: Any) -> OpenQuestion:
    request = ToolRequested("1", 1, name, {"command": effects.command}, effects)
    return OpenQuestion(request, ApprovalAsked("1", "mode ask", **asked), ROOT, 1, 0.0)


def command(text: str) -> Effects:
    return Effects(text, command=text, unknown=True, cwd=ROOT)


@pytest.mark.parametrize(
    ("lines", "lets"),
    [
        (["allow bash npm run test"], True),
        (["allow bash npm run"], True),
        (["allow bash npm run tests"], False),
        (["allow edit *.txt"], False),
        (["ask bash npm run", "allow bash npm run test"], False),
        (["deny bash npm"], False),
        (["this is none"], True),
    ],
)
def test_only_rules_that_fit_a_command_let_it_run(lines: list[str], lets: bool) -> None:
    assert let_run(lines, question(command("npm run test -- cart"))) is lets


def test_every_part_of_a_command_needs_a_rule() -> None:
    both = question(command("npm run test && make"))
    assert let_run(["allow bash npm run test", "allow bash make"], both)
    assert not let_run(["allow bash make"], both)


def test_an_edit_is_let_through_by_its_path() -> None:
    edit = question(Effects("notes.txt", writes=(f"{ROOT}/notes.txt",)), "multi_edit")
    assert let_run(["allow edit *.txt"], edit)
    assert not let_run(["allow edit *.md"], edit)


def test_a_command_counts_as_the_person_has_changed_it() -> None:
    changed = question(command("make"), arguments={"command": "make clean"})
    assert let_run(["allow bash make clean"], changed)
    assert not let_run(["allow bash make all"], changed)


def test_of_another_call_that_was_changed_nothing_can_be_told() -> None:
    changed = question(Effects("a.txt", writes=(f"{ROOT}/a.txt",)), "multi_edit", arguments={"path": "b.md"})
    assert let_run(["allow edit *.md"], changed)
