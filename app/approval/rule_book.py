"""The rules that count in a workspace now: the person's own, the project's where trusted, and ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.approval.project_rules import ProjectRules
from app.approval.rule import Rule
from app.approval.rule_file import RuleFile
from app.approval.rules import Rules
from app.approval.verdict import Action
from app.settings.places import config_file, data_directory, rules_file, trust_file

_SPECIAL = re.compile(r"[\\*?\[\]!# ]")


class RuleBook:
    """Puts the rules of a workspace together, and notices when one of their files changes.

    Args:
        root: Real path of the workspace.
        environ: Says where the person's files are.

    Attributes:
        own: The person's file.
        project: What the project brings.

    Raises:
        SettingsError: A place that `environ` names cannot be used.
    """

    def __init__(self, root: str, environ: Mapping[str, str]) -> None:
        self.own = RuleFile(rules_file(environ))
        self.project = ProjectRules(root, trust_file(environ))
        self._root = root
        self._home = os.path.realpath(Path.home())
        self._built_in = tuple(_built_in(root, environ))
        self._rules: Rules | None = None

    def rules(self) -> Rules:
        """The rules as they are now; one look at each file tells whether something has changed."""
        news = [self.own.refresh(), self.project.refresh()]
        if self._rules is None or any(news):
            rules = (*self._built_in, *self.own.rules, *self.project.rules)
            self._rules = Rules(rules, self._root, self._home, error=self._missing())
        return self._rules

    @property
    def problems(self) -> tuple[str, ...]:
        """What a person should know of the files, as of the last look: a line each."""
        return tuple(filter(None, (self.own.error, self.project.problem)))

    def _missing(self) -> str:
        """Why rules that count are not known: nobody can say what they would deny, so everything asks."""
        if not self.own.loaded:
            return self.own.error
        return self.project.file.error if self.project.trusted and not self.project.file.loaded else ""


def _built_in(root: str, environ: Mapping[str, str]) -> Iterator[Rule]:
    """Our own files ask even in a workspace that they lie in, such as the home folder."""
    for place in (config_file(environ), rules_file(environ), data_directory(environ)):
        real = os.path.realpath(place)
        if real.startswith(root.rstrip(os.sep) + os.sep):
            pattern = _SPECIAL.sub(r"\\\g<0>", real)
            yield Rule(Action.ASK, "edit", pattern, source="built in")
            yield Rule(Action.ASK, "read", pattern, source="built in")
