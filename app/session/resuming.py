"""What a session that goes on brings along: the end of its conversation, as much as a model takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.trajectory.content import Text, Thinking, Usage
from app.trajectory.events import (
    Event,
    ModelResponse,
    Record,
    SessionEnded,
    SessionResumed,
    SessionStarted,
    TaskEnded,
    ToolFinished,
    UserMessage,
)
from app.trajectory.interrupted import interrupted_calls
from app.trajectory.reader import read, read_last

_FIRST = 500  # records that are read at once, and then four times as many
_CHARACTERS = 4  # of a token, about


@dataclass(frozen=True, slots=True)
class Past:
    """A session as it was left.

    Args:
        workspace: The folder it worked in.
        model: The model it was with last.
        mode: The approval mode it was in last.
        events: From where the conversation is gone on with.
        first: Number of the first of them.
        closing: What it lacks: results of calls that were cut off, the end of its task.
    """

    workspace: Path
    model: str
    mode: str
    events: Sequence[Event]
    first: int
    closing: Sequence[Event]


def look_back(trajectory: Path, tokens: int) -> Past:
    """Read the end of a session. Reads no more of the file than that.

    Args:
        trajectory: Its file.
        tokens: Most that the conversation may take; then it begins with a later task.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not the recording of a session.
    """
    began = next((record.event for record in read(trajectory, 0, 1)), None)
    if not isinstance(began, SessionStarted):
        raise ValueError("it does not begin as the recording of a session does")
    records = _end_of(trajectory, tokens * _CHARACTERS)
    resumed = [record.event for record in records if isinstance(record.event, SessionResumed)]
    last = resumed[-1] if resumed else began
    return Past(
        Path(began.workspace),
        last.model,
        last.mode,
        [_as_it_may_be_sent(record.event) for record in records],
        records[0].seq if records else 0,
        _closing(records),
    )


def usage_before(trajectory: Path, number: int) -> tuple[Usage, float | None]:
    """Tokens and US dollars of the responses before a record. Reads the file up to it.

    Raises:
        OSError: The file cannot be read.
    """
    usage, cost = Usage(), None
    for record in read(trajectory, 0, number):
        if isinstance(response := record.event, ModelResponse):
            usage += response.usage
            if response.cost is not None:
                cost = (cost or 0.0) + response.cost
    return usage, cost


def _end_of(trajectory: Path, characters: int) -> list[Record]:
    """The last records, from a task on, or all."""
    count = _FIRST
    while True:
        records = read_last(trajectory, count)
        whole = len(records) < count
        size = 0
        begin = len(records)
        for at in range(len(records) - 1, -1, -1):
            size += _characters(records[at].event)
            if size > characters:
                break
            if _begins_task(records[at].event) or (whole and at == 0):
                begin = at
        if whole or size > characters:
            return records[begin:]
        count *= 4


def _begins_task(event: Event) -> bool:
    return isinstance(event, UserMessage) and not event.steer


def _characters(event: Event) -> int:
    """What an event adds to the conversation."""
    match event:
        case UserMessage(text=text):
            return len(text)
        case ModelResponse(blocks=blocks):
            return sum(len(block.text) if isinstance(block, Text | Thinking) else 200 for block in blocks)
        case ToolFinished(content=content):
            return len(content)
        case _:
            return 0


def _closing(records: Sequence[Record]) -> list[Event]:
    closing: list[Event] = [*interrupted_calls(records)]
    for record in reversed(records):
        match record.event:
            case TaskEnded() | SessionEnded():
                break
            case event if _begins_task(event):
                closing.append(TaskEnded("interrupted", 0))
                break
            case _:
                pass
    return closing


def _as_it_may_be_sent(event: Event) -> Event:
    """An event without thoughts that secrets were taken out of: a provider takes them back unchanged only."""
    if not isinstance(event, ModelResponse):
        return event
    blocks = tuple(
        block for block in event.blocks if not (isinstance(block, Thinking) and "[redacted: " in block.text)
    )
    return event if blocks == event.blocks else dataclasses.replace(event, blocks=blocks)
