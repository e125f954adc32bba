"""A run as one page of HTML that needs nothing else, and asks nobody for anything."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from html import escape
from itertools import groupby
from pathlib import Path

from app.terminal.text import safe_line
from app.trajectory.export.about import About
from app.trajectory.export.amounts import clock, moment
from app.trajectory.export.card import Card, Part
from app.trajectory.export.rich_text import rich_text

_FOLDER = Path(__file__).parent
_SIGNS = (("+++", "file"), ("---", "file"), ("@@", "place"), ("+", "added"), ("-", "removed"))


def html(cards: Iterable[Card], about: About) -> Iterator[str]:
    """The pieces of a page about a run.

    Args:
        cards: All of it.
        about: What is said of the whole.
    """
    rich = rich_text()
    yield _head(about)
    for agent, own in groupby(cards, lambda card: card.place.agent):
        if agent:
            yield f'<details class="agent" open><summary>sub-agent <b>{_line(agent)}</b></summary>\n'
        for card in own:
            yield from _card(card, rich)
        if agent:
            yield "</details>\n"
    yield "</main>\n"
    yield from _totals(about)
    yield f"<script>{_script()}</script>\n</body>\n</html>\n"


def _head(about: About) -> str:
    style, script = (_FOLDER / "page.css").read_text(), _script()
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    name = _line(about.name)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{name}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{name}</h1>
<p>recorded as {_line(about.format)} · times are in UTC</p>
</header>
{(_FOLDER / "page_bar.html").read_text()}<main>
"""


def _script() -> str:
    return (_FOLDER / "page.js").read_text()


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _totals(about: About) -> Iterator[str]:
    """What the run comes to: known last, and put first by the style sheet."""
    yield '<section class="totals">\n<dl>\n'
    for what, much in about.totals():
        yield f"<div><dt>{_line(what)}</dt><dd>{_line(much)}</dd></div>\n"
    yield "</dl>\n"
    for problem in about.problems():
        yield f'<p class="problem">{_line(problem)}</p>\n'
    yield "</section>\n"


def _card(card: Card, rich: Callable[[str], str]) -> Iterator[str]:
    failed = " failed" if card.failed else ""
    opened = "" if card.folded or card.kind == "call" else " open"
    name = f"e{card.place.number}"
    subject = f' <span class="subject">{_line(card.subject)}</span>' if card.subject else ""
    facts = "".join(f'<span class="fact">{_line(fact)}</span>' for fact in card.facts)
    time = clock(card.place.ts)
    stamp = f'<time datetime="{moment(card.place.ts)}">{time}</time>' if time else ""
    heading = (
        f'<b>{_line(card.title)}</b>{subject}<span class="facts">{facts}'
        f'{stamp}<a href="#{name}">#{card.place.number}</a></span>'
    )
    if not card.parts and not card.calls:
        yield f'<div class="card {card.kind}{failed} bare" id="{name}">{heading}</div>\n'
        return
    yield f'<details class="card {card.kind}{failed}" id="{name}"{opened}><summary>{heading}</summary>\n'
    for part in card.parts:
        yield _part(part, rich)
    for call in card.calls:
        yield from _card(call, rich)
    yield "</details>\n"


def _part(part: Part, rich: Callable[[str], str]) -> str:
    label = f'<p class="label">{_line(part.label)}</p>' if part.label else ""
    match part.kind:
        case "text":
            return f'{label}<div class="text">{rich(part.text)}</div>\n'
        case "thinking":
            body = f'<div class="text">{rich(part.text)}</div>'
            return f'<details class="thinking"><summary>thinking</summary>{body}</details>\n'
        case "facts":
            return f"{label}<dl>{''.join(map(_fact, part.text.splitlines()))}</dl>\n"
        case "diff":
            return f'{label}<pre class="diff">{_diff(part.text)}</pre>\n'
        case kind:
            return f'{label}<pre class="{kind}">{escape(part.text)}</pre>\n'


def _fact(line: str) -> str:
    name, _, value = line.partition(": ")
    return f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"


def _diff(text: str) -> str:
    """A diff with a class for each line that says something by how it begins."""
    return "\n".join(map(_diff_line, text.split("\n")))


def _diff_line(line: str) -> str:
    for sign, meaning in _SIGNS:
        if line.startswith(sign):
            return f'<span class="{meaning}">{escape(line)}</span>'
    return escape(line)


def _line(text: str) -> str:
    return escape(safe_line(text))
