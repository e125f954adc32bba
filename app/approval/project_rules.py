"""The rules that a project brings: they may only tighten, and count as far as the person has seen them."""

from __future__ import annotations

import os
from pathlib import Path

from app.approval.rule import Rule
from app.approval.rule_file import RuleFile
from app.approval.trust import Trust

_FILE = os.path.join(".sawhorse", "rules.toml")
_LOOK = "`sawhorse rules trust`"


class ProjectRules:
    """The rules in a workspace, and whether the person trusts them.

    Args:
        root: Real path of the workspace.
        trust: A file of the person's, which keeps what they trust.

    Attributes:
        file: The project's file, whatever is thought of it.
        rules: Those that count. They hold on when the file changes: a call must not get rid of what forbids
            it.
    """

    def __init__(self, root: str, trust: Path) -> None:
        self.file = RuleFile(Path(root, _FILE), tightens=True)
        self.rules: tuple[Rule, ...] = ()
        self._trust = Trust(trust)
        self._real = str(self.file.path)

    def refresh(self) -> bool:
        """Look at the file and at what is trusted; whether one of them has news."""
        if not any([self.file.refresh(), self._trust.refresh()]):
            return False
        self._real = os.path.realpath(self.file.path)
        if self.trusted and not self.file.error:
            self.rules = self.file.rules
        elif self.file.content is None and not self._known:
            self.rules = ()
        return True

    @property
    def trusted(self) -> bool:
        """Whether the person trusts what the file holds."""
        return self.file.content is not None and self._trust.trusts(self._real, self.file.content)

    @property
    def waits(self) -> bool:
        """Whether the person has yet to say what to think of the file, or of its absence."""
        there = self.file.content is not None
        return not self.file.error and not self.trusted and (there or self._known)

    @property
    def problem(self) -> str:
        """What a person should know, in one line; empty if all is well."""
        if self.file.error or not self.waits:
            return self.file.error
        if self.file.content is None:
            return f"{self.file.path} is gone; {_LOOK} if that is right"
        why = "has changed since you trusted it" if self._known else "does not count until you trust it"
        return f"{self.file.path} {why}; look at it with {_LOOK}"

    def trust(self) -> None:
        """Trust what the file holds as of the last look; if it is gone, trust is taken back.

        Raises:
            OSError: That cannot be kept.
        """
        self._trust.change(self._real, self.file.content)

    @property
    def _known(self) -> bool:
        return self._trust.knows(self._real)
