"""One rule, and the line of text that a person reads and types for it."""

from __future__ import annotations

import dataclasses
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from app.approval.path_pattern import PatternError, check_path
from app.approval.patterns import check_domain, tool_expression
from app.approval.verdict import Action, Prefix

Subject = Literal["bash", "edit", "read", "fetch", "tool"]
SUBJECTS: tuple[Subject, ...] = get_args(Subject)
EVERYTHING: Mapping[Subject, str] = {"edit": "**", "read": "**", "fetch": "*"}
_NETWORK = "--network"
_OPERATORS = frozenset({"&&", "||", "|", "|&", ";", "&", ">", ">>", "<"})
_FORM = "write it as: allow bash npm run test"


class RuleError(ValueError):
    """There is no such rule. One line says why, and what to write."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is to happen to some calls, as a person said. `parse` and `checked` make those that can be used.

    Args:
        action: What happens to them.
        subject: What the pattern is about. bash: the first words of a command. edit, read: a path as in
            .gitignore, from the workspace, from `/` or from `~/`. fetch: a domain and all below it, or `*`.
            tool: the name of a tool, in which `*` stands for any letters.
        pattern: What it fits.
        source: Where the rule is from, for a person: a file, or who made it.
        workspace: Real path of the one workspace that it counts in; empty for all.
        network: Commands that it allows may reach other machines from within the sandbox.
        match, not_match: Examples that it must fit, and must not.
        line: Where it stands in its file, from 1; 0 if that is not known.
    """

    action: Action
    subject: Subject
    pattern: str
    source: str = ""
    workspace: str = ""
    network: bool = False
    match: tuple[str, ...] = ()
    not_match: tuple[str, ...] = ()
    line: int = 0

    def __str__(self) -> str:
        network = f"{_NETWORK} " if self.network else ""
        return f"{self.action} {self.subject} {network}{self.pattern}"

    @property
    def prefix(self) -> Prefix:
        """The words that a command must begin with."""
        return tuple(shlex.split(self.pattern))

    @property
    def place(self) -> str:
        """Where it is from, with its line."""
        return f"{self.source}:{self.line}" if self.line else self.source

    def counts_in(self, root: str) -> bool:
        """Whether it counts in a workspace; what forbids counts in the folders of its workspace, too."""
        if not self.workspace or root == self.workspace:
            return True
        return self.action is not Action.ALLOW and root.startswith(self.workspace.rstrip(os.sep) + os.sep)


def parse(text: str) -> Rule:
    """The rule that a line says.

    Raises:
        RuleError: It says none.
    """
    action, subject, pattern = (*text.split(None, 2), "", "", "")[:3]
    if action not in {*Action} or subject not in SUBJECTS:
        raise RuleError(f"a rule is allow, ask or deny, then bash, edit, read, fetch or tool; {_FORM}")
    network = subject == "bash" and pattern.split(None, 1)[:1] == [_NETWORK]
    if network:
        pattern = pattern.removeprefix(_NETWORK)
    return checked(Rule(Action(action), subject, pattern.strip(), network=network))


def checked(rule: Rule) -> Rule:
    """The rule with its pattern in the one form that it is shown in.

    Raises:
        RuleError: It means nothing, or not what it seems to mean.
    """
    if not rule.pattern.strip():
        every = f"{rule.subject} {EVERYTHING[rule.subject]}" if rule.subject in EVERYTHING else "tool bash"
        raise RuleError(f"the rule names nothing; for all there is: {rule.action} {every}")
    if not rule.pattern.isprintable() or rule.pattern != rule.pattern.strip():
        raise RuleError("a rule holds no invisible characters, and no blank at its ends")
    if rule.network and (rule.subject != "bash" or rule.action is not Action.ALLOW):
        raise RuleError("only a rule that allows commands can give them the network")
    if rule.workspace and not os.path.isabs(rule.workspace):
        raise RuleError("workspace must be a whole path")
    rule = dataclasses.replace(rule, workspace=rule.workspace and os.path.realpath(rule.workspace))
    try:
        match rule.subject:
            case "bash":
                return dataclasses.replace(rule, pattern=shlex.join(_words(rule.pattern)))
            case "edit" | "read":
                check_path(rule.pattern)
                if rule.action is Action.ALLOW and rule.pattern.startswith(("/", "~")):
                    raise RuleError("files outside the workspace always ask; give a path from the workspace")
            case "fetch":
                check_domain(rule.pattern)
            case "tool":
                tool_expression(rule.pattern)
    except PatternError as error:
        raise RuleError(str(error)) from None
    return rule


def _words(pattern: str) -> list[str]:
    try:
        words = shlex.split(pattern)
    except ValueError:
        raise RuleError("the quotes of the command are not closed") from None
    if not words or not words[0] or words[0].startswith("-"):
        raise RuleError(f"the rule names no command; {_FORM}")
    if words[-1] == "*":
        raise RuleError("leave the * out: a rule fits every command that begins with its words")
    if not _OPERATORS.isdisjoint(words):
        raise RuleError("a rule is about one command; write a rule for each part")
    return words
