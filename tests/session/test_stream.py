"""The queue to the front end is bounded, and loses nothing that was recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.providers.contract import CallDelta, TextDelta, ThinkingDelta
from app.providers.retry import Quiet
from app.session.stream import EventQueue, EventStream
from app.settings.schema import RecorderSettings
from app.trajectory.events import Note, Record
from app.trajectory.recording.recorder import Recorder


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path / "t.jsonl", RecorderSettings())


def test_text_that_was_not_taken_is_joined_in_order(recorder: Recorder) -> None:
    stream = EventStream(recorder)
    for item in (
        ThinkingDelta("a"),
        ThinkingDelta("b"),
        TextDelta("c"),
        TextDelta("d"),
        Quiet(1),
        Quiet(2),
        TextDelta("e"),
        CallDelta(0, "bash", "abc"),
        CallDelta(0, "", "defg"),
        CallDelta(1, "", "hijkl"),
    ):
        stream.show(item)
    assert stream.queue.take() == [
        ThinkingDelta("ab"),
        TextDelta("cd"),
        Quiet(2),
        TextDelta("e"),
        CallDelta(0, "bash", "abcdefg"),
        CallDelta(1, "", "hijkl"),
    ]
    assert stream.queue.take() == []
    recorder.close()


def test_what_is_live_comes_between_the_records_it_came_between(recorder: Recorder) -> None:
    stream = EventStream(recorder)
    stream.show(TextDelta("a"))
    stream.show(TextDelta("b"))
    stream.emit(Note("0"))
    stream.show(TextDelta("c"))
    stream.emit(Note("1"))
    stream.show(TextDelta("d"))
    taken = stream.queue.take()
    assert [item.seq if isinstance(item, Record) else item for item in taken] == [
        TextDelta("ab"), 0, TextDelta("c"), 1, TextDelta("d"),
    ]  # fmt: skip
    recorder.close()


def test_a_front_end_that_falls_behind_gets_what_left_memory_from_the_file_part_by_part(
    tmp_path: Path,
) -> None:
    settings = RecorderSettings(memory_events=100)
    recorder = Recorder(tmp_path / "t.jsonl", settings)
    queue = EventQueue(recorder, part=150)
    for number in range(1000):
        queue.put(recorder.record(Note(str(number))))
        if number == 500:
            queue.put(TextDelta("live"))
    recorder.flush().result(5)
    assert recorder.oldest == 900
    parts = []
    while part := queue.take():
        parts.append(part)
    taken = [item for part in parts for item in part]
    assert max(map(len, parts)) <= 151
    assert [item.seq for item in taken if isinstance(item, Record)] == list(range(1000))
    assert taken.index(TextDelta("live")) == 501
    queue.put(recorder.record(Note("1000")))
    assert [item.seq for item in queue.take() if isinstance(item, Record)] == [1000]
    recorder.close()


def test_records_that_memory_holds_as_lines_come_part_by_part_too(recorder: Recorder) -> None:
    queue = EventQueue(recorder, part=100)
    for number in range(2000):
        queue.put(recorder.record(Note(str(number))))
    recorder.flush().result(5)
    assert recorder.oldest == 0 < recorder.at_hand
    assert len(queue.take()) == 100
    queue.close()
    assert len(queue.take()) == 1900, "nobody is kept waiting any more"
    recorder.close()


def test_a_queue_begins_with_what_comes_after_it(recorder: Recorder) -> None:
    recorder.record(Note("earlier"))
    queue = EventQueue(recorder)
    assert queue.take() == []
    record = recorder.record(Note("later"))
    queue.put(record)
    assert queue.take() == [record]
    recorder.close()


def test_a_flood_of_text_stays_one_item(recorder: Recorder) -> None:
    queue = EventQueue(recorder, limit=10)
    for _ in range(1000):
        queue.put(TextDelta("x"))
    assert queue.take() == [TextDelta("x" * 1000)]
    recorder.close()


def test_waiting_ends_when_something_comes_and_when_nothing_will(recorder: Recorder) -> None:
    queue = EventQueue(recorder)
    assert queue.wait(0)
    queue.put(TextDelta("x"))
    assert queue.wait()
    queue.take()
    queue.close()
    assert not queue.wait()
    recorder.close()
