"""The rules that count in a session now: those of files, of the command line, and what was granted."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from app.approval.places import Here
from app.approval.policy import decide
from app.approval.rule import Rule, RuleError, checked, parse
from app.approval.rule_book import RuleBook
from app.approval.rule_toml import RuleFileError
from app.approval.rules import Rules
from app.approval.verdict import Action
from app.session.answer import Scope
from app.session.grants import Grants
from app.trajectory.effects import Effects
from app.trajectory.events import Note
from app.workspace.names import is_protected


class SessionRules:
    """Puts rules together, says what becomes of their files, and saves what the person wants kept.

    Args:
        book: The rules of files.
        root: Real path of the workspace.
        given: Rules of the command line.
        tell: Takes what the person should know.

    Attributes:
        grants: What was allowed for the turn or the session.
    """

    def __init__(
        self, book: RuleBook, root: str, *, given: Sequence[Rule], tell: Callable[[Note], object]
    ) -> None:
        self.grants = Grants()
        self._book = book
        self._root = root
        self._home = os.path.realpath(Path.home())
        self._given = tuple(given)
        self._tell = tell
        self._of_files: Rules | None = None
        self._is_read = False
        self._told: tuple[str, ...] = ()
        self._together: dict[bool, Rules] = {}
        self._saving = asyncio.Lock()

    def now(self, *, planning: bool = False) -> Rules:
        """The rules as they are now; the same object as long as they stay the same.

        Args:
            planning: Without what was granted: nobody who begins to plan thinks of that.
        """
        of_files = self._read_files()
        if planning not in self._together:
            granted = () if planning else self.grants.rules
            rules = (*of_files.rules, *self._given, *granted)
            self._together[planning] = Rules(rules, self._root, self._home, error=of_files.error)
        return self._together[planning]

    def _read_files(self) -> Rules:
        """The rules of files, looked at once for all calls that are decided at a time."""
        if self._of_files is None or not self._is_read:
            of_files = self._book.rules()
            if of_files is not self._of_files:
                self._take_over(of_files)
            self._is_read = True
            asyncio.get_running_loop().call_soon(self._look_again)
        assert self._of_files is not None
        return self._of_files

    def _look_again(self) -> None:
        self._is_read = False

    def with_more(self, rules: Iterable[Rule]) -> Rules:
        """The rules as they would be with some more, even while the person plans."""
        now = self.now()
        return Rules((*now.rules, *rules), self._root, self._home, error=now.error)

    def read(self, texts: Iterable[str], scope: Scope) -> tuple[Rule, ...]:
        """The rules that a person typed.

        Args:
            texts: A rule each.
            scope: How long they are to count.

        Raises:
            RuleError: One is none, or would allow what always asks.
        """
        workspace = self._root if scope == "project" else ""
        rules = tuple(checked(replace(parse(text), workspace=workspace)) for text in texts)
        for rule in rules:
            if why := self._always_asks(rule):
                raise RuleError(f"`{rule}` would not help: {why}")
        return rules

    def grant(self, rules: Iterable[Rule], scope: Scope) -> None:
        """Let rules count for the turn or the session."""
        self.grants.add_rules(rules, scope)
        self._together.clear()

    async def save(self, rules: Iterable[Rule]) -> tuple[Rule, ...]:
        """Write rules to the person's own file, and say it if that fails.

        Returns:
            Those that are in the file now.
        """
        saved: list[Rule] = []
        async with self._saving:
            for rule in rules:
                try:
                    saved.append(await asyncio.to_thread(self._book.own.add, rule))
                except (RuleFileError, OSError) as error:
                    why = error.strerror or error if isinstance(error, OSError) else error
                    self._tell(Note(f"the rule `{rule}` is not saved: {why}", "warning"))
            self._take_over(self._book.rules(), by_us=True)
        return tuple(saved)

    def end_turn(self) -> None:
        """Forget what was allowed for the turn only."""
        if self.grants.end_turn():
            self._together.clear()

    def _take_over(self, rules: Rules, *, by_us: bool = False) -> None:
        """Use rules that were read anew, and say what the person has to know."""
        before, self._of_files = self._of_files, rules
        self._together.clear()
        if before is not None and before.rules != rules.rules and not by_us:
            self._tell(Note("the rules of approval have changed, and count from now on"))
        problems = self._book.problems
        for problem in problems:
            if problem not in self._told:
                self._tell(Note(problem, "warning"))
        self._told = problems

    def _always_asks(self, rule: Rule) -> str:
        """Why what a rule would allow asks all the same; empty if it does not."""
        if rule.action is not Action.ALLOW:
            return ""
        match rule.subject:
            case "bash":
                alone = Rules((rule,), self._root, self._home)
                effects = Effects(rule.pattern, command=rule.pattern, unknown=True, cwd=self._root)
                found = alone.judge("bash", effects, Here(self._root, self._root))
                if found.action is None:
                    return found.reason
                decision = decide("bash", effects, "ask", self._root, alone, confined=True)
                return "" if decision.action is Action.ALLOW else decision.reason
            case "edit" | "read":
                names = rule.pattern.split("/")
                return "files of that name are protected" if any(map(is_protected, names)) else ""
            case "fetch" | "tool":
                return ""
