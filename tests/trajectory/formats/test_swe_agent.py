"""Trajectories of SWE-agent."""

from __future__ import annotations

import json

from app.trajectory.content import Text, Thinking, ToolCall
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


def test_a_run_of_the_first_versions_has_a_call_for_each_action() -> None:
    run = Run("swe_agent/v0.traj")
    imported = run.first(SessionImported)
    assert (imported.variant, imported.session, imported.title) == ("v0", "swe_main", "The sum is wrong …")
    assert imported.facts["instance_cost"] == 0.25
    assert [(call.name, call.arguments) for call in run.all(ToolRequested)] == [
        ("open", {"command": "open a.py"}),
        ("submit", {"command": "submit"}),
    ]
    assert [event.content for event in run.all(ToolFinished)] == ["[File: a.py]\r\n1:\tx", ""]
    assert run.records[-1].event == TaskEnded("done", 2)


def test_a_demonstration_in_the_prompt_is_no_part_of_the_run() -> None:
    run = Run("swe_agent/v0.traj")
    assert run.all(Unmapped) == [
        Unmapped("demonstration", "Here is a demonstration"),
        Unmapped("demonstration", "demo answer"),
    ]
    assert len(run.all(UserMessage)) == 1
    assert (run.counts.assistant_messages, run.counts.user_messages) == (2, 2)


def test_calls_thoughts_and_ids_are_those_of_the_conversation() -> None:
    run = Run("swe_agent/v1.traj")
    first, useless, second, _ = run.all(ModelResponse)
    assert first.blocks == (
        Thinking("Where is it?", "sig"),
        Text("I look."),
        ToolCall("call_1", "str_replace_editor", {"command": "view", "path": "/w"}),
    )
    assert useless.blocks == (Text('bash{"command": "ls"}'),)
    assert second.blocks == (ToolCall("call_2", "bash", {"command": "cd /w && ls"}),)
    assert [(event.call, event.duration) for event in run.all(ToolFinished)] == [
        ("call_1", 0.5),
        ("call_2", 0.25),
    ]
    assert run.first(SessionImported).model == "deepseek/v3"


def test_a_useless_answer_is_followed_by_what_the_model_was_told_of_it() -> None:
    run = Run("swe_agent/v1.traj")
    task, reminder, end = run.all(UserMessage)
    assert not task.synthetic
    assert reminder == UserMessage("Your last output did not use any tool calls!", synthetic=True)
    assert end == UserMessage("Exited (autosubmitted)", synthetic=True)
    assert json.loads(run.raw(UserMessage, 1))["message_type"] == "user"
    assert run.first(TaskEnded) == TaskEnded("failed", 4, "submitted (exit_total_execution_time)")


def test_calls_are_counted_by_the_first_word_of_their_action() -> None:
    counts = Run("swe_agent/v1.traj").counts
    assert counts.calls_by_name == {"str_replace_editor": 1, "cd": 1}
    assert (counts.records, counts.tool_results, counts.tool_errors) == (4, 2, None)


def test_a_file_with_nothing_but_messages_is_a_demonstration() -> None:
    run = Run("swe_agent/demo.traj")
    assert run.first(SessionImported).variant == "demo"
    assert run.kinds[-3:] == ["model.response", "tool.requested", "tool.finished"]
    assert run.first(ToolFinished).content == "a.py"
