"""Records are read in brief; the figures and the steps that are made of them are those of the whole ones."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from app.trajectory.blobs import Blobs
from app.trajectory.codec import encode, encode_apart
from app.trajectory.comparing.compared_steps import side
from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    AgentStarted,
    ApprovalAsked,
    ApprovalDecided,
    Event,
    InputAwaited,
    ModelRequest,
    ModelResponse,
    ModelRetry,
    Note,
    Record,
    SessionEnded,
    SessionImported,
    SessionResumed,
    SessionStarted,
    Status,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    UserMessage,
)
from app.trajectory.measuring.brief_records import BriefRecords
from app.trajectory.measuring.measures import Measures
from tests.trajectory.written import BEGAN, Opened, until

LARGE = "large " * 20_000


def anything(chance: random.Random) -> Iterator[Event]:
    """What can be in a run, in an order that none would have: calls come again, or are not asked for."""
    texts = ("", "I look at /work/a.py", 'für "alle"\n\\', LARGE)
    while True:
        call, turn, text = f"c\\{chance.randrange(9)}", chance.randrange(99), chance.choice(texts)
        invalid = chance.choice(("", "no object"))
        blocks = (Thinking("Well", "signed"), Text(text), ToolCall(call, "bash", {}, invalid))
        usage = Usage(chance.randrange(9), 2, chance.choice((3, -1)))
        status = chance.choice(get_args(Status))
        took, cost = chance.random(), chance.choice((None, 0.5))
        yield from chance.choices(
            [
                ModelRequest(turn, "m", 3, 4),
                ModelResponse(turn, "m", blocks[: chance.randrange(4)], "end", usage, cost, 0.1, took, 2),
                ToolRequested(call, turn, "bash", {"command": text}, Effects(text, writes=("/work/a.py",))),
                ToolStarted(call),
                ToolFinished(call, status, text, took, 0, diff=text),
                ApprovalAsked(call, "no rule"),
                ApprovalDecided(call, status == "done", "person", ""),
                InputAwaited(call, waits=status == "done"),
                UserMessage(text, synthetic=status == "done"),
                ModelRetry(turn, 1, 3, took, "busy"),
                AgentStarted("one", call, text),
                Note(text),
                TaskEnded("done", turn),
                chance.choice(
                    (
                        SessionResumed("s", "/work", "m", "ask", "1"),
                        SessionStarted("s", "/work/", "m", "ask", "1"),
                        SessionImported("pi", workspace="/other"),
                        SessionEnded(usage, cost),
                    )
                ),
            ],
            weights=[3, 4, 6, 5, 6, 2, 2, 1, 1, 1, 1, 1, 1, 0.2],
        )


def made_up(path: Path, number: int, seed: int) -> list[bytes]:
    """Lines of so many records, of which some have no time, belong to a sub-agent, or are damaged."""
    chance = random.Random(seed)
    blobs, now, lines = Blobs.of(path), BEGAN, []
    for row, event in zip(range(number), anything(chance), strict=False):
        now += chance.random()
        ts, agent = chance.choice((now, now, now, 0.0)), chance.choice(("", "", "one", "two"))
        record = Record(row, ts, event, agent)
        line = encode_apart(record, blobs.put) if chance.random() < 0.5 else encode(record)
        is_looked_at = not isinstance(event, ModelRequest | ApprovalAsked | ApprovalDecided | ToolStarted)
        is_damaged = is_looked_at and chance.random() < 0.02
        lines.append(line.replace(b',"crc":', b',"crc":1') if is_damaged else line)
    return lines


def figures(records: Iterable[Record]) -> str:
    """All that a run comes to."""
    measures = Measures()
    for row, record in enumerate(records):
        measures.take(row, record)
    return repr(measures.measured())


def steps(records: Iterable[Record]) -> list[object]:
    """All that it did."""
    found = side(records)
    return [*found.steps, found.workspace, found.models, found.outcome, found.writes]


@pytest.mark.parametrize("seed", range(3))
def test_what_is_made_of_them_is_what_is_made_of_the_whole_records(
    path: Path, opened: Opened, seed: int
) -> None:
    path.write_bytes(b"".join(made_up(path, 1_000, seed)))
    whole, run = opened(path), opened(path)
    assert figures(BriefRecords(run).since(0)) == figures(whole.records())
    assert list(run.problems) == list(whole.problems) != []
    assert steps(BriefRecords(run).since(0)) == steps(whole.records())


def test_a_run_that_grows_is_read_on_where_the_last_record_was(path: Path, opened: Opened) -> None:
    lines = made_up(path, 300, seed=7)
    path.write_bytes(b"".join(lines[:100]))
    run = opened(path, follow=True)
    brief = BriefRecords(run)
    read: list[Record] = []
    for stop in (100, 200, 300):
        until(lambda stop=stop: len(run) == stop)  # type: ignore[misc]  # a default binds it
        read += brief.since(len(read))
        with path.open("ab") as stream:
            stream.write(b"".join(lines[stop : stop + 100]))
    assert figures(read) == figures(opened(path).records())


def test_of_a_file_that_was_cut_there_is_still_a_record_for_each_row(path: Path, opened: Opened) -> None:
    path.write_bytes(b"".join(made_up(path, 300, seed=8)))
    run = opened(path)
    os.truncate(path, path.stat().st_size // 2)
    assert [record.seq for record in BriefRecords(run).since(0)] == list(range(300))
