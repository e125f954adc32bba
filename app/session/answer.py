"""What a person says to a call that asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.trajectory.review import HunkDecision

Scope = Literal["once", "turn", "session", "project"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says to one call.

    Args:
        allowed: Whether it may run.
        scope: How long the answer counts. `turn` and `session` grant the rules of the question, or this very
            command where it offers none; `project` saves the rules for this workspace.
        feedback: Goes to the model when the answer is no.
        hunks: What becomes of each hunk of the diff that was shown; empty for all of it as proposed.
        arguments: What the call is to run with instead, whole; None for those that the question shows.
        rules: Rules as the person edited them, a line each, for a scope other than `once`; None for those
            that were offered. With a no, only rules that are given here count.
        network: Its command may reach other machines. Of one that the sandbox has stopped: it runs again in
            the sandbox, with the network, rather than outside.
    """

    allowed: bool
    scope: Scope = "once"
    feedback: str = ""
    hunks: tuple[HunkDecision, ...] = ()
    arguments: Mapping[str, object] | None = None
    rules: tuple[str, ...] | None = None
    network: bool = False
