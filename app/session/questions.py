"""A call that is decided about: what is shown of it, what is on offer, and what was replied."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.session.answer import Answer
from app.tools.contract import Preview
from app.trajectory.effects import Effects
from app.trajectory.events import ApprovalAsked


@dataclass(frozen=True, slots=True)
class Case:
    """A call to be decided about.

    Args:
        call: Its id. An answer reaches this call and no other.
        tool: The tool's name.
        effects: What it may do.
        must_ask: Why the person is asked whatever is allowed; empty where that is not so, or no longer.
    """

    call: str
    tool: str
    effects: Effects
    must_ask: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a question shows of its call, beyond the request.

    Args:
        preview: What it would change, or proposes.
        again: Why a person who has answered is asked again.
        arguments: Its arguments, where the person changed them.
        rules: The rules, where the person changed them.
        blocked: Why the sandbox stopped it.
    """

    preview: Preview = field(default_factory=Preview)
    again: str = ""
    arguments: Mapping[str, object] | None = None
    rules: tuple[str, ...] | None = None
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a yes for longer would allow: rules, or where there are none this very command."""

    rules: tuple[str, ...] = ()
    grant: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a call, who gave it (mode, rule, grant, person, headless) and why.

    Args:
        rule: The rule that decided, if one did.
        offer: What the person could allow for longer.
    """

    answer: Answer
    by: str
    reason: str
    rule: str = ""
    offer: Offer = field(default_factory=Offer)


class Question:
    """A call that waits for an answer.

    Args:
        case: The call.
        shown: What is shown of it.
        reason: Why it asks.
        rule: The rule that makes it ask, if one does.
        offer: What the person may allow for longer.
    """

    def __init__(self, case: Case, shown: Shown, reason: str, rule: str, offer: Offer) -> None:
        self.case = case
        self.reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._shown = shown
        self._reason = reason
        self._rule = rule
        self._offer = offer

    @property
    def event(self) -> ApprovalAsked:
        """The question as it is put."""
        shown = self._shown
        return ApprovalAsked(
            self.case.call,
            self._reason,
            shown.preview.diff,
            self._offer.grant,
            self._offer.rules,
            self._rule,
            shown.arguments,
            shown.blocked,
            shown.preview.plan,
        )

    def answer(self, answer: Answer) -> bool:
        """Take the person's answer; False if there is one already."""
        return self.settle(Reply(answer, "person", self._reason, offer=self._offer))

    def settle(self, reply: Reply) -> bool:
        """Answer it; False if it has its answer."""
        if self.reply.done():
            return False
        self.reply.set_result(reply)
        return True
