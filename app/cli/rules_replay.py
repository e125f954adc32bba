"""`sawhorse rules replay`: what today's rules and mode would have said to the calls of a session."""

from __future__ import annotations

import json
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.approval.policy import Decision, decide
from app.approval.rule_book import RuleBook
from app.approval.verdict import Action
from app.cli.parser import UsageError
from app.cli.rules_output import say, short, tell
from app.settings.load import load
from app.settings.places import expanded
from app.trajectory.events import ApprovalAsked, ApprovalDecided, SessionStarted, ToolRequested
from app.trajectory.reader import read

_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class _Past:
    """A call, and what was decided about it then.

    Args:
        seq: Number of its event.
        request: The call.
        then: What happened to it first.
        allowed: Whether it ran in the end.
    """

    seq: int
    request: ToolRequested
    then: Action
    allowed: bool


def replay(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Print how many decisions would be other ones today, and which."""
    root, calls = _past(expanded(chosen.trajectory))
    mode = chosen.mode or load(environ).settings.approval.mode
    book = RuleBook(root, environ)
    rules = book.rules()
    decided = [
        (past, decide(past.request.name, past.request.effects, mode, root, rules, confined=True))
        for past in calls
    ]
    changed = [(past, now) for past, now in decided if past.then is not now.action]
    if chosen.json:
        counts = Counter(f"{past.then} -> {now.action}" for past, now in decided)
        report = {"mode": mode, "calls": len(calls), "counts": counts, "changed": [*map(_entry, changed)]}
        print(json.dumps(report, indent=2))
    else:
        _show(mode, len(calls), changed)
    return tell(book)


def _past(path: Path) -> tuple[str, list[_Past]]:
    """The workspace of a session, and its calls that were decided about."""
    path = path / "trajectory.jsonl" if path.is_dir() else path
    root = ""
    requests: dict[str, tuple[int, ToolRequested]] = {}
    asked: set[str] = set()
    calls: dict[str, _Past] = {}
    try:
        for record in read(path):
            match record.event:
                case SessionStarted(workspace=workspace):
                    root = root or workspace
                case ToolRequested() as request:
                    requests[request.call] = record.seq, request
                case ApprovalAsked(call=call):
                    asked.add(call)
                case ApprovalDecided() as decision if decision.call in requests:
                    by_person = decision.call in asked or decision.by == "headless"
                    by_itself = Action.ALLOW if decision.allowed else Action.DENY
                    then = Action.ASK if by_person else by_itself
                    calls[decision.call] = _Past(*requests[decision.call], then, decision.allowed)
                case _:
                    pass
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    if not root:
        raise UsageError(f"{path} is no trajectory of a session")
    return root, list(calls.values())


def _show(mode: str, total: int, changed: Sequence[tuple[_Past, Decision]]) -> None:
    say(f"{total} calls, judged in mode {mode}: {total - len(changed)} as then, {len(changed)} otherwise")
    counts = Counter((past.then, past.allowed, now.action) for past, now in changed)
    for (then, allowed, now), count in counts.most_common():
        say(f"{count:>6}  {_words(then, allowed)} -> {now}")
    for past, decision in changed[:_MOST_SHOWN]:
        rule = f"  {short(decision.rule.place)}" if decision.rule is not None else ""
        title = f"{past.request.name}: {past.request.effects.title}"
        say(f"{past.seq:>6}  {_words(past.then, past.allowed)} -> {decision.action}  {title}")
        say(f"        {decision.reason}{rule}")
    if len(changed) > _MOST_SHOWN:
        say(f"        … and {len(changed) - _MOST_SHOWN} more; --json has all")


def _words(then: Action, allowed: bool) -> str:
    return f"ask ({'yes' if allowed else 'no'})" if then is Action.ASK else str(then)


def _entry(pair: tuple[_Past, Decision]) -> dict[str, object]:
    past, now = pair
    return {
        "seq": past.seq,
        "call": past.request.call,
        "tool": past.request.name,
        "title": past.request.effects.title,
        "then": past.then,
        "ran": past.allowed,
        "now": now.action,
        "reason": now.reason,
        "rule": str(now.rule) if now.rule is not None else None,
    }
