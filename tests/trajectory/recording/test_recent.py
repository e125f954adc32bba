"""How much memory events take is known closely enough, in a time that does not depend on them."""

from __future__ import annotations

import time
from sys import getsizeof

import pytest

from app.trajectory.codec import encode
from app.trajectory.content import Text, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import Event, ModelResponse, Note, Record, ToolRequested
from app.trajectory.recording.recent import RecentRecords, memory_of

LARGE = "x" * 10_000


def answer(*blocks: Text | ToolCall) -> ModelResponse:
    return ModelResponse(1, "p/m", blocks, "tools", Usage(), None, None, 1.0, 1)


@pytest.mark.parametrize(
    ("event", "size"),
    [
        (Note(LARGE), 10_000),
        (Note("ü" * 10_000 + "€"), 20_000),
        (answer(Text(LARGE), ToolCall("c", "bash", {"command": LARGE})), 20_000),
        (ToolRequested("c", 1, "x", {"a": {"b": [LARGE] * 5}, LARGE: 1}, Effects("t")), 60_000),
        (ToolRequested("c", 1, "x", {"a": [LARGE] * 5_000}, Effects("t")), 50_000_000),
        (Note("x"), 500),
    ],
    ids=["text", "wide text", "blocks", "nested", "a long list", "small"],
)
def test_the_size_of_an_event_is_about_what_it_takes(event: Event, size: int) -> None:
    assert size * 0.8 < memory_of(event) < size * 1.2 + 1_000


def test_an_endless_event_is_not_walked_through() -> None:
    wide: list[object] = [[[0] * 1000 for _ in range(100)] for _ in range(20)]
    event = ToolRequested("c", 1, "x", {"a": wide}, Effects("t"))
    begun = time.process_time()
    memory_of(event)
    assert time.process_time() - begun < 0.05


def records(count: int) -> list[Record]:
    return [Record(number, 0.0, Note(LARGE)) for number in range(count)]


def no_blobs(name: str) -> bytes:
    raise AssertionError(name)


def test_the_oldest_are_forgotten_first_and_none_too_early() -> None:
    recent = RecentRecords(0, no_blobs)
    given = records(20)
    for record in given:
        recent.add(record)
    assert recent.size == recent.pending > 20 * getsizeof(LARGE)
    recent.keep(recent.take(0, 20, 1 << 30), [encode(record) for record in given])
    assert recent.pending == 0
    recent.forget(before=5, size=0, count=100)
    assert recent.oldest == 5
    recent.forget(before=20, size=recent.size, count=10)
    assert (recent.oldest, len(recent)) == (10, 10)
    assert recent.newest(0, 20) == given[10:]
    assert recent.newest(12, 15) == given[12:15]
    assert recent.newest(0, 5) == []
    recent.forget(before=20, size=0, count=100)
    assert (len(recent), recent.size) == (0, 0)


def test_of_older_ones_only_lines_are_held_and_they_come_back_as_they_were() -> None:
    recent = RecentRecords(0, no_blobs)
    given = [Record(number, 0.0, Note(f"note {number}")) for number in range(2_000)]
    for record in given:
        recent.add(record)
    recent.keep(recent.take(0, 2_000, 1 << 30), [encode(record) for record in given])
    before = recent.size
    recent.forget(before=2_000, size=1 << 30, count=5_000)
    assert recent.size < before
    assert recent.newest(0, 2_000) == given
    kept = [recent.newest(number, number + 1)[0] is record for number, record in enumerate(given)]
    assert not any(kept[:1_000])
    assert all(kept[-100:])


def test_records_are_taken_up_to_a_size() -> None:
    recent = RecentRecords(7, no_blobs)
    for record in records(17)[7:]:
        recent.add(record)
    assert [record.seq for record, _ in recent.take(7, 17, 25_000)] == [7, 8, 9]
    assert [record.seq for record, _ in recent.take(7, 9, 1 << 30)] == [7, 8]
