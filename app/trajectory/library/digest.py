"""A run read once, for the library: what it comes to, and what was said in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.settings.load import load
from app.terminal.text import safe_line
from app.trajectory.events import (
    Event,
    ModelResponse,
    Record,
    SessionEnded,
    SessionImported,
    SessionResumed,
    SessionStarted,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    UserMessage,
)
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.opening import Reading, opened
from app.trajectory.formats.sawhorse import Sawhorse
from app.trajectory.formats.table import FORMATS
from app.trajectory.library.spoken import Spoken
from app.trajectory.redaction import Redactor

OURS = Sawhorse.name

_LONGEST_TITLE = 300  # characters

Redact = Callable[[str], str]
"""A text without secrets."""

Pause = Callable[[], None]
"""Gives way to others now and then; may raise to stop."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a run comes to. None where its format does not say.

    Args:
        format: What its format is called.
        variant: Which way of writing it; empty if there is but one.
        title: What was asked first, or what it calls itself.
        models: Those that answered.
        workspace: The folder that was worked in.
        started: Seconds since the epoch; 0 if that is not known.
        ended: Likewise, of its last record.
        turns: Answers of the model.
        calls: Calls of tools.
        errors: Those that failed.
        tokens: To the model and from it.
        cost: US dollars.
        closed: Nothing is missing at its end: it says so, or every question in it is answered.
        text: What was said, as `Spoken` gathers it.
    """

    format: str
    variant: str
    title: str
    models: tuple[str, ...]
    workspace: str
    started: float
    ended: float
    turns: int | None
    calls: int | None
    errors: int | None
    tokens: int | None
    cost: float | None
    closed: bool
    text: str


def without_secrets(environ: Mapping[str, str]) -> Redact:
    """Takes secrets out of a text.

    Args:
        environ: Some are in it, and the settings it names say what others look like.

    Raises:
        SettingsError: The settings cannot be read.
    """
    redactor = Redactor(environ, patterns=load(environ).settings.recorder.redact)
    return lambda text: redactor.text(text)[0]


def digest(path: Path, redact: Redact, pause: Pause) -> Digest | None:
    """Read a file or a folder; None if it is no run of a kind that is known.

    Args:
        path: Of it.
        redact: For what another agent wrote; ours hold no secrets.
        pause: Called often.

    Raises:
        UnreadableError: It is a run, but cannot be read.
        OSError: It cannot be opened.
    """
    try:
        reading = opened(path)
    except UnreadableError:
        return None
    if len(FORMATS) > 1 and reading.format == FORMATS[-1].name:  # it takes whatever is left
        return None
    whole = _Whole(_same if reading.format == OURS else redact)
    for record in reading.records():
        whole.add(record)
        pause()
    return whole.digest(reading)


class Ending:
    """Whether a run is over, told by its events."""

    def __init__(self) -> None:
        self._open: set[str] = set()  # calls without a result
        self._last: Event | None = None

    def add(self, event: Event) -> None:
        """Take the next event."""
        match event:
            case ToolRequested(call=call):
                self._open.add(call)
            case ToolFinished(call=call):
                self._open.discard(call)
            case UserMessage(synthetic=True):  # a program says something after the end, too
                pass
            case UserMessage() | ModelResponse() | TaskEnded() | SessionResumed() | SessionEnded():
                self._last = event
            case _:
                pass

    def is_closed(self, *, ours: bool) -> bool:
        """Whether nothing is missing at its end: ours says so, others mostly end with an answer."""
        match self._last:
            case SessionEnded():
                return True
            case TaskEnded(outcome=outcome) if not ours:
                return outcome != "interrupted"
            case last:
                return not (ours or self._open or isinstance(last, UserMessage))


class _Whole:
    """A run on its way through."""

    def __init__(self, redact: Redact) -> None:
        self._redact = redact
        self._spoken = Spoken(redact)
        self._ending = Ending()
        self._title = self._name = self._workspace = self._model = ""

    def add(self, record: Record) -> None:
        """Take the next record."""
        event = record.event
        self._spoken.add(record.seq, event)
        self._ending.add(event)
        match event:
            case SessionStarted() | SessionResumed():
                self._workspace, self._model = event.workspace, event.model
            case SessionImported():
                self._workspace, self._model, self._name = event.workspace, event.model, event.title
            case UserMessage(text=text, synthetic=False) if not self._title and not record.agent:
                self._title = text
            case _:
                pass

    def digest(self, reading: Reading) -> Digest:
        """What it came to."""
        counts, tokens = reading.counts, reading.counts.tokens
        known = [count for count in (tokens.input_tokens, tokens.output_tokens) if count is not None]
        return Digest(
            format=reading.format,
            variant=reading.variant,
            title=_line(self._redact((self._name or self._title)[: 4 * _LONGEST_TITLE])),
            models=tuple(map(_in_utf8, sorted(counts.models) or filter(None, [self._model]))),
            workspace=_in_utf8(self._workspace),
            started=counts.first[0] if counts.first else 0.0,
            ended=counts.last[0] if counts.last else 0.0,
            turns=counts.assistant_messages,
            calls=counts.tool_calls,
            errors=counts.tool_errors,
            tokens=sum(known) if known else None,
            cost=tokens.cost_usd,
            closed=self._ending.is_closed(ours=reading.format == OURS),
            text=self._spoken.text(),
        )


def _line(text: str) -> str:
    return " ".join(safe_line(text).split())[:_LONGEST_TITLE]


def _in_utf8(text: str) -> str:
    """A text that SQLite can keep: JSON may hold halves of characters, which UTF-8 has no word for."""
    return text.encode("utf-8", "replace").decode()


def _same(text: str) -> str:
    return text
