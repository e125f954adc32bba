"""The decision: may a call run, must a person be asked, and why. Pure: no input, no output."""

from __future__ import annotations

from dataclasses import dataclass

from app.approval.critical import critical
from app.approval.places import Here
from app.approval.programs import sets_powerful
from app.approval.rule import Rule
from app.approval.rules import Judgement, Rules
from app.approval.targets import critical_target
from app.approval.verdict import Action
from app.settings.schema import Mode
from app.trajectory.effects import Effects

_PLAN = "mode plan: nothing is changed yet; say what you would do, and it is done in another mode"


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to a call, and why.

    Args:
        action: What happens.
        reason: In words for a person; the reason of a denial is for the model, too.
        rule: The rule that decides, if one does.
        network: The rules let the command reach other machines from within the sandbox.
    """

    action: Action
    reason: str
    rule: Rule | None = None
    network: bool = False


def decide(tool: str, effects: Effects, mode: Mode, root: str, rules: Rules, *, confined: bool) -> Decision:
    """Judge a call by what it declared.

    What a rule denies is denied in every mode, and `yolo` lets all else run. In the other modes what is
    critical asks, whatever allows it: protected files, files outside the workspace, commands that reach for
    either. Then come the rules that ask, then those that allow, and what only reads. The mode decides about
    the rest.

    Args:
        tool: The tool's name.
        effects: What the call may do.
        mode: The approval mode.
        root: Real path of the workspace.
        rules: Those that count in it.
        confined: Whether a sandbox holds commands, or the person chose to do without one.
    """
    here = Here(root, effects.cwd or root)
    found = rules.judge(tool, effects, here)
    if found.action is Action.DENY or (found.unsure and mode == "yolo"):
        return Decision(Action.DENY, found.reason, found.rule)
    if rules.error and (effects.reads or _acts(effects)):
        return Decision(Action.ASK, rules.error)
    if mode == "yolo":
        return Decision(Action.ALLOW, "mode yolo: runs what no rule denies", network=found.network)
    if mode == "plan" and found.action is None and _acts(effects):
        return Decision(Action.DENY, _PLAN)
    if why := _critical(effects, found, here):
        return Decision(Action.ASK, why, network=found.network)
    if found.action is Action.ALLOW and (why := _misled(effects)):
        found = Judgement(None if mode == "auto" else Action.ASK, why)
    if found.action is not None:
        return Decision(found.action, found.reason, found.rule, found.network)
    action, reason = _by_mode(effects, mode, here, confined=confined)
    return Decision(action, reason, network=found.network)


def _critical(effects: Effects, found: Judgement, here: Here) -> str:
    """Why a call asks although it would run."""
    if effects.protected:
        return "touches a protected file"
    if effects.outside:
        return "touches a file outside the workspace"
    if effects.command and found.action is Action.ALLOW and found.rule is not None:
        # Who allows a program by its name knows what it is for; who allows the shell has not seen it.
        named = found.rule.subject == "bash"
        return critical_target(effects.command, here) if named else critical(effects.command, here)
    return ""


def _misled(effects: Effects) -> str:
    """Why the name of a program may no longer say what runs."""
    reasons = (sets_powerful(f"{name}=") for name in effects.variables if effects.command)
    why = next(filter(None, reasons), "")
    return f"an earlier command {why}" if why else ""


def _by_mode(effects: Effects, mode: Mode, here: Here, *, confined: bool) -> tuple[Action, str]:
    """What becomes of a call of which no rule speaks and that touches nothing critical."""
    if effects.command or effects.unknown:
        if mode != "auto":
            return Action.ASK, f"mode {mode}: commands ask"
        if not effects.command:
            return Action.ASK, "what this tool may do is not known"
        if why := critical(effects.command, here):
            return Action.ASK, why
        return (
            (Action.ALLOW, "mode auto: not critical")
            if confined
            else (Action.ASK, "mode auto: there is no sandbox to hold the command")
        )
    if effects.network:
        return Action.ASK, "talks to another machine"
    if effects.writes:
        if mode == "ask":
            return Action.ASK, "mode ask: edits ask"
        return Action.ALLOW, f"mode {mode}: edits in the workspace run"
    return Action.ALLOW, "only reads in the workspace"


def _acts(effects: Effects) -> bool:
    return bool(effects.command or effects.writes or effects.network or effects.unknown)
