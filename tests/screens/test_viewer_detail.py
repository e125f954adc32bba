"""What is shown of an event, whole; and in a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import get_args

import pytest

from app.screens.viewer.detail import detail_of, in_plain_text, in_words
from app.screens.viewer.line import said_in_line
from app.trajectory import events
from app.trajectory.codec import KINDS
from app.trajectory.content import Block, Text, Thinking, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import Event, ModelResponse, Record, Status, ToolFinished, ToolRequested
from tests.screens.viewed import BEGAN, DIFF, STORY, edit

VALUES: Mapping[str, object] = {
    "str": "a text",
    "int": 3,
    "bool": True,
    "float": 1.5,
    "Usage": Usage(1, 2, 3, 4),
    "Effects": Effects("a title"),
    "Mapping[str, object]": {"name": ["a value"]},
    "tuple[Block, ...]": (Thinking(""), ToolCall("c", "bash", {}, "not JSON")),
}


def made(kind: type, empty: bool) -> Event:
    """An event of a kind: each of its fields has something in it, or as little as may be."""
    given = {}
    for field in fields(kind):
        if not empty or (field.default is MISSING and field.default_factory is MISSING):
            name = str(field.type).removesuffix(" | None")
            given[field.name] = VALUES.get(name, () if name.startswith("tuple") else "done")
    event = kind(**given)
    assert isinstance(event, Event)
    return event


@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_of_event_has_a_line_and_a_detail(kind: type, empty: bool) -> None:
    event = made(kind, empty)
    said = said_in_line(event, "bash")
    assert said.glyph
    assert said.name
    text = in_plain_text(detail_of(Record(3, BEGAN + 2, event, "explorer", "line 7"), BEGAN))
    for known in (
        f"event: 3 · {event.kind} · +2.0 s",
        "agent: explorer",
        "in the file: line 7",
        "2026-02-02",
    ):
        assert known in text
    texts = [value for field in fields(kind) if isinstance(value := getattr(event, field.name), str)]
    assert all(value in text or value in said.title for value in texts if value == "a text")


def test_a_call_and_its_answer_are_one_whichever_is_looked_at() -> None:
    request, answer = (Record(row, BEGAN, STORY[row][2]) for row in (6, 11))
    for record, other in ((request, answer), (answer, request)):
        detail = detail_of(record, BEGAN, other)
        assert detail.diff == DIFF
        assert {section.heading for section in detail.sections} == {"arguments", "result"}
        assert ("result", "done · 100 ms") in detail.facts


def test_an_edit_without_an_answer_shows_what_it_would_change() -> None:
    diff = detail_of(Record(0, 0.0, edit("c")), 0.0).diff
    assert "-a\n+b" in diff


def test_arguments_are_written_for_a_person() -> None:
    given = {"path": "a.py", "text": "one\ntwo\n", "count": 3, "options": {"deep": [True, None]}, "none": ""}
    assert in_words(given).splitlines() == [
        "path: a.py",
        "text:",
        "  one",
        "  two",
        "count: 3",
        "options: {",
        '  "deep": [',
        "    true,",
        "    null",
        "  ]",
        "}",
        "none: ",
    ]


def test_an_answer_is_said_by_its_words_or_else_its_thoughts_or_its_calls() -> None:
    def line(*blocks: Block) -> tuple[str, str]:
        said = said_in_line(ModelResponse(1, "m", blocks, "end", Usage(), None, None, 0.0, 1))
        return said.name, said.title

    call = ToolCall("c", "bash", {})
    assert line(Thinking("hm"), Text("\n  I will\nlook"), call) == ("model", "I will")
    assert line(Thinking("hm"), call) == ("thinks", "hm")
    assert line(call, call) == ("model", "bash, bash")
    assert line() == ("model", "")


def test_a_time_that_no_calendar_has_is_left_out() -> None:
    detail = detail_of(Record(0, 1e30, events.Note("x")), 0.0)
    assert "time" not in dict(detail.more)


def test_only_a_failed_or_denied_call_looks_like_one() -> None:
    for status in get_args(Status):
        role = said_in_line(ToolFinished("c", status, "")).role
        assert role == {"done": "done", "failed": "failed", "timeout": "failed"}.get(status, "denied")
    assert said_in_line(ToolRequested("c", 1, "bash", {"a": 1}, Effects(""))).title == '{"a":1}'


def test_an_answer_of_nothing_but_calls_says_what_they_do() -> None:
    calls = (ToolCall("a", "str_replace_based_edit_tool", {"command": "view"}), ToolCall("b", "bash", {}))
    assert (
        said_in_line(ModelResponse(1, "m", calls, "tools", Usage(), None, None, 0.0, 1)).title == "view, bash"
    )
