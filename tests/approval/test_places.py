"""A name that always asks in an edit asks in a command, too."""

from __future__ import annotations

import pytest

from app.approval.commands import judge
from app.approval.places import Here
from app.approval.verdict import Action
from app.workspace.names import PROTECTED

HERE = Here("/work", "/work")


@pytest.mark.parametrize("name", [*sorted(PROTECTED), ".env.local", ".codex"])
@pytest.mark.parametrize("command", ["cat {}", "cat sub/{}", "ls -a {}/x", "grep -r x {}", "head -1 {}*"])
def test_commands_that_only_read_ask_before_they_read_it(command: str, name: str) -> None:
    assert judge(command.format(name), HERE).action is Action.ASK


@pytest.mark.parametrize("name", sorted(PROTECTED))
def test_a_rule_for_the_program_does_not_reach_it(name: str) -> None:
    assert judge(f"touch {name}/x", HERE, allow=[("touch",)]).action is Action.ASK


@pytest.mark.parametrize(
    "name", [".gitignore", ".environment", ".editorconfig", "env", ".envoy.yaml", ".github"]
)
def test_other_names_do_not(name: str) -> None:
    assert judge(f"cat {name}", HERE).action is Action.ALLOW
