"""What Claude Code prints as stream-json."""

from __future__ import annotations

import json
from pathlib import Path

from app.trajectory.content import Usage
from app.trajectory.events import (
    AgentStarted,
    ContextCompacted,
    ModelResponse,
    ModelRetry,
    Note,
    SessionEnded,
    SessionImported,
    SessionResumed,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    Unmapped,
    UserMessage,
)
from tests.trajectory.formats.lines import line, read_as_it_grows, written
from tests.trajectory.formats.reading import DATA, Run

RUNS = "claude_stream/two-runs.jsonl"


def test_it_begins_with_the_first_run() -> None:
    assert Run(RUNS).records[0].event == SessionImported(
        "claude_stream",
        program="Claude Code",
        program_version="2.1.0",
        session="run1",
        workspace="/work/shop",
        model="claude-opus-4-8",
        facts={"permission_mode": "default", "tools": ["Bash", "Task"]},
    )


def test_a_further_run_resumes_and_each_ends_with_its_cost() -> None:
    run = Run(RUNS)
    assert run.all(SessionResumed) == [
        SessionResumed("run2", "/work/shop", "claude-opus-4-8", "default", "2.1.0")
    ]
    assert run.all(TaskEnded) == [TaskEnded("done", 3), TaskEnded("max_turns", 1)]
    assert run.all(SessionEnded) == [
        SessionEnded(Usage(17, 40, 5, 6), 0.25),
        SessionEnded(Usage(1, 1, 0, 0), 0.5),
    ]
    assert run.counts.tokens.cost_usd == 0.75


def test_the_parts_of_a_message_are_one_answer_and_partial_ones_do_not_count() -> None:
    run = Run(RUNS)
    assert run.counts.assistant_messages == len(run.all(ModelResponse)) == 5
    assert run.first(ModelResponse).usage == Usage(10, 1, 5, 6)
    assert run.first(Unmapped) == Unmapped("stream_event", "index 0, I ask")


def test_what_happened_in_a_sub_agent_bears_its_name() -> None:
    run = Run(RUNS)
    assert run.all(AgentStarted) == [AgentStarted("agent-1", "toolu_1", "Count files")]
    within = [record.event for record in run.records if record.agent == "agent-1"]
    assert [type(event) for event in within] == [UserMessage, ModelResponse, ToolRequested, ToolFinished]
    assert within[0] == UserMessage("Count them.", synthetic=True)


def test_what_the_person_did_not_permit_is_denied() -> None:
    run = Run(RUNS)
    assert [event.status for event in run.all(ToolFinished)] == ["done", "done", "denied"]
    assert run.counts.tool_errors == 1
    assert run.all(Note) == [Note("Not permitted: Bash", "warning")]


def test_a_compaction_tells_how_much_there_was() -> None:
    assert Run(RUNS).all(ContextCompacted) == [ContextCompacted("", 900)]


def test_a_run_that_was_killed_leaves_its_last_call_open() -> None:
    run = Run(RUNS)
    answered = {event.call for event in run.all(ToolFinished)}
    assert [event.call for event in run.all(ToolRequested) if event.call not in answered] == ["toolu_4"]


def test_a_failed_run_tells_why(tmp_path: Path) -> None:
    begun = {"type": "system", "subtype": "init", "session_id": "s", "model": "m"}
    retry = {"type": "system", "subtype": "api_retry", "attempt": 2, "max_retries": 5, "retry_delay_ms": 500}
    failed = {
        "type": "result",
        "subtype": "error_during_execution",
        "is_error": True,
        "errors": ["no network"],
    }
    run = Run(
        written(tmp_path / "o.jsonl", begun, {**retry, "error": "rate_limit", "error_status": 429}, failed)
    )
    assert run.all(ModelRetry) == [ModelRetry(1, 2, 5, 0.5, "429 rate_limit")]
    assert run.all(TaskEnded) == [TaskEnded("failed", 0, "no network")]


def test_an_array_of_the_same_records_reads_the_same(tmp_path: Path) -> None:
    lines = (DATA / RUNS).read_text().splitlines()
    array = tmp_path / "o.json"
    array.write_text(json.dumps([json.loads(line) for line in lines], indent=1))
    one, other = Run(RUNS), Run(array)
    assert [record.event for record in one.records] == [record.event for record in other.records]
    assert one.counts == other.counts
    assert json.loads(other.raw(ToolRequested))["message"]["id"] == "msg_1"


def test_a_stream_that_grows_gives_out_each_record_at_once(tmp_path: Path) -> None:
    pieces = [line(json.loads(record)) for record in (DATA / RUNS).read_text().splitlines()[:4]]
    given = read_as_it_grows(tmp_path / "o.jsonl", *pieces)
    kinds = [[type(event) for event in events] for events in given]
    assert kinds == [[SessionImported], [Unmapped], [ModelResponse], [ModelResponse, ToolRequested]]
