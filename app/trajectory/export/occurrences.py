"""What people are told of events that are neither messages nor calls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.trajectory.events import (
    AgentStarted,
    CheckpointTaken,
    ContextCompacted,
    ConversationRewound,
    Event,
    JobEnded,
    JobKept,
    ModelRetry,
    Note,
    SessionEnded,
    SessionImported,
    SessionResumed,
    SessionStarted,
    SettingsChanged,
    TaskEnded,
    Unmapped,
)
from app.trajectory.export.amounts import dollars, duration
from app.trajectory.export.json_pieces import dumped

_SHORT = 200  # characters


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event in words, as the file has them.

    Args:
        title: What it is; our own words.
        subject: One line about it.
        facts: Names and values.
        text: What there is to read.
        failed: It is something that went wrong.
    """

    title: str
    subject: str = ""
    facts: Iterable[tuple[str, str]] = ()
    text: str = ""
    failed: bool = False


def occurrence(event: Event) -> Occurrence | None:
    """An event in words; None for one that nobody would miss."""
    match event:
        case SessionStarted() | SessionResumed():
            title = "Session began" if isinstance(event, SessionStarted) else "Session resumed"
            return Occurrence(title, event.session, _started(event))
        case SessionImported(session=session):
            return Occurrence("Session began", session, _imported(event))
        case ModelRetry(attempt=attempt, attempts=attempts, delay=delay, reason=reason):
            subject = f"{attempt} of {attempts}, after {duration(delay) or '0 s'}: {reason}"
            return Occurrence("Retry", subject, failed=True)
        case ContextCompacted(summary=summary, tokens=tokens):
            return Occurrence("Context compacted", f"{tokens:,} tokens" if tokens else "", text=summary)
        case AgentStarted(name=name, title=title):
            return Occurrence("Sub-agent began", f"{name}: {title}" if title else name)
        case JobEnded(job=job, exit_code=code, duration=seconds):
            subject = f"{job}, exit {code}, {duration(seconds)}".removesuffix(", ")
            return Occurrence("Job ended", subject, failed=code != 0)
        case JobKept(job=job):
            return Occurrence("Job goes on after the session", job)
        case CheckpointTaken(files=0):
            return None
        case CheckpointTaken(files=files, added=added, removed=removed):
            return Occurrence("Files changed", f"{_counted(files, 'file')}, +{added:,} −{removed:,} lines")
        case ConversationRewound(turn=turn, text=text):
            return Occurrence("Conversation taken back", f"to before turn {turn}", text=text)
        case SettingsChanged(values=values):
            return Occurrence(
                "Settings changed", facts=((name, str(value)) for name, value in values.items())
            )
        case Note(text=text, level=level):
            return Occurrence("Note", text=text, failed=level == "error")
        case TaskEnded(outcome=outcome, turns=turns, error=error):
            subject = f"{outcome}, {_counted(turns, 'turn')}" if turns else outcome
            return Occurrence("Task ended", subject, text=error, failed=outcome == "failed" or bool(error))
        case SessionEnded(cost=cost):
            return Occurrence("Session ended", dollars(cost))
        case Unmapped(type=kind, text=text) if len(text) < _SHORT and "\n" not in text:
            return Occurrence("Other", f"{kind}: {text}" if text else kind)
        case Unmapped(type=kind, text=text):
            return Occurrence("Other", kind, text=text)
        case _:
            return None


def _started(event: SessionStarted | SessionResumed) -> Iterable[tuple[str, str]]:
    yield "folder", event.workspace
    yield "model", event.model
    yield "mode", event.mode
    yield "version", event.version


def _imported(event: SessionImported) -> Iterable[tuple[str, str]]:
    yield "title", event.title
    yield "agent", f"{event.program} {event.program_version}".strip()
    yield "format", f"{event.format} ({event.variant})" if event.variant else event.format
    yield "folder", event.workspace
    yield "model", event.model
    yield "begun by", event.parent
    for name, value in event.facts.items():
        yield name, _value(value)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _value(value: object) -> str:
    return value if isinstance(value, str) else dumped(value).decode()
