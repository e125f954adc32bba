"""Write a run for other programs (`convert`) or for people (`export`), whichever agent recorded it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal, Protocol, TypeVar

from app.trajectory.events import Record
from app.trajectory.export.about import About
from app.trajectory.export.card import Card
from app.trajectory.formats.opening import Reading, opened
from app.trajectory.formats.sawhorse import Sawhorse
from app.trajectory.sessions import TRAJECTORY
from app.trajectory.summary import figures

Conversion = Literal["atif", "trae", "sawhorse"]
Page = Literal["markdown", "html"]
T = TypeVar("T")


class Redact(Protocol):
    """Takes secrets out of an event, or of what is shown of one, and counts them."""

    def __call__(self, value: T, /) -> tuple[T, int]:
        """The value without secrets, and how many were taken out of it."""
        ...


def convert(path: Path, to: Conversion, stream: BinaryIO) -> Reading:
    """Write a run as the tools of another agent read it, or ours.

    Args:
        path: Its file, or the folder of a session of ours.
        to: Which tools.
        stream: Where to.

    Returns:
        What was read; its `source.problems` say what is wrong with the file.

    Raises:
        UnreadableError: The file cannot be read.
        OSError: The stream takes no more.
    """
    reading = opened(path)
    records = reading.records()
    if reading.format == Sawhorse.name:  # a line of ours is a source itself, and has none
        records = (replace(record, source="") for record in records)
    for piece in _converter(to)(records):
        stream.write(piece)
    return reading


def export(path: Path, to: Page, stream: BinaryIO, redact: Redact | None = None) -> Reading:
    """Write a run for people to read. Secrets are taken out.

    Args:
        path: Its file, or the folder of a session of ours.
        to: What is written.
        stream: Where to.
        redact: Takes secrets out; left out, what looks like one is taken out.

    Returns:
        What was read; its `source.problems` say what is wrong with the file.

    Raises:
        UnreadableError: The file cannot be read.
        OSError: The stream takes no more.
    """
    from app.trajectory.export.cards import cards
    from app.trajectory.redaction import Redactor

    reading = opened(path)
    redacting = _Redacting(redact or Redactor().redact)
    about = About(_name(path), _format(reading), partial(figures, reading), lambda: redacting.count)
    shown = redacting.cards(cards(redacting.records(reading.records())))
    for piece in _exporter(to)(shown, about):
        stream.write(piece.encode())
    return reading


class _Redacting:
    """Takes secrets out, and counts them."""

    def __init__(self, redact: Redact) -> None:
        self._redact = redact
        self.count = 0

    def records(self, records: Iterator[Record]) -> Iterator[Record]:
        """The records without secrets."""
        for record in records:
            event, count = self._redact(record.event)
            self.count += count
            yield replace(record, event=event) if count else record

    def cards(self, cards: Iterable[Card]) -> Iterator[Card]:
        """The cards without secrets that were in pieces as long as colours stood between them."""
        for card in cards:
            redacted, count = self._redact(card)
            self.count += count
            yield redacted


def _converter(to: Conversion) -> Callable[[Iterator[Record]], Iterator[bytes]]:
    match to:
        case "atif":
            from app.trajectory.export.atif import atif

            return atif
        case "trae":
            from app.trajectory.export.trae import trae

            return trae
        case "sawhorse":
            from app.trajectory.export.sawhorse import sawhorse

            return sawhorse


def _exporter(to: Page) -> Callable[[Iterator[Card], About], Iterator[str]]:
    match to:
        case "markdown":
            from app.trajectory.export.markdown import markdown

            return markdown
        case "html":
            from app.trajectory.export.html import html

            return html


def _name(path: Path) -> str:
    """What a run is called: its file, or the folder of its session."""
    return path.parent.name if path.name.startswith(TRAJECTORY) else path.name


def _format(reading: Reading) -> str:
    return f"{reading.format} ({reading.variant})" if reading.variant else reading.format
