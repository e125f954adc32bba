"""Trajectories of mini-swe-agent."""

from __future__ import annotations

from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    ModelResponse,
    SessionImported,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    Unmapped,
    UserMessage,
)
from tests.trajectory.formats.reading import Run


def test_the_oldest_files_are_but_a_list_of_messages() -> None:
    run = Run("mini_swe_agent/list.json")
    imported = run.first(SessionImported)
    assert (imported.format, imported.variant, imported.title) == ("mini", "list", "The colon is missing …")
    assert run.first(ToolRequested).arguments == {"command": "cat a.py"}
    finished = run.first(ToolFinished)
    assert (finished.call, finished.status, finished.exit_code) == ("step-1-1", "failed", 1)
    assert run.counts.tool_calls == 0


def test_a_block_of_the_answer_is_a_call_if_there_is_but_one() -> None:
    run = Run("mini_swe_agent/v1.traj.json")
    assert [event.arguments["command"] for event in run.all(ToolRequested)] == [
        "ls -R",
        "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT",
    ]
    task, reminder = run.all(UserMessage)
    assert not task.synthetic
    assert reminder.synthetic
    assert (run.counts.tool_calls, run.counts.tool_results) == (2, 1)


def test_what_is_submitted_at_the_end_is_the_output_of_the_command_that_submits_it() -> None:
    run = Run("mini_swe_agent/v1.traj.json")
    submitted = run.all(ToolFinished)[-1]
    assert submitted.call == run.all(ToolRequested)[-1].call
    assert (submitted.status, submitted.content) == ("done", "diff --git a/a.py b/a.py")


def test_thoughts_tokens_and_cost_are_those_of_the_response_beside_it() -> None:
    run = Run("mini_swe_agent/v1.traj.json")
    answer = run.first(ModelResponse)
    assert answer.blocks[0] == Thinking("I think about it.")
    assert (answer.usage, answer.cost) == (Usage(40, 30, 60, 0), 0.5)
    assert run.counts.tokens.cost_usd == 0.75
    assert run.counts.tokens.reasoning_tokens == 10
    assert run.records[3].ts == 1763511545


def test_calls_with_ids_are_answered_in_whatever_order() -> None:
    run = Run("mini_swe_agent/v2.traj.json")
    first, second = run.all(ModelResponse)
    assert first.blocks == (
        Thinking("Two at once."),
        ToolCall("t1", "bash", {"command": "ls"}),
        ToolCall("t2", "bash", {"command": "false"}),
    )
    assert first.usage == Usage(20, 20, 50, 30)
    finished = [
        (event.call, event.status, event.exit_code, event.duration) for event in run.all(ToolFinished)
    ]
    assert finished == [("t2", "failed", 1, 1.0), ("t1", "done", 0, 0.5), ("t3", "failed", -1, 0.5)]
    assert second.blocks == (Text("One file."), ToolCall("t3", "bash", {"command": "echo done"}))
    assert run.counts.first == (1767348001.5, 1767348001.5)


def test_a_run_that_died_before_any_answer_says_why() -> None:
    run = Run("mini_swe_agent/died.traj.json")
    assert run.first(SessionImported).facts["exception_str"] == "timed out after 600 seconds"
    assert run.first(Unmapped) == Unmapped("exit", "timed out after 600 seconds")
    assert run.first(TaskEnded) == TaskEnded("failed", 0, "Timeout")
