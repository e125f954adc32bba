"""A record survives the way to its line and back; a damaged line is found out."""

from __future__ import annotations

import dataclasses

import pytest

from app.trajectory import events
from app.trajectory.codec import KINDS, DamagedLineError, decode, encode
from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.review import HunkDecision

EVENTS: list[events.Event] = [
    events.SessionStarted("id", "/w", "p/m", "ask", "0.1.0"),
    events.SessionResumed("id", "/w", "p/m", "ask", "0.1.0"),
    events.SessionImported(
        "trae", "rust", "trae-agent", "0.1", "s", "p", "/w", "m", "say hi", {"max_steps": 5}
    ),
    events.SystemMessage("you are careful"),
    events.UserMessage("do it\n\u2028 ü", steer=True),
    events.ModelRequest(1, "p/m", 3, 7),
    events.ModelRetry(1, 2, 6, 1.5, "busy"),
    events.ModelResponse(
        1,
        "p/m",
        (Thinking("hm", "signature"), Text("[/red]"), ToolCall("c1", "bash", {"command": "ls"}, "")),
        "tools",
        Usage(1, 2, 3, 4),
        0.25,
        None,
        2.5,
        1,
    ),
    events.ToolRequested("c1", 1, "bash", {"command": "ls"}, Effects("ls", ("/a",), ("/b",), "ls"), ("c0",)),
    events.ApprovalAsked("c1", "mode ask", "+a\n-b", "bash: ls"),
    events.ApprovalAsked(
        "c1", "a rule", rules=("allow bash ls",), rule="ask bash ls", arguments={"command": "ls -l"}
    ),
    events.ApprovalAsked("c1", "the sandbox stopped it", blocked="no network", plan="# Plan"),
    events.ApprovalDecided("c1", False, "person", "mode ask", "once", "no"),
    events.ApprovalDecided(
        "c1",
        True,
        "person",
        "mode ask",
        "project",
        hunks=(HunkDecision(True, "x\n"),),
        rules=("allow bash ls",),
        rule="allow bash ls",
        arguments={"command": "ls -l"},
        effects=Effects("ls -l", ("/a",), command="ls -l", variables=("X",)),
        network=True,
    ),
    events.ToolStarted("c1", "/out", terminal=True),
    events.InputAwaited("c1", True),
    events.OutputCut("c1", "No space left on device"),
    events.JobStarted("job-1", "c1", "make serve", "/out"),
    events.JobKept("job-1", 4321),
    events.JobEnded("job-1", -15, 12.5, 300, 0.25, 1 << 20),
    events.CheckpointTaken(3, "0a1b", "after", 2, 10, 4, {"a.log": "ignored by .gitignore"}, 7),
    events.ConversationRewound(3, "do it"),
    events.ToolFinished("c1", "timeout", "text", 1.0, -9, "/out", 12, "diff"),
    events.ContextCompacted("we were at step 3", 120_000),
    events.AgentStarted("explorer", "c1", "find the test", "agent-1.jsonl"),
    events.Unmapped("file-history-snapshot", "2 files"),
    events.SettingsChanged({"approval.mode": "auto"}),
    events.Note("careful", "warning"),
    events.TaskEnded("max_turns", 3, "stopped"),
    events.SessionEnded(Usage(1, 1, 1, 1), None),
]


def test_there_is_an_example_of_every_kind() -> None:
    assert {event.kind for event in EVENTS} == set(KINDS)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_a_record_survives_the_way_there_and_back(event: events.Event) -> None:
    record = events.Record(7, 1_700_000_000.25, event)
    line = encode(record)
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert decode(line) == record


def test_a_record_keeps_its_agent_and_where_it_came_from() -> None:
    started = events.AgentStarted("explorer", "c1")
    record = events.Record(7, 0.0, started, "planner", "@120+45/message")
    assert decode(encode(record)) == record


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_a_torn_line_is_found_out_wherever_it_is_torn(event: events.Event) -> None:
    line = encode(events.Record(7, 0.0, event)).rstrip(b"\n")
    for length in range(len(line)):
        with pytest.raises(DamagedLineError):
            decode(line[:length])


def test_a_flipped_bit_is_found_out() -> None:
    line = encode(events.Record(7, 0.0, events.UserMessage("hello")))
    for position in range(len(line) - 1):
        for bit in range(8):
            damaged = bytearray(line)
            damaged[position] ^= 1 << bit
            try:
                record = decode(bytes(damaged))
            except DamagedLineError:
                continue
            assert record == decode(line), "only what means the same may pass"


def test_what_json_has_no_word_for_is_written_out() -> None:
    arguments = {"text": "lone \ud800 surrogate", "big": 2**70, 3: {"set"}}
    event = events.ToolRequested("c", 1, "x", arguments, Effects("\udfff"))  # type: ignore[arg-type]  # hostile
    record = decode(encode(events.Record(0, 0.0, event)))
    assert isinstance(record.event, events.ToolRequested)
    assert record.event.arguments == {
        "text": "lone \\ud800 surrogate",
        "big": str(2**70),
        "3": "{'set'}",
    }
    assert record.event.effects.title == "\\udfff"


def test_unknown_fields_of_a_later_version_are_passed_over() -> None:
    note = dataclasses.replace(events.Note("hello"))
    line = encode(events.Record(1, 0.0, note))
    body = line.replace(b'"text"', b'"more":1,"text"').rpartition(b',"crc":')[0]
    import zlib

    record = decode(body + b',"crc":%d}' % zlib.crc32(body))
    assert record.event == note
