"""A session that begins with the conversation of another run, of ours or of another agent."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from app.settings.schema import RecorderSettings
from app.trajectory.content import Block, Thinking, ToolCall
from app.trajectory.events import (
    ContextCompacted,
    ConversationRewound,
    Event,
    ModelRequest,
    ModelResponse,
    Note,
    Record,
    SessionImported,
    SessionStarted,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    UserMessage,
)
from app.trajectory.fork import Fork
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.opening import opened
from app.trajectory.recording.recorder import Recorder, Redact


class ForkError(Exception):
    """A run cannot be gone on with from there. One line."""


def write_fork(
    fork: Fork, path: Path, began: SessionStarted, settings: RecorderSettings, redact: Redact
) -> None:
    """Write the trajectory that a fork begins with. What sub-agents did is left out, their results are not.

    Args:
        fork: Where it branches off.
        path: The new trajectory; its folder is there.
        began: Its first event.
        settings: How it is written.
        redact: Takes secrets out.

    Raises:
        ForkError: The run cannot be read, or nothing was said up to there.
        OSError: The new file cannot be written.
    """
    try:
        kept = list(_conversation(_up_to(fork)))
    except UnreadableError as error:
        raise ForkError(str(error)) from None
    if not any(isinstance(record.event, UserMessage | ModelResponse) for record in kept):
        raise ForkError(f"nothing was said in {fork.trajectory} up to there; fork after a later event")
    now = time.time()
    ts = now
    recorder = Recorder(path, settings, lambda: ts, redact=redact)
    where = "its end" if fork.at is None else f"event {fork.at}"
    recorder.record(began)
    recorder.record(Note(f"begins with the conversation of {fork.trajectory} up to {where}"))
    for record in kept:
        ts = record.ts or now
        recorder.record(record.event)
    if lost := recorder.close():
        raise OSError(0, lost)


def _up_to(fork: Fork) -> Iterator[Record]:
    for record in opened(fork.trajectory).records():
        if fork.at is not None and record.seq > fork.at:
            return
        yield record


def _conversation(records: Iterable[Record]) -> Iterator[Record]:
    """What a model has to know of a run, with calls that have names of their own."""
    kept: list[Record] = []
    names: dict[str, str] = {}
    imported = False
    for record in records:
        if isinstance(record.event, SessionImported):
            imported = True
        if record.agent:
            continue
        if isinstance(record.event, ContextCompacted):
            kept, names = [], {}
        event = _sent(record.event, names, imported=imported)
        if event is not None:
            kept.append(replace(record, event=event, source=""))
    yield from kept


def _sent(event: Event, names: dict[str, str], *, imported: bool) -> Event | None:
    """An event as the new session has it; None if it is not of the conversation."""
    match event:
        case UserMessage() | ModelRequest() | ConversationRewound() | TaskEnded():
            return event
        case ContextCompacted(summary=summary):
            return UserMessage(summary, synthetic=True)
        case ModelResponse(blocks=blocks) if blocks:
            sent = tuple(_block(block, names) for block in blocks if not (imported and _is_thought(block)))
            return replace(event, blocks=sent, cost=None) if sent else None
        case ToolRequested(call=call):
            return replace(event, call=_name(call, names), waits_for=())
        case ToolFinished(call=call) if call in names:
            return replace(event, call=names[call], output="")
        case _:
            return None


def _is_thought(block: Block) -> bool:
    """Whether it is one that only the model it came from could be told again."""
    return isinstance(block, Thinking)


def _block(block: Block, names: dict[str, str]) -> Block:
    if isinstance(block, ToolCall):
        return ToolCall(_name(block.id, names), block.name, block.arguments, block.invalid)
    return block


def _name(call: str, names: dict[str, str]) -> str:
    """A name that every provider takes: those of other agents may be of any form."""
    return names.setdefault(call, f"call_{len(names) + 1}")
