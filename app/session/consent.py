"""Brings a call to a yes or a no: asks, takes what the person changes, and asks again where that is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TypeGuard

from app.approval.rule import RuleError
from app.session.approvals import Approvals
from app.session.prepared import PreparedCall, Preparer
from app.session.questions import Case, Reply, Shown
from app.session.repeats import Repeats
from app.tools.contract import Asking, ToolError
from app.trajectory.events import ApprovalDecided
from app.trajectory.review import Review

CHANGED = "the file has changed since the diff was made; this is the diff as it is now"
EDITED = "this is what it writes as you changed it"
OTHER_RULES = "as you changed it, other rules would allow it from now on"
_PLANNING = (
    "in plan mode nothing is changed; look around, work out a plan, and put it to the person by calling "
    "present_plan"
)


class Consent:
    """Decides whether calls run.

    Args:
        approvals: Rules, modes, and the person.
        preparer: Makes a call one with other arguments.
        repeats: Knows calls that come too often.
    """

    def __init__(self, approvals: Approvals, preparer: Preparer, repeats: Repeats) -> None:
        self._approvals = approvals
        self._preparer = preparer
        self._repeats = repeats

    @property
    def can_ask(self) -> bool:
        """Whether there is a person to ask."""
        return self._approvals.attended

    def begin_task(self) -> None:
        """The calls that follow are those of a new task."""
        self._repeats.begin_task()

    def end_turn(self) -> None:
        """Forget what was allowed for the turn only."""
        self._approvals.end_turn()

    def edited(self) -> None:
        """A call has changed a file."""
        self._repeats.edited()

    async def refusal(self, call: PreparedCall) -> str:
        """Decide whether a call runs; a yes makes it ready to.

        Returns:
            Why it must not run, for the model; empty if it may.

        Raises:
            ToolError: It cannot be carried out, whoever allows it.
        """
        self._repeats.count(call.key, edits=bool(call.effects.writes))
        case = self._case(call)
        if (reply := self._approvals.settled(case)) is not None:
            decided = await self._approvals.accept(case, reply)
        else:
            decided = await self._asked(call, Shown(await call.preview()))
        if not decided.allowed:
            return self._denial(decided)
        call.context = replace(
            call.context, mode=self._approvals.mode, scope=decided.scope, network=decided.network
        )
        return ""

    async def refusal_to_repeat(self, call: PreparedCall) -> str:
        """Decide whether a command that the sandbox stopped runs again: outside, or inside with the network.

        Returns:
            What the person said, for the model; empty if it runs again.
        """
        assert call.blocked is not None, "only such a command is asked about"
        decided = await self._asked(call, Shown(blocked=call.blocked.blocked))
        if not decided.allowed:
            why = decided.feedback if decided.by == "person" else decided.reason
            return f"it was not allowed to run without the sandbox{f': {why}' if why else ''}"
        inside = decided.network and not call.context.network
        spool = call.context.spool
        call.context = replace(
            call.context,
            network=inside,
            confined=inside,
            spool=spool.with_name(f"{spool.stem}.again.out"),
        )
        return ""

    async def _asked(self, call: PreparedCall, shown: Shown) -> ApprovalDecided:
        """Ask until there is an answer that can count."""
        first = call.key
        while True:
            reply = await self._approvals.ask(self._case(call), shown)
            answer, again = reply.answer, None
            typed = shown.arguments if answer.arguments is None else answer.arguments
            try:
                if reply.by == "person" and answer.allowed:
                    self._repeats.forget(first)
                    again = await self._other(call, reply, shown, typed)
                if again is None:
                    decided = await self._approvals.accept(self._case(call), reply, call.edited)
                    review = Review(shown.preview.base, decided.hunks) if decided.hunks else None
                    call.context = replace(call.context, review=review)
                    return decided
            except (RuleError, ToolError) as refused:
                if typed is None and isinstance(refused, ToolError):
                    raise
                rules = shown.rules if answer.rules is None else answer.rules
                again = replace(shown, again=str(refused), arguments=typed, rules=rules)
            shown = again

    async def _other(
        self, call: PreparedCall, reply: Reply, shown: Shown, typed: Mapping[str, object] | None
    ) -> Shown | None:
        """Make the call what the person typed. What it is now, if that is not what they have seen.

        Raises:
            ToolError: It cannot be carried out like this.
        """
        answer = reply.answer
        now = call.request.arguments if call.edited is None else call.edited
        edited = False
        if typed is not None and typed != now:
            await self._preparer.edit(call, typed)
            edited = True
        if typed is not None or shown.preview.base:
            preview = await call.preview()
            if preview.base and preview != shown.preview:
                return Shown(preview, EDITED if edited else CHANGED, call.edited, answer.rules)
        wider = answer.scope != "once" and answer.rules is None
        if edited and wider and not self._approvals.offers_same(self._case(call), reply.offer):
            return replace(shown, again=OTHER_RULES, arguments=call.edited, rules=None)
        return None

    def _case(self, call: PreparedCall) -> Case:
        return Case(call.request.id, call.request.name, call.effects, partial(self._must_ask, call))

    def _must_ask(self, call: PreparedCall) -> str:
        if call.blocked is not None:
            return "the sandbox stopped it; a yes runs it again without"
        if _can_ask(call.tool) and (why := call.tool.asks(self._approvals.mode)):
            return why
        return self._repeats.asks(call.key)

    def _denial(self, decided: ApprovalDecided) -> str:
        """What the model is told of a no."""
        match decided.by:
            case "person":
                said = f": {decided.feedback}" if decided.feedback else "; ask what to do instead"
            case "headless":
                said = f": {decided.feedback}"
            case "mode" if self._approvals.mode == "plan":
                said = f": {_PLANNING}"
            case _:
                said = f": {decided.reason}; do without it"
        return f"The call was denied{said}"


_KINDS: dict[type[object], bool] = {}  # to look at a tool would take longer than to look at its rules


def _can_ask(tool: object) -> TypeGuard[Asking]:
    kind = type(tool)
    if kind not in _KINDS:
        _KINDS[kind] = isinstance(tool, Asking)
    return _KINDS[kind]
