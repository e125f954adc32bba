"""A card: what people read of one thing that happened in a run.

Whatever is in a card is safe to show: nothing is left that steers a terminal or reorders a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.terminal.text import safe_line, safe_text
from app.trajectory.events import Record

CardKind = Literal["user", "system", "assistant", "call", "event", "other"]
PartKind = Literal["text", "thinking", "code", "output", "diff", "error", "facts"]


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

    kind: PartKind
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that happened.

    Args:
        kind: What it is about; other is what has no event of its own.
        title: One line; who or what.
        subject: One line; about what.
        place: Where it begins.
        facts: In a few words each.
        parts: What there is to read.
        failed: It went wrong.
        folded: It is long, and seldom read.
        calls: Those of an answer.
    """

    kind: CardKind
    title: str
    place: Place
    subject: str = ""
    facts: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    failed: bool = False
    folded: bool = False
    calls: tuple[Card, ...] = ()


def place_of(record: Record) -> Place:
    """Where a record is."""
    return Place(record.seq, record.ts, safe_line(record.agent))


def part(kind: PartKind, text: str, label: str = "") -> tuple[Part, ...]:
    """A part of it, unless there is nothing to read."""
    text = safe_text(text).strip("\n")
    return (Part(kind, text, label),) if text.strip() else ()


def told(*facts: str) -> tuple[str, ...]:
    """Those of the facts that say anything."""
    return tuple(fact for fact in facts if fact)
