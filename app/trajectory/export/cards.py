"""What people read of a run: cards, each of them about a message, a call or an event.

Whatever is in a card is safe to show: no escape sequence and no invisible character is left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from app.terminal.text import safe_line, safe_text
from app.trajectory.content import Text, Thinking
from app.trajectory.events import (
    ApprovalAsked,
    ApprovalDecided,
    JobStarted,
    ModelResponse,
    OutputCut,
    Record,
    SystemMessage,
    ToolFinished,
    ToolRequested,
    UserMessage,
)
from app.trajectory.export.amounts import dollars, duration, tokens
from app.trajectory.export.occurrences import occurrence
from app.trajectory.export.steps import Call, Step, steps

_LONG = 100  # characters of an argument that has a line to itself
_COMMANDS = ("command", "cmd", "script", "code")
_SHOWN_AS_DIFF = (
    *("old_string", "old_str", "oldText", "oldString", "new_string", "new_str", "newText", "newString"),
    *("file_text", "content", "contents", "patchText", "patch", "diff", "input", "edits"),
)
_PLAIN_STOPS = ("", "end", "tools")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a run something begins.

    Args:
        number: Of the event.
        ts: Seconds since the epoch; 0 is not known.
        agent: The sub-agent; empty for the main one.
    """

    number: int
    ts: float
    agent: str


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a card: words, or something that is shown letter by letter.

    Args:
        kind: text may be Markdown; facts are lines of `name: value`.
        text: It.
        label: What it is, where that does not show.
    """

    kind: Literal["text", "thinking", "code", "output", "diff", "error", "facts"]
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that happened.

    Args:
        kind: What it is about.
        title: One line; who or what.
        subject: One line; about what.
        place: Where it begins.
        facts: In a few words each.
        parts: What there is to read.
        failed: It went wrong.
        folded: It is long, and seldom read.
        calls: Those of an answer.
    """

    kind: Literal["user", "system", "assistant", "call", "event"]
    title: str
    place: Place
    subject: str = ""
    facts: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    failed: bool = False
    folded: bool = False
    calls: tuple[Card, ...] = ()


def cards(records: Iterable[Record]) -> Iterator[Card]:
    """The cards of a run, in order; what nobody would miss has none."""
    for item in steps(records):
        if isinstance(item, Step):
            calls = tuple(map(_call, item.calls))
            if item.answer is None:
                yield from calls
            else:
                yield _answer(item.record, item.answer, calls)
        elif (card := _card(item)) is not None:
            yield card


def _place(record: Record) -> Place:
    return Place(record.seq, record.ts, safe_line(record.agent))


def _card(record: Record) -> Card | None:
    place = _place(record)
    match record.event:
        case SystemMessage(text=text):
            return Card("system", "System", place, parts=_texts("text", text), folded=True)
        case UserMessage(text=text, synthetic=True):
            return Card(
                "system", "User", place, "added by a program", parts=_texts("text", text), folded=True
            )
        case UserMessage(text=text, steer=steer):
            return Card("user", "User", place, "while it worked" if steer else "", parts=_texts("text", text))
        case ToolFinished() as finished:
            parts, failed = _result(finished)
            return Card(
                "call", "Result", place, safe_line(finished.call), _outcome(finished), parts, failed=failed
            )
        case event:
            told = occurrence(event)
            if told is None:
                return None
            facts = "\n".join(f"{name}: {safe_line(value)}" for name, value in told.facts if value)
            parts = _texts("facts", facts) + _texts("error" if told.failed else "text", told.text)
            return Card("event", told.title, place, safe_line(told.subject), parts=parts, failed=told.failed)


def _answer(record: Record, answer: ModelResponse, calls: tuple[Card, ...]) -> Card:
    parts: list[Part] = []
    for block in answer.blocks:
        match block:
            case Text(text=text):
                parts += _texts("text", text)
            case Thinking(text=text, redacted=redacted):
                parts += _texts("thinking", text or ("(not shown by the provider)" if redacted else ""))
            case _:
                pass
    facts = (
        safe_line(answer.model),
        duration(answer.duration),
        *tokens(answer.usage),
        dollars(answer.cost),
        "" if answer.stop in _PLAIN_STOPS else safe_line(answer.stop),
    )
    return Card(
        "assistant",
        "Assistant",
        _place(record),
        facts=_said(*facts),
        parts=tuple(parts),
        failed=any(call.failed for call in calls),
        calls=calls,
    )


def _call(call: Call) -> Card:
    requested = call.requested
    facts: list[str] = []
    parts: list[Part] = []
    asked = ""
    for record in call.happened:
        match record.event:
            case ApprovalAsked(diff=diff, reason=reason, plan=plan):
                asked = diff
                parts += _texts("text", plan, "plan")
                facts += _said(safe_line(f"asked: {reason}" if reason else ""))
            case ApprovalDecided(allowed=allowed, by=by, reason=reason, feedback=feedback):
                if by == "person" and allowed:
                    facts.append("allowed by the person")
                elif not allowed:
                    facts.append(safe_line(f"denied by {by}: {reason}"))
                parts += _texts("text", feedback if by == "person" else "", "the person said")
            case OutputCut(reason=reason):
                facts.append(safe_line(f"output cut: {reason}"))
            case JobStarted(job=job):
                facts.append(safe_line(f"goes on in the background as {job}"))
            case _:
                pass
    has_diff = bool(asked) or any(result.diff for result in call.results)
    parts = [*_arguments(requested, call.invalid, has_diff=has_diff), *parts]
    if not any(result.diff for result in call.results):
        parts += _texts("diff", asked, "what it would change")
    failed = False
    for result in call.results:
        more, wrong = _result(result)
        parts += more
        facts += _outcome(result)
        failed = failed or wrong
    for agent in call.agents:
        facts.append(safe_line(f"sub-agent {agent.name}"))
    if not call.results:
        facts.append("no result")
    return Card(
        "call",
        safe_line(requested.name),
        _place(call.record),
        safe_line(requested.effects.title),
        tuple(dict.fromkeys(facts)),
        tuple(parts),
        failed=failed,
    )


def _outcome(result: ToolFinished) -> tuple[str, ...]:
    return _said(
        "" if result.status == "done" else result.status,
        f"exit {result.exit_code}" if result.exit_code else "",
        duration(result.duration),
    )


def _result(result: ToolFinished) -> tuple[tuple[Part, ...], bool]:
    failed = result.status in ("failed", "timeout")
    diff = _texts("diff", result.diff)
    return (*diff, *_texts("error" if failed else "output", result.content)), failed


def _arguments(requested: ToolRequested, invalid: str, *, has_diff: bool) -> Iterator[Part]:
    """The arguments of a call that its title does not tell: what is long in a part of its own."""
    facts: list[str] = []
    for name, value in requested.arguments.items():
        if value == requested.effects.title or (has_diff and name in _SHOWN_AS_DIFF):
            continue
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        if name in _COMMANDS and isinstance(value, str) and len(requested.arguments) == 1:
            yield from _texts("code", text)
        elif len(text) > _LONG or "\n" in text:
            shown = text if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
            yield from _texts("code", shown, safe_line(name))
        else:
            facts.append(f"{safe_line(name)}: {safe_line(text)}")
    yield from _texts("facts", "\n".join(facts))
    yield from _texts("code", invalid, "arguments that could not be read")


def _texts(
    kind: Literal["text", "thinking", "code", "output", "diff", "error", "facts"], text: str, label: str = ""
) -> tuple[Part, ...]:
    """A part of it, unless there is nothing to read."""
    text = safe_text(text).strip("\n")
    return (Part(kind, text, label),) if text.strip() else ()


def _said(*facts: str) -> tuple[str, ...]:
    return tuple(fact for fact in facts if fact)
