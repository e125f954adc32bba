"""A run in the Agent Trajectory Interchange Format, held against what the format allows."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.trajectory.content import ToolCall as Asked
from app.trajectory.content import Usage
from app.trajectory.events import (
    AgentStarted,
    CheckpointTaken,
    ContextCompacted,
    ModelResponse,
    Note,
    Record,
    SessionImported,
    SessionResumed,
    ToolFinished,
    UserMessage,
)
from app.trajectory.export.atif import atif
from app.trajectory.formats.opening import opened
from tests.trajectory.export.atif_model import Trajectory
from tests.trajectory.export.conftest import Recording, answer, asked, done


def written(records: Sequence[Record]) -> Trajectory:
    return Trajectory.model_validate_json(b"".join(atif(records)))


def test_messages_and_answers_are_steps_that_count_from_one(run: Sequence[Record]) -> None:
    trajectory = written(run)
    assert [(step.source, step.message) for step in trajectory.steps] == [
        ("system", "You are careful."),
        ("user", "Look around."),
        ("agent", "I look."),
        ("agent", "Somebody else should look."),
        ("system", "There are two files."),
        ("agent", "There are two files."),
    ]
    assert trajectory.steps[2].reasoning_content == "Where am I?"
    assert trajectory.steps[2].timestamp == "2023-11-14T22:13:24.000Z"


def test_results_stand_in_the_step_of_their_call(run: Sequence[Record]) -> None:
    observation = written(run).steps[2].observation
    assert observation is not None
    assert [(each.source_call_id, each.content, each.extra) for each in observation.results] == [
        ("c1", "a.py", {"status": "done", "duration": 0.25}),
        ("c2", "no such file", {"status": "failed", "exit_code": 1, "duration": 0.5}),
    ]


def test_prompt_tokens_include_those_of_the_cache(run: Sequence[Record]) -> None:
    metrics = written(run).steps[2].metrics
    assert metrics is not None
    assert (metrics.prompt_tokens, metrics.cached_tokens, metrics.completion_tokens) == (1_050, 900, 20)
    assert (metrics.cost_usd, metrics.extra) == (0.25, {"cache_creation_input_tokens": 50})


def test_the_total_cost_includes_sub_agents_and_the_total_tokens_do_not(run: Sequence[Record]) -> None:
    final = written(run).final_metrics
    assert final is not None
    assert (final.total_cost_usd, final.total_prompt_tokens) == (1.75, 3 * 1_050)


def test_a_sub_agent_is_a_trajectory_that_the_result_of_its_call_refers_to(run: Sequence[Record]) -> None:
    trajectory = written(run)
    [scout] = trajectory.subagent_trajectories or []
    assert [step.message for step in scout.steps] == ["Look everywhere", "Looking."]
    assert [reference.trajectory_id for reference in trajectory.references()] == [scout.trajectory_id]


def test_a_sub_agent_of_which_nothing_is_recorded_can_be_referred_to(recording: Recording) -> None:
    recording.tell(answer(1), asked(1, "c1"), AgentStarted("ghost", "c1"), done("c1"))
    trajectory = written(recording.records)
    assert [each.trajectory_id for each in trajectory.subagent_trajectories or ()] == ["ghost"]


def test_a_sub_agent_with_a_file_of_its_own_is_referred_to_by_that(recording: Recording) -> None:
    recording.tell(answer(1), asked(1, "c1"), AgentStarted("a", "c1", trajectory="sub.jsonl"), done("c1"))
    [reference] = written(recording.records).references()
    assert reference.trajectory_path == "sub.jsonl"


def test_who_wrote_an_imported_run_is_the_agent(recording: Recording) -> None:
    imported = SessionImported(
        "codex", program="codex_cli_rs", program_version="0.99", session="s", model="g"
    )
    resumed = SessionResumed("later", "", "", "", "")
    trajectory = written(recording.tell(imported, UserMessage("hi"), resumed).records)
    assert (trajectory.agent.name, trajectory.agent.version) == ("codex_cli_rs", "0.99")
    assert (trajectory.agent.model_name, trajectory.session_id) == ("g", "s")


def test_what_cannot_be_expressed_is_counted_in_the_notes(recording: Recording) -> None:
    checkpoint = CheckpointTaken(1, "abc", "after", 1, 1, 1)
    recording.tell(UserMessage("hi"), checkpoint, checkpoint)
    notes = written(recording.records).notes
    assert notes == "Events that this format has no word for, left out: 2 checkpoint.taken."


def test_times_that_are_not_known_are_left_out() -> None:
    assert written([Record(0, 0.0, UserMessage("hi"))]).steps[0].timestamp is None


def test_a_run_in_which_nothing_was_said_is_one_step_that_says_so() -> None:
    assert [step.message for step in written([]).steps] == ["No step was recorded."]


def test_calls_that_came_to_nothing_are_there_without_a_result(recording: Recording) -> None:
    recording.tell(answer(1, Asked("c1", "bash", {}, invalid="{oops")))
    [step] = written(recording.records).steps
    [call] = step.tool_calls or []
    assert call.extra == {"arguments_as_received": "{oops"}
    assert step.observation is None


def test_a_result_without_a_call_names_none(recording: Recording) -> None:
    recording.tell(ToolFinished("lost", "done", "found"))
    observation = written(recording.records).steps[0].observation
    assert observation is not None
    assert (observation.results[0].source_call_id, observation.results[0].content) == (None, "found")


def test_whatever_json_has_no_word_for_is_written_as_text(recording: Recording) -> None:
    deep: dict[str, object] = {}
    for _ in range(500):
        deep = {"x": deep}
    odd = {"half": "\ud800", "large": 10**30, "nan": float("nan"), "deep": deep}
    recording.tell(answer(1, Asked("c1", "bash", odd)))
    [call] = written(recording.records).steps[0].tool_calls or []
    assert (call.arguments["half"], call.arguments["large"]) == ("\\ud800", str(10**30))


def test_our_reader_of_such_files_finds_what_was_written(recording: Recording, tmp_path: Path) -> None:
    told = (
        UserMessage("the rules", synthetic=True),
        UserMessage("go on", steer=True),
        ToolFinished("c1", "timeout", "no end", 60.0, 124, diff="+a\n"),
        Note("the request failed", "error"),
        ContextCompacted("a summary", 900),
        AgentStarted("scout", "c2", "Look everywhere"),
    )
    recording.tell(SessionImported("claude", workspace="/work", title="A title"), *told[:2], answer(1))
    recording.tell(asked(1, "c1"), asked(1, "c2"), told[2], *told[5:], done("c2"), *told[3:5])
    path = tmp_path / "run.json"
    path.write_bytes(b"".join(atif(recording.records)))
    found = [record.event for record in opened(path).records()]
    assert [event for event in told if event not in found] == []
    [imported] = [event for event in found if isinstance(event, SessionImported)]
    assert (imported.title, imported.workspace) == ("A title", "/work")
    [response] = [event for event in found if isinstance(event, ModelResponse)]
    assert (response.usage, response.duration) == (Usage(100, 20, 900, 50), 1.5)


def test_the_models_of_harbor_accept_it(run: Sequence[Record]) -> None:
    try:
        models = importlib.import_module("harbor.models.trajectories")
    except ImportError:
        pytest.skip("the package harbor is not installed: its own models of the format judge nothing here")
    models.Trajectory.model_validate_json(b"".join(atif(run)))
