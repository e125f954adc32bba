"""A run in Markdown. Whatever was said in it stands in fences that it cannot end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from app.terminal.text import safe_line
from app.trajectory.export.about import About
from app.trajectory.export.amounts import clock, moment
from app.trajectory.export.card import Card, Part

_LANGUAGES = {"text": "markdown", "diff": "diff"}
_FOLDED = ("thinking", "output", "facts", "diff")
_SHORT = 400  # characters of what is not worth folding
_FENCE = re.compile(r"`{3,}")


def markdown(cards: Iterable[Card], about: About) -> Iterator[str]:
    """The pieces of a document about a run.

    Args:
        cards: All of it.
        about: What is said of the whole.
    """
    yield f"# {_code(about.name)}\n\nA run recorded as {_code(about.format)}. Times are in UTC.\n"
    agent = day = ""
    for card in cards:
        if card.place.agent != agent:
            agent = card.place.agent
            yield f"\n---\n\n*{f'sub-agent {_code(agent)}' if agent else 'main agent'}*\n"
        if (today := moment(card.place.ts)[:10]) and today != day:
            day = today
            yield f"\n---\n\n*{day}*\n"
        yield from _card(card, level=2)
    yield "\n---\n\n## Totals\n\n"
    for what, much in about.totals():
        yield f"- {what}: {_code(much)}\n"
    for problem in about.problems():
        yield f"- the file: {_code(problem)}\n"


def _card(card: Card, level: int) -> Iterator[str]:
    title = _code(card.title) if card.kind == "call" else card.title
    mark = "✗ " if card.failed and card.kind != "assistant" else ""
    subject = f" {_code(card.subject)}" if card.subject else ""
    yield f"\n{'#' * level} {mark}{title}{subject}\n\n"
    facts = [fact for fact in (clock(card.place.ts), *card.facts) if fact]
    yield f"`#{card.place.number}`{''.join(f' · {_code(fact)}' for fact in facts)}\n"
    for part in card.parts:
        yield from _part(part, folded=card.folded)
    for call in card.calls:
        yield from _card(call, level + 1)


def _part(part: Part, *, folded: bool) -> Iterator[str]:
    fence = "`" * max((len(run) + 1 for run in _FENCE.findall(part.text)), default=3)
    label = part.label or part.kind
    fold = folded or (part.kind in _FOLDED and len(part.text) > _SHORT)
    if fold:
        yield f"\n<details><summary>{escape(label)}</summary>\n"
    elif part.kind != "text" or part.label:
        yield f"\n{_code(label)}\n"
    yield f"\n{fence}{_LANGUAGES.get(part.kind, 'text')}\n{part.text}\n{fence}\n"
    if fold:
        yield "\n</details>\n"


def _code(text: str) -> str:
    """A text on one line, in which nothing means anything."""
    text = safe_line(text)
    mark = "`" * max((len(run) + 1 for run in re.findall("`+", text)), default=1)
    return f"{mark} {text} {mark}" if "`" in text else f"{mark}{text}{mark}"
