"""The decision: may a call run, must a person be asked, and why. Pure: no input, no output."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.approval.critical import critical
from app.approval.places import Here
from app.settings.schema import Mode
from app.trajectory.effects import Effects


class Action(StrEnum):
    """What happens to a call."""

    ALLOW = "allow"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to a call, and why, in words for a person."""

    action: Action
    reason: str


def decide(effects: Effects, mode: Mode, root: str) -> Decision:
    """Judge a call by what it declared.

    Args:
        effects: What the call may do.
        mode: `ask` lets reads in the workspace run; `edits` also edits of files in it; `auto` all but what is
            critical: targets outside the workspace, protected files, commands that reach for either.
        root: Real path of the workspace.
    """
    if effects.protected:
        return Decision(Action.ASK, "touches a protected file")
    if effects.outside:
        return Decision(Action.ASK, "touches a file outside the workspace")
    if effects.command or effects.unknown:
        if mode != "auto":
            return Decision(Action.ASK, f"mode {mode}: commands ask")
        if why := critical(effects.command, Here(root, effects.cwd or root)):
            return Decision(Action.ASK, why)
        return Decision(Action.ALLOW, "mode auto: not critical")
    if effects.network:
        return Decision(Action.ASK, "talks to another machine")
    if effects.writes:
        if mode == "ask":
            return Decision(Action.ASK, "mode ask: edits ask")
        return Decision(Action.ALLOW, f"mode {mode}: edits in the workspace run")
    return Decision(Action.ALLOW, "only reads in the workspace")
