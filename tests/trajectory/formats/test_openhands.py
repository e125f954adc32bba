"""Sessions of OpenHands: both kinds of events, in all files and folders that hold them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.trajectory.content import Text, Thinking, Usage
from app.trajectory.events import (
    AgentStarted,
    ContextCompacted,
    ModelResponse,
    Note,
    Record,
    SessionImported,
    SystemMessage,
    ToolFinished,
    ToolRequested,
    Unmapped,
    UserMessage,
)
from app.trajectory.formats.opening import opened
from tests.trajectory.formats.reading import DATA
from tests.trajectory.formats.records import finished, of, read

FOLDER = DATA / "openhands"
OLD, OLD_STORE, RUNS = FOLDER / "v0-list.json", FOLDER / "v0-store", FOLDER / "output.jsonl"
CONVERSATION, LIST, LINES = FOLDER / "v1-conversation", FOLDER / "v1-list.json", FOLDER / "events.jsonl"


@pytest.mark.parametrize(
    ("path", "variant", "title"),
    [
        (OLD, "list", "Build it …"),
        (OLD_STORE, "v0-dir", "Build it …"),
        (RUNS, "output.jsonl", "Fix it"),
        (CONVERSATION, "v1-dir", "Echo hello …"),
        (LIST, "list", "Echo hello …"),
        (LINES, "events.jsonl", "Echo hello …"),
    ],
)
def test_it_is_known_by_its_events_wherever_they_stand(path: Path, variant: str, title: str) -> None:
    reading, records = read(path)
    assert (reading.format, reading.variant, reading.source.problems) == ("openhands", variant, [])
    event = records[0].event
    assert isinstance(event, SessionImported)
    assert (event.program, event.variant, event.title) == ("OpenHands", variant, title)
    for record in records[1:]:
        assert reading.source.raw(record.source)


def test_a_conversation_says_where_it_worked_and_with_which_model() -> None:
    event = read(CONVERSATION)[1][0].event
    assert isinstance(event, SessionImported)
    assert (event.session, event.workspace, event.model) == ("conv-1", "/w", "claude-sonnet-4")


class TestActionsAndObservations:
    def test_what_the_program_added_to_the_task_stands_apart_from_it(self) -> None:
        records = read(OLD)[1]
        assert of(SystemMessage, records) == [SystemMessage("You are OpenHands.")]
        task, added = of(UserMessage, records)
        assert task.text.endswith("[image: png, 72 B]")
        assert added == UserMessage("Use make.\n\nCommit often.", synthetic=True)

    def test_calls_of_one_answer_belong_together_though_each_follows_the_result_of_the_one_before(
        self,
    ) -> None:
        records = read(OLD)[1]
        answer = of(ModelResponse, records)[0]
        assert answer.blocks[:2] == (Thinking("Build, then write."), Text("Both at once."))
        assert [getattr(block, "id", "") for block in answer.blocks[2:]] == ["t1", "t2"]
        assert answer.usage == Usage(500, 50, 300, 200)
        kinds = [
            (record.event.kind, record.event.turn) for record in records if hasattr(record.event, "turn")
        ]
        assert kinds[:3] == [("model.response", 1), ("tool.requested", 1), ("tool.requested", 1)]
        assert answer.duration == 3.0

    def test_a_result_has_its_exit_code_its_diff_and_how_long_it_took(self) -> None:
        results = finished(read(OLD)[1])
        assert (results["t1"].status, results["t1"].exit_code, results["t1"].duration) == ("failed", 2, 2.0)
        assert results["t2"].diff.startswith("--- /w/a")
        assert results["t2"].content == "File created successfully at: /w/a"
        assert results["t4"].content == "a page\n[image: png, 72 B]"
        assert "t5" not in results

    def test_what_happens_between_a_task_and_its_result_happens_to_the_sub_agent(self) -> None:
        records = read(OLD)[1]
        assert of(AgentStarted, records) == [AgentStarted("BrowsingAgent", "t3", "Look it up")]
        assert [record.event.kind for record in records if record.agent == "BrowsingAgent"] == [
            "model.response",
            "tool.requested",
            "tool.finished",
        ]

    def test_the_price_of_an_answer_is_the_difference_of_the_totals(self) -> None:
        costs = [answer.cost for answer in of(ModelResponse, read(OLD)[1])]
        assert costs == [0.01, pytest.approx(0.02), None, None, None]

    def test_errors_without_a_call_and_summaries_are_told(self) -> None:
        records = read(OLD)[1]
        assert of(Note, records) == [Note("Parameter 'command' is missing", "error")]
        assert of(ContextCompacted, records) == [ContextCompacted("So far: built.")]

    def test_they_are_counted_by_what_the_model_asked_for(self) -> None:
        counts = read(OLD)[0].counts
        assert (counts.records, counts.assistant_messages, counts.user_messages) == (17, 1, 1)
        assert (counts.tool_calls, counts.tool_results, counts.tool_errors) == (5, 4, 1)
        assert (counts.tokens.input_tokens, counts.tokens.cost_usd) == (3000, 0.03)
        assert counts.calls_by_name["str_replace_editor"] == 1

    def test_actions_that_say_nothing_of_a_model_count_where_none_does(self) -> None:
        counts = read(OLD_STORE)[0].counts
        assert (counts.tool_calls, counts.tool_results, counts.calls_by_name) == (1, 1, {"run": 1})


class TestSeveralRuns:
    def test_each_begins_with_a_heading_and_is_an_agent_of_its_own(self) -> None:
        records = read(RUNS)[1]
        assert [(event.name, event.title) for event in of(AgentStarted, records)] == [
            ("first", "Fix it"),
            ("second", "Fix that"),
            ("run 3", "Third issue"),
            ("fourth", "Never began"),
        ]
        assert {record.agent for record in records[1:]} == {"first", "second", "run 3", "fourth"}

    def test_the_same_id_in_two_runs_is_two_calls(self) -> None:
        records = read(RUNS)[1]
        assert [(event.call, event.effects.title) for event in of(ToolRequested, records)][:2] == [
            ("t1", "ls"),
            ("t1-2", "pwd"),
        ]
        assert list(finished(records)) == ["t1-2", "action 1"]

    def test_a_run_ends_with_what_it_came_to(self) -> None:
        notes = [(record.agent, record.event) for record in read(RUNS)[1] if isinstance(record.event, Note)]
        assert notes == [
            ("first", Note("Result:\ndiff --git a/x b/x")),
            ("second", Note("Agent reached maximum iteration", "error")),
            ("fourth", Note("timeout", "error")),
        ]

    def test_a_record_of_a_run_is_found_inside_of_its_line(self) -> None:
        reading, records = read(RUNS)
        [result] = [record for record in records if getattr(record.event, "call", "") == "t1-2"][-1:]
        assert result.source.endswith("#/history/2")
        assert '"observation": "run"' in reading.source.raw(result.source)


class TestEventsOfKinds:
    def test_calls_of_one_response_are_one_answer(self) -> None:
        records = read(CONVERSATION)[1]
        answer = of(ModelResponse, records)[0]
        assert answer.blocks[:2] == (Thinking("Two.", "s"), Text("Both at once."))
        assert len(answer.blocks) == 4
        assert [(one.call, one.turn) for one in of(ToolRequested, records)][:3] == [
            ("k1", 1),
            ("k2", 1),
            ("k3", 2),
        ]

    def test_results_say_what_came_of_them(self) -> None:
        results = finished(read(CONVERSATION)[1])
        assert [(one.call, one.status) for one in results.values()] == [
            ("k2", "done"),
            ("k1", "done"),
            ("k3", "failed"),
            ("k4", "done"),
            ("k5", "denied"),
        ]
        assert results["k1"].duration == 3.0
        assert (results["k3"].content, results["k3"].exit_code) == ("", 1)
        assert results["k4"].content == "a page\n[image: png, 72 B]"
        assert results["k5"].content == "Not that one"

    def test_summaries_pauses_and_sub_agents_are_told_and_the_rest_stays_to_be_seen(self) -> None:
        records = read(CONVERSATION)[1]
        assert of(ContextCompacted, records) == [ContextCompacted("So far: echoed.")]
        assert of(Note, records) == [Note("The person paused the agent.")]
        assert of(AgentStarted, records) == [AgentStarted("scout", "k6", "Look around")]
        assert [event.type for event in of(Unmapped, records)] == ["HookExecutionEvent"]

    def test_events_are_counted_by_their_kinds(self) -> None:
        counts = read(CONVERSATION)[0].counts
        assert (counts.records, counts.assistant_messages, counts.user_messages) == (17, 1, 1)
        assert (counts.tool_calls, counts.tool_results, counts.tool_errors) == (6, 5, 1)

    def test_streamed_states_and_copies_of_results_are_left_out(self) -> None:
        reading, records = read(LINES)
        assert reading.counts.records == 17
        assert [record.event.kind for record in records[5:]] == [
            "model.response",
            "tool.requested",
            "tool.finished",
            "model.response",
            "tool.requested",
            "tool.finished",
            "unmapped",
            "unmapped",
            "note",
            "model.response",
        ]
        assert of(Note, records)[1].text == "The agent stopped with an error."

    def test_a_second_result_does_not_answer_a_call_again(self) -> None:
        records = read(LINES)[1]
        assert finished(records)["n2"].content == "Path escapes the workspace"
        assert of(Unmapped, records)[0] == Unmapped("tool result", "again")

    def test_an_error_that_is_the_answer_to_no_call_is_told(self, tmp_path: Path) -> None:
        path = tmp_path / "events.jsonl"
        path.write_text("".join(LINES.read_text().splitlines(keepends=True)[12:]))
        records = read(path)[1]
        assert of(Note, records)[0] == Note("Path escapes the workspace", "error")
        assert not finished(records)

    def test_calls_that_may_still_grow_are_shown_as_soon_as_nothing_more_comes(self, tmp_path: Path) -> None:
        path = tmp_path / "events.jsonl"
        path.write_text("".join(LINES.read_text().splitlines(keepends=True)[:8]))
        seen: list[Record] = []
        waited: list[int] = []

        def follow() -> bool:
            waited.append(len(seen))
            return False

        for record in opened(path, follow).records():
            seen.append(record)
        assert waited == [len(seen)]
        assert isinstance(seen[-1].event, ToolRequested)


def test_a_folder_without_events_is_not_one(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text('{"a": 1}')
    with pytest.raises(Exception, match="cannot open"):
        read(tmp_path)


def test_no_result_is_without_its_call() -> None:
    for path in (OLD, OLD_STORE, RUNS, CONVERSATION, LIST, LINES):
        records = read(path)[1]
        asked = {event.call for event in of(ToolRequested, records)}
        assert {event.call for event in of(ToolFinished, records)} <= asked
