"""Exports of opencode."""

from __future__ import annotations

import os
from pathlib import Path

from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    AgentStarted,
    ContextCompacted,
    ModelResponse,
    ModelRetry,
    Note,
    SessionImported,
    SystemMessage,
    ToolFinished,
    ToolRequested,
    Unmapped,
    UserMessage,
)
from tests.trajectory.formats.reading import DATA
from tests.trajectory.formats.records import finished, of, read

SESSION = DATA / "opencode" / "session.json"


def test_a_session_says_what_it_is_about_and_which_one_began_it() -> None:
    reading, records = read(SESSION)
    assert (reading.format, reading.variant) == ("opencode", "")
    event = records[0].event
    assert isinstance(event, SessionImported)
    assert (event.title, event.program_version, event.model) == ("Greet the world", "1.2.20", "gpt-5")
    assert (event.session, event.parent, event.workspace) == ("ses_1", "ses_0", "/home/me/greeting")


def test_what_a_person_said_stands_apart_from_what_the_program_added() -> None:
    records = read(SESSION)[1]
    assert of(SystemMessage, records) == [SystemMessage("You are a greeter.")]
    assert of(UserMessage, records) == [
        UserMessage("Greet the world"),
        UserMessage("Read AGENTS.md first", synthetic=True),
        UserMessage("[image: png, 72 B] shot.png"),
        UserMessage("Review the change", synthetic=True),
    ]


def test_an_answer_is_whole_when_its_first_call_begins() -> None:
    _, records = read(SESSION)
    [record] = [one for one in records if isinstance(one.event, ModelResponse) and one.event.turn == 1]
    answer = record.event
    assert isinstance(answer, ModelResponse)
    assert answer.blocks[:2] == (Thinking("Two at once"), Text("I look."))
    assert [block.id for block in answer.blocks if isinstance(block, ToolCall)] == [
        "REDACTED",
        "REDACTED-2",
        "c3",
    ]
    assert (record.ts, answer.duration, answer.cost) == (1772900002.5, 1.4, 0.02)
    assert answer.usage == Usage(90, 30, 5, 1)


def test_calls_at_once_overlap_in_time_and_calls_with_the_same_id_stay_apart() -> None:
    records = read(SESSION)[1]
    acts = [
        (record.event.call, round(record.ts - 1772900000, 3))
        for record in records
        if isinstance(record.event, ToolRequested | ToolFinished)
    ]
    assert acts[:6] == [
        ("REDACTED", 2.5),
        ("REDACTED-2", 2.6),
        ("c3", 2.65),
        ("c3", 2.66),
        ("REDACTED-2", 2.7),
        ("REDACTED", 9.5),
    ]


def test_a_result_says_what_came_of_its_call() -> None:
    results = finished(read(SESSION)[1])
    assert (results["REDACTED"].status, results["REDACTED"].exit_code) == ("failed", 2)
    assert results["REDACTED-2"].content == "a\n"
    assert results["c3"].diff.endswith("-x\n+y\n")
    assert (results["c5"].status, results["c6"].status) == ("interrupted", "denied")
    assert "c7" not in results


def test_a_task_begins_a_sub_agent_whose_session_is_named() -> None:
    assert of(AgentStarted, read(SESSION)[1]) == [AgentStarted("general ses_2", "c4", "Review it")]


def test_the_session_of_a_sub_agent_is_found_where_the_session_lies(tmp_path: Path) -> None:
    session = tmp_path / "session.json"
    session.write_bytes(SESSION.read_bytes())
    child = tmp_path / "whatever.json"
    child.write_text('{"info": {"id": "ses_2"}, "messages": []}')
    os.mkfifo(tmp_path / "pipe.json")
    assert of(AgentStarted, read(session)[1])[0].trajectory == str(child)
    assert read(child)[0].format == "opencode"


def test_a_message_of_several_steps_is_an_answer_for_each() -> None:
    answers = of(ModelResponse, read(SESSION)[1])
    assert [(answer.turn, answer.cost, answer.stop) for answer in answers[1:3]] == [
        (2, 0.01, "tools"),
        (3, 0.03, "end"),
    ]
    assert of(ModelRetry, read(SESSION)[1]) == [ModelRetry(3, 1, 1, 0.0, "overloaded")]


def test_an_answer_that_was_broken_off_and_a_summary_of_the_context_are_told() -> None:
    reading, records = read(SESSION)
    assert of(ModelResponse, records)[3].stop == "interrupted"
    assert of(Note, records) == [Note("The operation was aborted.", "error")]
    assert of(ContextCompacted, records) == [ContextCompacted("The world was greeted.")]
    left = [record for record in records if isinstance(record.event, Unmapped)]
    assert [event.type for event in of(Unmapped, records)] == ["patch", "compaction"]
    assert '"hash": "h"' in reading.source.raw(left[0].source)


def test_a_session_is_counted_as_it_is_written() -> None:
    counts = read(SESSION)[0].counts
    assert (counts.records, counts.assistant_messages, counts.user_messages) == (6, 4, 2)
    assert (counts.tool_calls, counts.tool_results, counts.tool_errors) == (7, 6, 2)
    assert (counts.tokens.input_tokens, counts.tokens.reasoning_tokens) == (125, 10)
    assert (counts.first, counts.last) == ((1772900001.0, 1772900001000), (1772900042.0, 1772900042000))
