"""Which calls run, which ask, and why."""

from __future__ import annotations

import pytest

from app.approval.policy import Action, decide
from app.settings.schema import Mode
from app.trajectory.effects import Effects

READ = Effects("r", reads=("/w/a",))
EDIT = Effects("e", writes=("/w/a",))
COMMAND = Effects("c", command="make test", unknown=True)
THOUGHT = Effects("t")


@pytest.mark.parametrize(
    ("effects", "mode", "action"),
    [
        (READ, "ask", Action.ALLOW),
        (THOUGHT, "ask", Action.ALLOW),
        (EDIT, "ask", Action.ASK),
        (COMMAND, "ask", Action.ASK),
        (EDIT, "edits", Action.ALLOW),
        (COMMAND, "edits", Action.ASK),
        (EDIT, "auto", Action.ALLOW),
        (COMMAND, "auto", Action.ALLOW),
        (Effects("c", command="rm -rf ~", unknown=True), "auto", Action.ASK),
        (Effects("e", writes=("/etc/x",), outside=True), "auto", Action.ASK),
        (Effects("r", reads=("/etc/x",), outside=True), "ask", Action.ASK),
        (Effects("e", writes=("/w/.git/config",), protected=True), "auto", Action.ASK),
        (Effects("n", network=True), "auto", Action.ASK),
    ],
)
def test_the_mode_decides_but_what_is_critical_asks(effects: Effects, mode: Mode, action: Action) -> None:
    decision = decide(effects, mode, "/w")
    assert decision.action is action
    assert decision.reason
