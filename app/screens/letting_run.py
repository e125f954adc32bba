"""Whether rules that a person has written would let the call run that they are about to say yes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from app.approval.places import Here
from app.approval.rule import RuleError, parse
from app.approval.rules import Rules
from app.approval.verdict import Action
from app.screens.open_questions import OpenQuestion


def let_run(lines: Iterable[str], question: OpenQuestion) -> bool:
    """Whether these rules, alone, let a call run. What cannot be told here counts as yes.

    Args:
        lines: A rule each.
        question: What the call asks.
    """
    if question.is_edited and not question.command:
        return True  # what it would do by now, only the session knows
    try:
        rules = [parse(line) for line in lines]
    except RuleError:
        return True  # that is said beside the rule
    root, effects = question.workspace, replace(question.request.effects, command=question.command)
    alone = Rules(rules, root, str(Path.home().resolve()))
    found = alone.judge(question.request.name, effects, Here(root, effects.cwd or root))
    return found.action is Action.ALLOW
