"""`sawhorse rules check`: judge many commands, each by rules of its own, as lines of JSON."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Mapping

from app.approval.policy import decide
from app.approval.rule import Rule, checked
from app.approval.rules import Rules
from app.approval.verdict import Action
from app.terminal.text import safe_line
from app.trajectory.effects import Effects


def check(root: str) -> int:
    """Read objects with `id`, `command`, `allow`, `ask` and `deny`, and answer each as mode ask would.

    Args:
        root: Real path of the workspace that the commands would run in.

    Returns:
        The exit code: 1 if a line could not be judged.
    """
    code = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        answer: dict[str, object] = {}
        try:
            question = json.loads(line)
            if not isinstance(question, dict):
                raise ValueError("it is no JSON object")
            answer = {"id": question.get("id")}
            answer |= _judged(question, root)
        except (ValueError, RecursionError) as error:
            answer |= {"line": number, "error": safe_line(str(error))}
            code = 1
        print(json.dumps(answer))  # all but ASCII is escaped
    return code


def _judged(question: Mapping[str, object], root: str) -> dict[str, object]:
    """The answer to one line.

    Raises:
        ValueError: It cannot be understood.
    """
    command = question.get("command")
    if not isinstance(command, str) or not command:
        raise ValueError("command must be text")
    rules = _rules(root, *(_prefixes(question, action) for action in Action))
    effects = Effects(command, command=command, unknown=True, cwd=root)
    decision = decide("bash", effects, "ask", root, rules, confined=True)
    rule = decision.rule.pattern if decision.rule is not None else None
    return {"action": decision.action, "reason": safe_line(decision.reason), "rule": rule}


def _prefixes(question: Mapping[str, object], action: Action) -> tuple[Rule, ...]:
    given = question.get(action, [])
    if not isinstance(given, list) or not all(isinstance(prefix, str) for prefix in given):
        raise ValueError(f'{action} must be a list of texts, such as ["npm run"]')
    return tuple(checked(Rule(action, "bash", prefix)) for prefix in given)


@functools.lru_cache(maxsize=256)
def _rules(root: str, *of_each_action: tuple[Rule, ...]) -> Rules:
    return Rules([rule for rules in of_each_action for rule in rules], root)
