"""What a person has allowed for longer than one call, and has not saved: it ends with the turn or session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.approval.rule import Rule
from app.session.answer import Scope
from app.trajectory.effects import Effects


@dataclass(frozen=True, slots=True)
class Grant:
    """This very command, in this folder and with these variables: what no rule can say."""

    tool: str
    command: str
    cwd: str
    environment: str

    @staticmethod
    def of(tool: str, effects: Effects) -> Grant | None:
        """What a wider yes to a call would allow; None where there is no such yes."""
        if not effects.command or effects.protected or effects.outside:
            return None
        return Grant(tool, effects.command, effects.cwd, effects.environment)

    def __str__(self) -> str:
        return f"{self.tool}: {self.command}"


class Grants:
    """The wider answers of a session, as rules where a rule can say them."""

    def __init__(self) -> None:
        self._rules: dict[Rule, Scope] = {}
        self._commands: dict[Grant, Scope] = {}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Those that count now. Where they are from is how long they count."""
        return tuple(self._rules)

    def add_rules(self, rules: Iterable[Rule], scope: Scope) -> None:
        """Let rules count."""
        self._rules.update((replace(rule, source=scope), scope) for rule in rules)

    def add(self, grant: Grant, scope: Scope) -> None:
        """Let a command run unasked."""
        self._commands[grant] = scope

    def covers(self, tool: str, effects: Effects) -> Grant | None:
        """What was granted that allows a call, if anything."""
        grant = Grant.of(tool, effects)
        return grant if grant in self._commands else None

    def granted(self, rule: Rule | None) -> bool:
        """Whether a rule is one of these."""
        return rule in self._rules

    def end_turn(self) -> bool:
        """Forget what was allowed for the turn only; whether there were rules among it."""
        before = len(self._rules)
        self._rules = {rule: scope for rule, scope in self._rules.items() if scope != "turn"}
        self._commands = {grant: scope for grant, scope in self._commands.items() if scope != "turn"}
        return len(self._rules) != before
