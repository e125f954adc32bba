"""Calls that wait for a person, and what the person has allowed beyond one call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.approval.policy import Action, decide
from app.settings.schema import Mode
from app.trajectory.effects import Effects
from app.trajectory.events import ApprovalAsked, ApprovalDecided, Event
from app.trajectory.review import HunkDecision

Scope = Literal["once", "turn", "session"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says to one call.

    Args:
        allowed: Whether it may run.
        scope: What a yes covers.
        feedback: Goes to the model when the answer is no.
        hunks: What becomes of each hunk of the diff that was shown; empty for all of it as proposed.
    """

    allowed: bool
    scope: Scope = "once"
    feedback: str = ""
    hunks: tuple[HunkDecision, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """A wider yes: this very command, in this folder and with these variables, or edits in the workspace."""

    tool: str
    command: str
    cwd: str
    environment: str

    @staticmethod
    def of(tool: str, effects: Effects) -> Grant | None:
        """What a wider yes to this call would allow; None where each call must be asked for itself."""
        if effects.protected or effects.outside:
            return None
        return Grant(tool, effects.command, effects.cwd, effects.environment)

    def __str__(self) -> str:
        return f"{self.tool}: {self.command}" if self.command else f"{self.tool} in the workspace"


class _Question:
    """A call that waits for an answer; `answer` says who gave it and why."""

    def __init__(self, tool: str, effects: Effects) -> None:
        self.tool = tool
        self.effects = effects
        self.answer: asyncio.Future[tuple[Answer, str, str]] = asyncio.get_running_loop().create_future()

    def settle(self, answer: Answer, by: str, reason: str) -> bool:
        """Answer it; False if it has its answer."""
        if self.answer.done():
            return False
        self.answer.set_result((answer, by, reason))
        return True


class Approvals:
    """Decides each call by mode, grant, or person.

    Args:
        mode: The approval mode to begin with.
        root: Real path of the workspace.
        attended: False if nobody can answer: what would ask is denied.
        emit: Takes each event.
    """

    SETTLED = 1.0  # seconds

    def __init__(self, mode: Mode, root: str, *, attended: bool, emit: Callable[[Event], object]) -> None:
        self._mode: Mode = mode
        self._root = root
        self._attended = attended
        self._emit = emit
        self._questions: dict[str, _Question] = {}
        self._grants: dict[Grant, Scope] = {}
        self._settling: asyncio.TimerHandle | None = None

    @property
    def mode(self) -> Mode:
        """The approval mode now."""
        return self._mode

    def change_mode(self, mode: Mode) -> None:
        """Change the mode. Once it has stayed for a moment, calls that would not ask in it are answered.

        Not at once: whoever goes round the modes passes `auto` on the way to another.
        """
        self._mode = mode
        if self._settling is not None:
            self._settling.cancel()
        self._settling = asyncio.get_running_loop().call_later(self.SETTLED, self._judge_again)

    def _judge_again(self) -> None:
        for question in self._questions.values():
            decision = decide(question.effects, self._mode, self._root)
            if decision.action is Action.ALLOW:
                question.settle(Answer(True), "mode", decision.reason)
            elif self._granted(question.tool, question.effects):
                question.settle(Answer(True), "grant", "allowed meanwhile")

    def needs_person(self, tool: str, effects: Effects) -> bool:
        """Whether the call would ask."""
        return decide(effects, self._mode, self._root).action is Action.ASK and not self._granted(
            tool, effects
        )

    async def decide(self, call: str, tool: str, effects: Effects, diff: str, *, again: str = "") -> Answer:
        """Decide one call; waits for a person if need be. Each decision is an event.

        Args:
            call: Its id. An answer reaches this call and no other.
            tool: The tool's name.
            effects: What it may do.
            diff: What it would change, for the person.
            again: Why a person who has answered is asked again.
        """
        decision = decide(effects, self._mode, self._root)
        if decision.action is Action.ALLOW:
            self._emit(ApprovalDecided(call, True, "mode", decision.reason))
            return Answer(True)
        grant = Grant.of(tool, effects)
        if self._granted(tool, effects):
            self._emit(ApprovalDecided(call, True, "grant", f"allowed before: {grant}"))
            return Answer(True)
        if not self._attended:
            self._emit(ApprovalDecided(call, False, "headless", decision.reason))
            hint = "nobody is there to allow it; do without it, or say what a person should run"
            return Answer(False, feedback=f"{decision.reason}; {hint}")
        question = self._questions[call] = _Question(tool, effects)
        self._emit(ApprovalAsked(call, again or decision.reason, diff, str(grant) if grant else ""))
        try:
            answer, by, reason = await question.answer
        finally:
            self._questions.pop(call, None)
        if answer.allowed and grant and answer.scope != "once":
            self._grants[grant] = answer.scope
            self._judge_again()
        reason = reason or decision.reason
        self._emit(
            ApprovalDecided(call, answer.allowed, by, reason, answer.scope, answer.feedback, answer.hunks)
        )
        return answer

    def answer(self, call: str, answer: Answer) -> bool:
        """Give a person's answer; False if that call does not ask (any more)."""
        question = self._questions.get(call)
        return question is not None and question.settle(answer, "person", "")

    def end_turn(self) -> None:
        """Forget what was allowed for the turn only."""
        self._grants = {grant: scope for grant, scope in self._grants.items() if scope != "turn"}

    def _granted(self, tool: str, effects: Effects) -> bool:
        return (grant := Grant.of(tool, effects)) is not None and grant in self._grants
