"""What a set of rules says about a call: deny before ask before allow, whatever their order."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.approval.commands import judge
from app.approval.named import named_paths
from app.approval.path_pattern import PathPattern
from app.approval.patterns import domain_fits, host_of, tool_expression
from app.approval.places import Here
from app.approval.rule import Rule, Subject
from app.approval.shell.parser import LONGEST
from app.approval.verdict import Action, Prefix, Verdict
from app.trajectory.effects import Effects

_SEARCH = "grep"  # the one tool that reads what it does not name
# A search looks into no such file unless it is named.
_NOT_SEARCHED = re.compile(r"(?:.*/)?\.(?:env\b[^/]*|git|ssh|aws|gnupg|netrc|npmrc|pypirc)(?:/(?:\*\*)?)?")
_WORDS = {
    Action.DENY: "denied by the rule",
    Action.ASK: "asks because of the rule",
    Action.ALLOW: "allowed by the rule",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What rules say about a call.

    Args:
        action: None where no rule speaks of it.
        reason: In words for a person.
        rule: The rule that decides; None for a command that only reads.
        network: The rules let the command reach other machines.
        unsure: The call may do what a rule denies; where nobody can be asked, it is denied.
    """

    action: Action | None = None
    reason: str = ""
    rule: Rule | None = None
    network: bool = False
    unsure: bool = False

    @classmethod
    def by(cls, rule: Rule, detail: str = "") -> Judgement:
        """A rule decides."""
        return cls(rule.action, f"{_WORDS[rule.action]}: {rule}{detail}", rule)


class Rules:
    """The rules that count in a workspace.

    Args:
        rules: Any rules; those of other workspaces are left out.
        root: Real path of the workspace.
        home: Real path of the person's home folder.
        error: Why rules are missing: they cannot be read, and there is no earlier state of them.
    """

    def __init__(
        self, rules: Iterable[Rule] = (), root: str = "/", home: str = "/", *, error: str = ""
    ) -> None:
        self.rules = tuple(rule for rule in rules if rule.counts_in(root))
        self.error = error
        self._home = home
        self._tools = [(rule, tool_expression(rule.pattern)) for rule in self._about("tool")]
        self._domains = self._about("fetch")
        self._paths = [
            (rule, PathPattern(rule.pattern, rule.workspace or root, home, exact=rule.action is Action.ALLOW))
            for rule in self._about("edit") + self._about("read")
        ]
        self._commands: dict[Action, dict[Prefix, Rule]] = {action: {} for action in Action}
        for rule in self._about("bash"):
            self._commands[rule.action].setdefault(rule.prefix, rule)
        self._networked = [rule.prefix for rule in self._about("bash") if rule.network]

    def judge(self, tool: str, effects: Effects, here: Here) -> Judgement:
        """What the rules say about a call.

        Args:
            tool: The tool's name.
            effects: What the call may do.
            here: Where it runs.
        """
        verdict = self._verdict(effects.command, here) if effects.command else None
        forbidden = min(
            self._forbidding(tool, effects, here, verdict),
            key=lambda found: (found.action is not Action.DENY, not found.unsure),
            default=None,
        )
        found = forbidden or self._allowing(tool, effects, verdict)
        if found.action is not Action.DENY and self._networked and effects.command:
            networked = judge(effects.command, here, allow=self._networked)
            if networked.action is Action.ALLOW and networked.rule is not None:
                return dataclasses.replace(found, network=True)
        return found

    def _about(self, subject: Subject) -> list[Rule]:
        return [rule for rule in self.rules if rule.subject == subject]

    def _verdict(self, command: str, here: Here) -> Verdict:
        allow, ask, deny = (self._commands[action] for action in (Action.ALLOW, Action.ASK, Action.DENY))
        return judge(command, here, allow=allow, ask=ask, deny=deny)

    def _forbidding(
        self, tool: str, effects: Effects, here: Here, verdict: Verdict | None
    ) -> Iterator[Judgement]:
        """What each rule that denies or asks says, if it speaks of the call."""
        if verdict is not None and verdict.rule is not None and verdict.action is not Action.ALLOW:
            yield Judgement.by(self._commands[verdict.action][verdict.rule])
        for rule, expression in self._tools:
            if rule.action is not Action.ALLOW and expression.fullmatch(tool):
                yield Judgement.by(rule)
        hosts = _hosts(effects)
        for rule in self._domains:
            # An address that two programs may read in two ways may be the one that is meant.
            if rule.action is not Action.ALLOW and any(
                not host or domain_fits(rule.pattern, host) for host in hosts
            ):
                yield Judgement.by(rule)
        yield from self._forbidding_paths(tool, effects, here, verdict)

    def _forbidding_paths(
        self, tool: str, effects: Effects, here: Here, verdict: Verdict | None
    ) -> Iterator[Judgement]:
        paths = [(rule, pattern) for rule, pattern in self._paths if rule.action is not Action.ALLOW]
        if not paths:
            return
        if len(effects.command) > LONGEST:
            denying = any(rule.action is Action.DENY for rule, _ in paths)
            yield Judgement(Action.ASK, "the command is too long to look for paths in it", unsure=denying)
            return
        named = named_paths(effects.command, here, self._home) if effects.command else frozenset()
        reads_only = verdict is not None and verdict.action is Action.ALLOW and verdict.rule is None
        written = (*effects.writes, *(() if reads_only else named))
        # Who must not see a file must not edit it: the diff would show it.
        touched = (*effects.reads, *effects.writes, *named)
        for rule, pattern in paths:
            found = next(filter(pattern.fits, touched if rule.subject == "read" else written), None)
            if found is not None:
                yield Judgement.by(rule, f" (names {found})" if found in named else "")
            elif tool == _SEARCH and _may_find(rule, pattern, effects.reads):
                reason = f"the search may read what a rule is about: {rule}"
                yield Judgement(Action.ASK, reason, rule, unsure=rule.action is Action.DENY)

    def _allowing(self, tool: str, effects: Effects, verdict: Verdict | None) -> Judgement:
        """What a rule allows, and commands that only read."""
        for rule, expression in self._tools:
            if rule.action is Action.ALLOW and expression.fullmatch(tool):
                return Judgement.by(rule)
        if verdict is not None:
            if verdict.action is not Action.ALLOW:
                return Judgement(reason=verdict.reason)
            if verdict.rule is None:
                return Judgement(Action.ALLOW, "only reads in the workspace")
            return Judgement.by(self._commands[Action.ALLOW][verdict.rule])
        hosts = _hosts(effects)
        if effects.unknown or (effects.network and not hosts):
            return Judgement()
        found = [self._allowing_path("edit", path) for path in effects.writes]
        found += [self._allowing_domain(host) for host in hosts]
        found = found or [self._allowing_path("read", path) for path in effects.reads]
        return Judgement.by(found[0]) if found and found[0] and all(found) else Judgement()

    def _allowing_path(self, subject: Subject, path: str) -> Rule | None:
        for rule, pattern in self._paths:
            if rule.action is Action.ALLOW and rule.subject == subject and pattern.fits(path):
                return rule
        return None

    def _allowing_domain(self, host: str) -> Rule | None:
        for rule in self._domains:
            if rule.action is Action.ALLOW and host and domain_fits(rule.pattern, host):
                return rule
        return None


def matching(rule: Rule, calls: Iterable[tuple[str, Effects]], root: str, home: str = "/") -> int:
    """How many past calls a rule, alone, would have decided.

    Args:
        rule: Any rule.
        calls: Name of the tool and effects of each call.
        root: Real path of the workspace.
        home: Real path of the person's home folder.
    """
    alone = Rules((rule,), root, home)
    return sum(
        alone.judge(tool, effects, Here(root, effects.cwd or root)).rule is rule for tool, effects in calls
    )


def _may_find(rule: Rule, pattern: PathPattern, folders: Iterable[str]) -> bool:
    """Whether a search of some folders may read what a rule is about."""
    searched = rule.subject == "read" and not _NOT_SEARCHED.fullmatch(rule.pattern)
    return searched and any(map(pattern.may_fit_in, folders))


def _hosts(effects: Effects) -> Sequence[str]:
    """The hosts of the web addresses that a call reads; empty text for one that is not clear."""
    return [host_of(address) for address in effects.reads if "://" in address]
