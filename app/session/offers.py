"""Which rules would let a call run that asks: what a person is offered to allow for longer."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Iterator

from app.approval.commands import suggest
from app.approval.patterns import host_of
from app.approval.places import Here
from app.approval.rule import Rule, RuleError, checked
from app.approval.verdict import Action
from app.trajectory.effects import Effects

_MOST = 5  # more, nobody reads
_SPECIAL = re.compile(r"[\\*?\[\]!# ]")


def rules_for(tool: str, effects: Effects, root: str, *, network: bool = False) -> tuple[Rule, ...]:
    """Rules that speak of all that a call does; none where that takes too many, or cannot be said.

    Args:
        tool: The tool's name.
        effects: What the call may do.
        root: Real path of the workspace.
        network: Its command is to have the network, too.
    """
    try:
        rules = [checked(rule) for rule in dict.fromkeys(_rules(tool, effects, root, network))]
    except RuleError:
        return ()
    return tuple(rules) if len(rules) <= _MOST else ()


def _rules(tool: str, effects: Effects, root: str, network: bool) -> Iterator[Rule]:
    if effects.command:
        for prefix in suggest(effects.command, Here(root, effects.cwd or root)):
            yield Rule(Action.ALLOW, "bash", shlex.join(prefix), network=network)
        return
    hosts = [host_of(address) for address in effects.reads if "://" in address]
    if effects.unknown or (effects.network and not hosts) or not (effects.writes or effects.reads):
        yield Rule(Action.ALLOW, "tool", tool)
        return
    for host in hosts:
        yield Rule(Action.ALLOW, "fetch", host)
    for pattern in _beside(effects.writes, root):
        yield Rule(Action.ALLOW, "edit", pattern)
    if not effects.writes and not hosts:
        for pattern in _beside(effects.reads, root):
            yield Rule(Action.ALLOW, "read", pattern)


def _beside(paths: Iterable[str], root: str) -> Iterator[str]:
    """For each file what lies beside it and below; for one at the top of the workspace, only itself."""
    for path in paths:
        folder, name = os.path.split(os.path.relpath(path, root))
        exact = _SPECIAL.sub(r"\\\g<0>", folder or name)
        yield f"{exact}/**" if folder else exact
