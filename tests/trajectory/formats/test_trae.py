"""Trajectories of trae-agent."""

from __future__ import annotations

import json
from pathlib import Path

from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.events import (
    ModelResponse,
    Note,
    SessionImported,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    UserMessage,
)
from tests.trajectory.formats.reading import Run


def test_a_run_is_told_from_its_task_to_its_end() -> None:
    run = Run("trae/python.json")
    imported = run.first(SessionImported)
    assert (imported.format, imported.variant, imported.program) == ("trae", "python", "trae-agent")
    assert (imported.model, imported.title) == ("qwen", "Rename the function …")
    assert imported.facts == {
        "provider": "openrouter",
        "max_steps": 20,
        "success": True,
        "execution_time": 30.0,
        "final_result": "Done.",
    }
    assert run.kinds[:4] == ["session.imported", "system.message", "user.message", "model.response"]
    assert run.records[-1].event == TaskEnded("done", 2)


def test_an_answer_has_its_thoughts_words_and_calls() -> None:
    answer = Run("trae/python.json").first(ModelResponse)
    thought, words, *calls = answer.blocks
    assert thought == Thinking("First the file.")
    assert words == Text("I rename it and list the folder.")
    assert [(call.id, call.name) for call in calls if isinstance(call, ToolCall)] == [
        ("c1", "str_replace_based_edit_tool"),
        ("c2", "bash"),
    ]
    assert (answer.usage, answer.duration, answer.stop) == (Usage(60, 20, 40, 0), 5.0, "tools")


def test_results_find_their_calls_in_whatever_order_they_came() -> None:
    run = Run("trae/python.json")
    failed, edited = run.all(ToolFinished)
    assert (failed.call, failed.status, failed.content) == ("c2", "failed", "no such folder")
    assert (edited.call, edited.status) == ("c1", "done")
    assert "-def one\n+def two\n" in edited.diff
    assert json.loads(run.raw(ToolFinished))["error"] == "no such folder"


def test_a_call_that_only_an_interaction_tells_of_has_no_result() -> None:
    run = Run("trae/python.json")
    assert [event.call for event in run.all(ToolRequested)] == ["c1", "c2", "c3"]
    assert {event.call for event in run.all(ToolFinished)} == {"c1", "c2"}
    assert (run.counts.tool_calls, run.counts.tool_results, run.counts.tool_errors) == (3, 2, 1)


def test_what_the_program_says_between_is_not_said_by_a_person() -> None:
    run = Run("trae/python.json")
    task, reminder = run.all(UserMessage)
    assert not task.synthetic
    assert reminder == UserMessage("ERROR! You did not mark the task as done.", synthetic=True)
    assert run.all(Note) == [Note("The folder is missing."), Note("renamed a function")]


def test_a_run_that_was_killed_has_no_end() -> None:
    run = Run("trae/killed.json")
    assert run.kinds == ["session.imported", "user.message", "note"]
    assert run.first(Note) == Note("no quota", "error")
    assert run.counts.tokens.input_tokens is None


def test_a_log_that_repeats_the_whole_chat_is_shown_once() -> None:
    run = Run("trae/repeating.json")
    assert [event.text for event in run.all(UserMessage)] == ["say hi", "go on"]
    assert run.first(ModelResponse).usage == Usage(9, 2, 7, 3)
    assert run.first(TaskEnded).error == "Task execution exceeded maximum steps without completion."


def test_a_reminder_that_comes_twice_is_shown_twice(tmp_path: Path) -> None:
    asked = {"input_messages": [{"role": "user", "content": "call task_done"}], "response": {"content": "ok"}}
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"llm_interactions": [asked, asked]}))
    assert len(Run(path).all(UserMessage)) == 2


def test_the_port_to_rust_is_read_too() -> None:
    run = Run("trae/rust.json")
    assert run.first(SessionImported).variant == "rust"
    assert [event.call for event in run.all(ToolFinished)] == ["r1"]
    assert run.first(Note) == Note("the server hung up", "error")
    assert run.records[1].ts == 1767348000.857286
    assert run.counts.first == (1767348000.0, "1767348000")
    assert run.counts.tokens.input_tokens is None
