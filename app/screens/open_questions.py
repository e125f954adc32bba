"""The calls that wait for a person."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.screens import call_text
from app.session.answer import Answer
from app.trajectory.events import ApprovalAsked, ToolRequested

STALE = "The call no longer asks for this; nothing was decided."
"""Said where an answer is dropped."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenQuestion:
    """A call that asks.

    Args:
        request: The call.
        asked: Why it asks, and for what.
        workspace: Real path of the workspace.
        version: Which of all questions it is: an answer to another one is no answer to this.
        since: Seconds, by the clock of the questions.
    """

    request: ToolRequested
    asked: ApprovalAsked
    workspace: str
    version: int
    since: float

    @property
    def call(self) -> str:
        """Id of the call."""
        return self.request.call

    @property
    def arguments(self) -> Mapping[str, object]:
        """What it would run with: as the model wants it, or as the person changed it."""
        return self.request.arguments if self.asked.arguments is None else self.asked.arguments

    @property
    def is_edited(self) -> bool:
        """Whether the person has changed it."""
        return self.asked.arguments is not None

    @property
    def command(self) -> str:
        """The exact command that it would run, if it is one."""
        command = self.request.effects.command
        return str(self.arguments.get("command", command)) if command else ""

    @property
    def title(self) -> str:
        """What it would do, in one line."""
        return self.command or self.request.effects.title

    @property
    def label(self) -> str:
        """The call in a few words."""
        return call_text.label(self.request, self.title)


class OpenQuestions:
    """Knows which calls ask, oldest first, and is the one way to answer them.

    Args:
        decide: Takes an answer to a call.
        clock: Seconds.

    Attributes:
        drafts: By call: what the person has written in its place, and not sent.
    """

    def __init__(
        self, decide: Callable[[str, Answer], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.clock = clock
        self.drafts: dict[str, str] = {}
        self._decide = decide
        self._open: dict[str, OpenQuestion] = {}
        self._asked = 0

    @property
    def all(self) -> tuple[OpenQuestion, ...]:
        """All of them, oldest first."""
        return tuple(self._open.values())

    def get(self, call: str) -> OpenQuestion | None:
        """The question of a call, if it asks."""
        return self._open.get(call)

    def ask(self, request: ToolRequested, asked: ApprovalAsked, workspace: str) -> OpenQuestion:
        """A call asks, or asks something else than before."""
        self._asked += 1
        question = OpenQuestion(request, asked, workspace, self._asked, self.clock())
        self._open[question.call] = question
        return question

    def close(self, call: str) -> None:
        """A call does not ask any more, if it did."""
        self.drafts.pop(call, None)
        self._open.pop(call, None)

    def answer(self, call: str, version: int, answer: Answer) -> bool:
        """Answer a question.

        Returns:
            False if the call no longer asks just that: then the answer is dropped.
        """
        question = self._open.get(call)
        if question is None or question.version != version:
            return False
        self.close(call)
        self._decide(call, answer)
        return True
