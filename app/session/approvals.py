"""May a call run? Rules, the mode and grants say so, or the person who is asked."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.approval.policy import Decision, decide
from app.approval.rule import RuleError
from app.approval.rules import Rules
from app.approval.verdict import Action
from app.session.answer import Answer
from app.session.grants import Grant
from app.session.offers import rules_for
from app.session.questions import Case, Offer, Question, Reply, Shown
from app.session.session_rules import SessionRules
from app.settings.schema import Mode
from app.trajectory.events import ApprovalDecided, Event

_NEEDS_NETWORK = "needs the network"  # in what a sandbox says of a command that it stopped


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What becomes of a call as things are, and by what: mode, rule or grant."""

    action: Action
    by: str
    reason: str
    rule: str = ""
    network: bool = False

    @property
    def reply(self) -> Reply:
        """The same, where nobody needs to be asked."""
        answer = Answer(self.action is Action.ALLOW, network=self.network)
        return Reply(answer, self.by, self.reason, self.rule)


class Approvals:
    """Decides about calls.

    Args:
        mode: The approval mode to begin with.
        root: Real path of the workspace.
        rules: The rules that count.
        confined: Whether commands run in a sandbox, or the person chose to have none.
        attended: False if nobody can answer: what would ask is denied.
        emit: Takes each event.
    """

    SETTLED = 1.0  # seconds
    LOOK = 1.0  # seconds between two looks at the files of rules while a call asks

    def __init__(
        self,
        mode: Mode,
        root: str,
        *,
        rules: SessionRules,
        confined: Callable[[], bool],
        attended: bool,
        emit: Callable[[Event], object],
    ) -> None:
        self.attended = attended
        self._mode: Mode = mode
        self._root = root
        self._rules = rules
        self._confined = confined
        self._emit = emit
        self._questions: dict[str, Question] = {}
        self._settling: asyncio.TimerHandle | None = None
        self._looking: asyncio.TimerHandle | None = None
        self._judged_by: Rules | None = None

    @property
    def mode(self) -> Mode:
        """The approval mode now."""
        return self._mode

    def change_mode(self, mode: Mode) -> None:
        """Change the mode. Once it has stayed for a moment, calls that would not ask in it are answered.

        Not at once: whoever goes round the modes passes `yolo` on the way to another.
        """
        self._mode = mode
        if self._settling is not None:
            self._settling.cancel()
        self._settling = asyncio.get_running_loop().call_later(self.SETTLED, self._judge_again)

    def settled(self, case: Case) -> Reply | None:
        """What becomes of a call that no person is asked about; None if the person is to be asked."""
        ruling = self._ruling(case)
        if ruling.action is not Action.ASK:
            return ruling.reply
        return None if self.attended else _unattended(ruling, self._offer(case))

    async def ask(self, case: Case, shown: Shown) -> Reply:
        """Ask the person about a call, and wait; what was settled meanwhile is not asked."""
        ruling = self._ruling(case)
        if ruling.action is Action.DENY or (ruling.action is Action.ALLOW and not shown.again):
            return ruling.reply
        offer = self._offer(case, shown.blocked) if shown.rules is None else Offer(shown.rules)
        question = Question(case, shown, shown.again or ruling.reason, ruling.rule, offer)
        self._questions[case.call] = question
        self._emit(question.event)
        self._look_later()
        try:
            return await question.reply
        finally:
            del self._questions[case.call]

    def answer(self, call: str, answer: Answer) -> bool:
        """Give a person's answer; False if that call does not ask (any more)."""
        question = self._questions.get(call)
        return question is not None and question.answer(answer)

    async def accept(
        self, case: Case, reply: Reply, arguments: Mapping[str, object] | None = None
    ) -> ApprovalDecided:
        """Let a reply count, with all that it allows for longer, and record it.

        A person's yes counts unless a rule denies the call by now.

        Args:
            case: The call as it is to run.
            reply: What was said.
            arguments: Its arguments, if the person changed them.

        Raises:
            RuleError: A rule that the person gave cannot be used. Nothing has counted.
        """
        rules: tuple[str, ...] = ()
        network = reply.answer.network
        by_person = reply.by == "person"
        if by_person and (ruling := self._ruling(case)).action is Action.DENY:
            reply, by_person = ruling.reply, False
        if by_person:
            rules = await self._widen(case, reply)
            network = network or self._ruling(case).network
        answer = reply.answer
        decided = ApprovalDecided(
            case.call,
            answer.allowed,
            reply.by,
            reply.reason,
            answer.scope,
            answer.feedback,
            answer.hunks,
            rules,
            reply.rule,
            arguments,
            None if arguments is None else case.effects,
            answer.allowed and network,
        )
        self._emit(decided)
        if by_person:
            self._judge_again()
        return decided

    def offers_same(self, case: Case, offer: Offer) -> bool:
        """Whether a yes for longer to a call would allow just what was offered."""
        return self._offer(case) == offer

    def end_turn(self) -> None:
        """Forget what was allowed for the turn only."""
        self._rules.end_turn()

    def look(self) -> None:
        """Look at the files of rules: what is wrong with them is said."""
        self._rules.now(planning=self._planning)

    @property
    def _planning(self) -> bool:
        return self._mode == "plan"

    def _ruling(self, case: Case) -> _Ruling:
        rules = self._rules.now(planning=self._planning)
        decision = self._decide(case, rules)
        if decision.action is not Action.DENY and (why := case.must_ask()):
            return _Ruling(Action.ASK, "", why, network=decision.network)
        grants = self._rules.grants
        if decision.action is Action.ASK and (grant := grants.covers(case.tool, case.effects)):
            return _Ruling(Action.ALLOW, "grant", f"allowed before: {grant}", network=decision.network)
        by = "grant" if grants.granted(decision.rule) else "rule" if decision.rule else "mode"
        rule = str(decision.rule or "")
        return _Ruling(decision.action, by, decision.reason, rule, decision.network)

    def _decide(self, case: Case, rules: Rules) -> Decision:
        return decide(case.tool, case.effects, self._mode, self._root, rules, confined=self._confined())

    def _offer(self, case: Case, blocked: str = "") -> Offer:
        """What would let a call run from now on; nothing where it would ask all the same."""
        if blocked or case.must_ask():
            return self._offer_network(case) if _NEEDS_NETWORK in blocked else Offer()
        rules = rules_for(case.tool, case.effects, self._root)
        if rules and self._decide(case, self._rules.with_more(rules)).action is Action.ALLOW:
            return Offer(tuple(map(str, rules)))
        return Offer(grant=str(Grant.of(case.tool, case.effects) or ""))

    def _offer_network(self, case: Case) -> Offer:
        """What would give a command the network from now on."""
        rules = rules_for(case.tool, case.effects, self._root, network=True)
        helps = rules and self._decide(case, self._rules.with_more(rules)).network
        return Offer(tuple(map(str, rules))) if helps else Offer()

    async def _widen(self, case: Case, reply: Reply) -> tuple[str, ...]:
        """Let a person's answer count for longer than the one call.

        Returns:
            The rules that are granted or saved.

        Raises:
            RuleError: A rule cannot be used, or there is none to save.
        """
        answer, offer = reply.answer, reply.offer
        if answer.scope == "once":
            return ()
        given = offer.rules if answer.rules is None and answer.allowed else answer.rules or ()
        rules = self._rules.read(given, answer.scope)
        if answer.scope == "project":
            if answer.allowed and not rules:
                raise RuleError("there is no rule to save; give one, or allow it for this session")
            rules = await self._rules.save(rules)
        elif rules:
            self._rules.grant(rules, answer.scope)
        elif answer.allowed and offer.grant and (grant := Grant.of(case.tool, case.effects)):
            self._rules.grants.add(grant, answer.scope)
        return tuple(map(str, rules))

    def _judge_again(self) -> None:
        """Answer what would not ask any more."""
        for question in self._questions.values():
            ruling = self._ruling(question.case)
            if ruling.action is not Action.ASK:
                question.settle(ruling.reply)

    def _look_later(self) -> None:
        if self._looking is None and self._questions:
            self._looking = asyncio.get_running_loop().call_later(self.LOOK, self._look_again)

    def _look_again(self) -> None:
        """While calls ask, nobody else looks whether the files of rules have changed."""
        self._looking = None
        rules = self._rules.now(planning=self._planning)
        if rules is not self._judged_by:
            self._judged_by = rules
            self._judge_again()
        self._look_later()


def _unattended(ruling: _Ruling, offer: Offer) -> Reply:
    """No, for nobody is there to ask; with what somebody could do about it."""
    commands = " and ".join(f"`sawhorse rules add {shlex.quote(rule)}`" for rule in offer.rules)
    reason, advice = ruling.reason, "say what a person should do"
    if commands:
        reason, advice = f"{reason}; {commands} allows it", f"tell the person that {commands} allows it"
    feedback = f"{ruling.reason}; nobody is there to allow it: do without it, or {advice}"
    return Reply(Answer(False, feedback=feedback), "headless", reason, ruling.rule)
