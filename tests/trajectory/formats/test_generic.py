"""Files of no known format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.trajectory.content import Thinking, ToolCall
from app.trajectory.events import (
    ModelResponse,
    SessionImported,
    ToolFinished,
    Unmapped,
    UserMessage,
)
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.opening import opened
from tests.trajectory.formats.reading import Run


def test_messages_of_a_chat_are_found_wherever_they_are() -> None:
    run = Run("generic/steps.json")
    imported = run.first(SessionImported)
    assert (imported.format, imported.variant, imported.title) == ("generic", "json", "Say hello")
    assert run.first(ModelResponse).blocks[1] == ToolCall("c1", "bash", {"command": "ls"})
    assert run.first(ToolFinished).content == "a.py"
    assert run.counts.assistant_messages == 1


def test_a_chat_that_is_told_anew_at_each_step_is_shown_once() -> None:
    run = Run("generic/steps.json")
    assert [event.text for event in run.all(UserMessage)] == ["hello"]
    assert json.loads(run.raw(ModelResponse))["content"] == "I look"


def test_everything_else_is_a_row_with_its_place() -> None:
    run = Run("generic/steps.json")
    rows = [
        (record.event.type, record.source) for record in run.records if isinstance(record.event, Unmapped)
    ]
    assert rows == [
        ("agent_id", "/agent_id"),
        ("task", "/task"),
        ("steps", "/steps/0"),
        ("steps", "/steps/1"),
        ("steps", "/steps/2"),
        ("odd#/name~", "/odd#~1name~0"),
    ]
    assert json.loads(run.raw(Unmapped, 5)) == {"n": 1}


def test_lines_may_be_anything() -> None:
    run = Run("generic/mixed.jsonl")
    assert run.kinds == [
        "session.imported",
        "unmapped",
        "user.message",
        "model.response",
        "tool.requested",
        "tool.finished",
        "unmapped",
        "unmapped",
        "unmapped",
        "unmapped",
    ]
    assert run.first(ModelResponse).blocks[0] == Thinking("hm", "s")
    assert (run.first(ToolFinished).status, run.first(ToolFinished).content) == ("failed", "no")
    assert run.all(Unmapped)[2] == Unmapped("damaged line", "{torn")
    assert (run.counts.records, run.counts.bad_records) == (8, 1)


def test_any_text_is_shown_line_by_line() -> None:
    run = Run("generic/log.txt")
    assert run.all(Unmapped) == [Unmapped("line", "a plain log"), Unmapped("line", "with � bytes")]
    assert run.counts.assistant_messages is None


@pytest.mark.parametrize("data", [b"[]", b"{}", b"[1, [2], null]", b'{"a": [[[]]]}', b"{ this is no JSON"])
def test_next_to_nothing_is_shown_as_what_it_is(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "odd"
    path.write_bytes(data)
    run = Run(path)
    assert run.reading.format == "generic"
    assert all(isinstance(record.event, Unmapped) for record in run.records[1:])


@pytest.mark.parametrize(
    ("data", "why"), [(b"", "it is empty"), (b" \n\n", "it is empty"), (b"\x7fELF\0\0", "it is neither text")]
)
def test_what_is_empty_or_binary_is_refused_in_one_line(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "nothing"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=why) as refused:
        opened(path)
    assert "\n" not in str(refused.value)


def test_what_is_nested_without_end_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text('{"a":' * 600 + "1" + "}" * 600)
    assert len(Run(path).all(Unmapped)) == 1
