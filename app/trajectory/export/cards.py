"""The cards of a run: one for each message, answer and event, and in an answer one for each of its calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.terminal.text import safe_line
from app.trajectory.content import Text, Thinking
from app.trajectory.events import (
    ModelResponse,
    Record,
    SystemMessage,
    ToolFinished,
    Unmapped,
    UserMessage,
)
from app.trajectory.export.amounts import dollars, duration, tokens
from app.trajectory.export.call_card import call_card, result_card
from app.trajectory.export.card import Card, Part, part, place_of, told
from app.trajectory.export.occurrences import occurrence
from app.trajectory.export.steps import Step, steps

_PLAIN_STOPS = ("", "end", "tools")


def cards(records: Iterable[Record]) -> Iterator[Card]:
    """The cards of a run, in order; what nobody would miss has none."""
    for item in steps(records):
        if isinstance(item, Step):
            calls = tuple(map(call_card, item.calls))
            if item.answer is None:
                yield from calls
            else:
                yield _answer(item.record, item.answer, calls)
        elif (card := _card(item)) is not None:
            yield card


def _card(record: Record) -> Card | None:
    place = place_of(record)
    match record.event:
        case SystemMessage(text=text):
            return Card("system", "System", place, parts=part("text", text), folded=True)
        case UserMessage(text=text, synthetic=True):
            return Card("system", "User", place, "added by a program", parts=part("text", text), folded=True)
        case UserMessage(text=text, steer=steer):
            return Card("user", "User", place, "while it worked" if steer else "", parts=part("text", text))
        case ToolFinished() as finished:
            return result_card(record, finished)
        case event:
            happened = occurrence(event)
            if happened is None:
                return None
            facts = "\n".join(safe_line(f"{name}: {value}") for name, value in happened.facts if value)
            parts = part("facts", facts) + part("error" if happened.failed else "text", happened.text)
            other = isinstance(event, Unmapped)
            return Card(
                "other" if other else "event",
                happened.title,
                place,
                safe_line(happened.subject),
                parts=parts,
                failed=happened.failed,
                folded=other,
            )


def _answer(record: Record, answer: ModelResponse, calls: tuple[Card, ...]) -> Card:
    parts: list[Part] = []
    for block in answer.blocks:
        match block:
            case Text(text=text):
                parts += part("text", text)
            case Thinking(text=text, redacted=redacted):
                parts += part("thinking", text or ("(not shown by the provider)" if redacted else ""))
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
        place_of(record),
        facts=told(*facts),
        parts=tuple(parts),
        failed=any(call.failed for call in calls),
        calls=calls,
    )
