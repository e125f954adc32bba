"""Sessions of Gemini CLI, in both ways that its versions write them."""

from __future__ import annotations

import json
from pathlib import Path

from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    AgentStarted,
    ConversationRewound,
    ModelResponse,
    Note,
    SessionImported,
    Unmapped,
    UserMessage,
)
from app.trajectory.formats.opening import opened
from tests.trajectory.formats.reading import DATA
from tests.trajectory.formats.records import finished, of, read

SESSION = DATA / "gemini" / "session.json"
LINES = DATA / "gemini" / "session.jsonl"


def test_a_session_says_what_it_is_about() -> None:
    reading, records = read(SESSION)
    assert (reading.format, reading.variant) == ("gemini", "")
    event = records[0].event
    assert isinstance(event, SessionImported)
    assert (event.program, event.session, event.workspace) == ("Gemini CLI", "s-1", "/home/me/greeting")
    assert (event.title, event.model) == ("Greet the world …", "gemini-2.5-flash")
    assert event.facts["projectHash"] == "p-1"


def test_an_answer_has_its_thoughts_words_calls_and_tokens() -> None:
    answer = of(ModelResponse, read(SESSION)[1])[0]
    thought, words, *calls = answer.blocks
    assert (thought, words) == (Thinking("Plan\nTwo calls."), Text("I look and write at once."))
    assert [call.name for call in calls if isinstance(call, ToolCall)] == ["run_shell_command", "write_file"]
    assert answer.usage == Usage(input_tokens=1000, output_tokens=60, cache_read_tokens=200)
    assert answer.stop == "tools"


def test_results_come_in_the_order_that_they_came_in_with_how_long_they_took_and_what_they_changed() -> None:
    records = read(SESSION)[1]
    results = finished(records)
    assert list(results) == ["c2", "c1", "c3", "c4"]
    assert [result.duration for result in results.values()] == [0.25, 1.5, 0.1, 5.0]
    assert results["c2"].diff.endswith("+hello\n")
    assert (results["c1"].status, results["c1"].exit_code) == ("failed", 2)
    assert (results["c3"].status, results["c3"].content) == ("failed", "File not found: none")
    assert (results["c4"].status, results["c4"].diff) == ("interrupted", "")


def test_a_call_that_began_a_sub_agent_says_which() -> None:
    assert of(AgentStarted, read(SESSION)[1]) == [AgentStarted("investigator-1", "c5", "Look around")]


def test_an_image_has_a_label_and_what_has_no_event_stays_to_be_seen() -> None:
    reading, records = read(SESSION)
    assert of(UserMessage, records)[0].text == "Greet the world\nin a file\n[image: png, 72 B]"
    assert [(note.text, note.level) for note in of(Note, records)] == [
        ("Request cancelled.", "info"),
        ("[API Error: no capacity]", "error"),
    ]
    [left] = [record for record in records if isinstance(record.event, Unmapped)]
    assert "!pwd" in reading.source.raw(left.source)


def test_a_session_is_counted_as_it_is_written() -> None:
    counts = read(SESSION)[0].counts
    assert (counts.records, counts.assistant_messages, counts.user_messages) == (7, 3, 1)
    assert (counts.tool_calls, counts.tool_results, counts.tool_errors) == (5, 4, 1)
    assert (counts.tokens.input_tokens, counts.tokens.cache_read_tokens) == (2500, 1400)
    assert counts.models == {"gemini-2.5-flash", "gemini-2.5-pro"}
    assert counts.last == (1768076731.0, "2026-01-10T20:25:31.000Z")


def test_messages_of_a_document_are_as_many_as_there_are_though_they_share_an_id(tmp_path: Path) -> None:
    session = json.loads(SESSION.read_text())
    for message in session["messages"]:
        message["id"] = "same"
    path = tmp_path / "session.json"
    path.write_text(json.dumps(session))
    assert [record.event for record in read(path)[1]] == [record.event for record in read(SESSION)[1]]


def test_a_message_that_is_written_several_times_counts_once_as_it_was_last() -> None:
    reading, records = read(LINES)
    assert (reading.variant, reading.counts.assistant_messages, reading.counts.tool_calls) == ("jsonl", 2, 2)
    assert reading.counts.tokens.input_tokens == 1210
    assert len(of(ModelResponse, records)[0].blocks) == 4
    assert list(finished(records)) == ["c2", "c1"]


def test_what_was_taken_back_is_told() -> None:
    records = read(LINES)[1]
    kinds = [record.event.kind for record in records[-4:]]
    assert kinds == ["user.message", "conversation.rewound", "user.message", "model.response"]
    assert of(ConversationRewound, records) == [ConversationRewound(2, "No, take that back")]


def test_an_answer_is_shown_while_its_calls_still_run_and_they_follow_once(tmp_path: Path) -> None:
    path = tmp_path / "live.jsonl"
    written = LINES.read_text().splitlines(keepends=True)
    path.write_text("".join(written[:6]))
    added = iter(written[6:7])

    def follow() -> bool:
        line = next(added, "")
        with path.open("a") as stream:
            stream.write(line)
        return bool(line)

    records = opened(path, follow).records()
    assert [next(records).event.kind for _ in range(3)] == [
        "session.imported",
        "user.message",
        "model.response",
    ]
    assert [record.event.kind for record in records] == [
        "model.response",
        "tool.requested",
        "tool.requested",
        "tool.finished",
        "tool.finished",
    ]


def test_a_session_that_only_began_is_known(tmp_path: Path) -> None:
    path = tmp_path / "begun.jsonl"
    path.write_text(LINES.read_text().splitlines()[0])
    reading, records = read(path)
    assert (reading.format, reading.variant, len(records)) == ("gemini", "jsonl", 1)
