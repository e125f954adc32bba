"""What the approval of a command comes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Prefix = tuple[str, ...]
"""The words that a command must begin with for a rule to fit, such as ("npm", "run")."""


class Action(StrEnum):
    """What happens to a call."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to a command, and why.

    Args:
        action: What happens to it.
        reason: One line for a person; of several commands, it names the one that decided.
        rule: The rule that decided, if one did.
        part: The words of the command that decided, if it is plain.
    """

    action: Action
    reason: str
    rule: Prefix | None = None
    part: tuple[str, ...] = ()
