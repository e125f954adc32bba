"""A run as plain text, for a terminal of 80 columns or a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import indent

from app.trajectory.events import Record
from app.trajectory.export.amounts import clock, moment
from app.trajectory.export.card import Card
from app.trajectory.export.cards import cards

_PLAIN = ("text", "output", "code", "diff", "facts")


def plain_text(records: Iterable[Record]) -> Iterator[str]:
    """The pieces of a text about a run, or about a part of it.

    Args:
        records: Those that are to be told of.
    """
    agent = day = ""
    for card in cards(records):
        if card.place.agent != agent:
            agent = card.place.agent
            yield f"== {f'sub-agent {agent}' if agent else 'main agent'} ==\n\n"
        if (today := moment(card.place.ts)[:10]) and today != day:
            day = today
            yield f"-- {day} (UTC) --\n\n"
        yield from _card(card, "")


def _card(card: Card, margin: str) -> Iterator[str]:
    mark = "✗" if card.failed and card.kind != "assistant" else ""
    title = f"{card.title}: {card.subject}" if card.subject else card.title
    facts = f" ({', '.join(card.facts)})" if card.facts else ""
    heading = " ".join(filter(None, (f"#{card.place.number}", clock(card.place.ts), mark, title, facts)))
    yield f"{margin}{heading}\n"
    for number, part in enumerate(card.parts):
        label = part.label or ("" if number == 0 and part.kind in _PLAIN else part.kind)
        if label:
            yield f"{margin}  {label}:\n"
        yield indent(part.text, f"{margin}    ") + "\n"
    yield "\n"
    for call in card.calls:
        yield from _card(call, f"{margin}  ")
