"""What a rule would have decided in this session, for a person who is about to write it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from app.approval.places import Here
from app.approval.rule import RuleError, parse
from app.approval.rules import Rules
from app.trajectory.effects import Effects
from app.trajectory.events import Event, ToolRequested

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Matching:
    """The past calls that a rule fits.

    Args:
        count: How many there are.
        titles: What the latest of them did, the last first; calls that did the same count once here.
        error: Why the text is no rule, and what to write; empty if it is one.
    """

    count: int = 0
    titles: tuple[str, ...] = ()
    error: str = ""


class PastCalls:
    """The calls of a session, folded from its events. They can be asked about from any thread.

    Args:
        root: Real path of the workspace.
    """

    MOST = 2_000  # of different calls that are looked through; the latest

    def __init__(self, root: str) -> None:
        self._root = root
        self._home = os.path.realpath(Path.home())
        self._counts: dict[tuple[str, Effects], int] = {}  # in the order of their last occurrence

    def apply(self, event: Event) -> None:
        """Take the next event of the stream."""
        if isinstance(event, ToolRequested):
            call = event.name, event.effects
            self._counts[call] = self._counts.pop(call, 0) + 1
            if len(self._counts) > self.MOST:
                del self._counts[next(iter(self._counts))]

    def matching(self, text: str) -> Matching:
        """What the rule that a text says, alone, would have decided."""
        try:
            rule = parse(text)
        except RuleError as error:
            return Matching(error=str(error))
        alone = Rules((rule,), self._root, self._home)
        count, titles = 0, dict[str, None]()
        for (tool, effects), times in reversed(list(self._counts.items())):
            here = Here(self._root, effects.cwd or self._root)
            if alone.judge(tool, effects, here).rule is rule:
                count += times
                titles[effects.title] = None
        return Matching(count, tuple(titles)[:_SHOWN])
