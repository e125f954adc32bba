"""The queue to the front end is bounded, and loses nothing that was recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.providers.contract import CallDelta, TextDelta, ThinkingDelta
from app.providers.retry import Quiet
from app.session.stream import EventQueue, EventStream
from app.settings.schema import RecorderSettings
from app.trajectory.events import Note, Record
from app.trajectory.recorder import Recorder


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


def test_a_front_end_that_falls_behind_gets_the_rest_from_the_file(recorder: Recorder) -> None:
    queue = EventQueue(recorder, limit=10)
    for number in range(100):
        queue.put(recorder.record(Note(str(number))))
    assert [item.seq for item in queue.take() if isinstance(item, Record)] == list(range(100))
    queue.put(recorder.record(Note("100")))
    assert [item.seq for item in queue.take() if isinstance(item, Record)] == [100]
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
