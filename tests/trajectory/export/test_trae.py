"""A run as trae-agent writes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any  # values of JSON

import pytest

from app.trajectory.content import Text, Usage
from app.trajectory.events import (
    ModelResponse,
    Record,
    SessionStarted,
    TaskEnded,
    ToolFinished,
    UserMessage,
)
from app.trajectory.export.trae import trae
from app.trajectory.formats.opening import opened
from app.trajectory.summary import summary
from tests.trajectory.export.conftest import Recording, answer, asked, done


def written(records: Sequence[Record]) -> dict[str, Any]:
    document = json.loads(b"".join(trae(records)))
    assert isinstance(document, dict)
    return document


@pytest.fixture(autouse=True)
def _place_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import time

    monkeypatch.setenv("TZ", "UTC-02:00")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_it_has_what_trae_agent_writes(run: Sequence[Record]) -> None:
    document = written(run)
    assert set(document) == {
        *("task", "start_time", "end_time", "provider", "model", "max_steps", "llm_interactions"),
        *("agent_steps", "success", "final_result", "execution_time"),
    }
    assert (document["task"], document["provider"], document["model"]) == ("Look around.", "openai", "m-1")
    assert (document["success"], document["final_result"]) == (True, "There are two files.")


def test_times_are_those_of_the_place_without_a_zone(run: Sequence[Record]) -> None:
    document = written(run)
    assert (document["start_time"], document["execution_time"]) == ("2023-11-15T00:13:20", 22.0)
    assert document["llm_interactions"][0]["timestamp"] == "2023-11-15T00:13:24"


def test_an_interaction_has_what_the_model_was_told_since_the_last_one(run: Sequence[Record]) -> None:
    first, second, *_ = written(run)["llm_interactions"]
    assert first["input_messages"] == [
        {"role": "system", "content": "You are careful."},
        {"role": "user", "content": "Look around."},
    ]
    results = [message["tool_result"] for message in second["input_messages"]]
    assert results == [
        {"call_id": "c1", "success": True, "result": "a.py", "error": "", "id": None},
        {"call_id": "c2", "success": False, "result": "", "error": "no such file", "id": None},
    ]


def test_a_response_has_its_calls_and_its_tokens(run: Sequence[Record]) -> None:
    response = written(run)["llm_interactions"][0]["response"]
    assert response["tool_calls"] == [
        {"call_id": "c1", "name": "bash", "arguments": {"command": "ls"}, "id": None},
        {"call_id": "c2", "name": "bash", "arguments": {"command": "cat none"}, "id": None},
    ]
    assert (response["finish_reason"], response["content"]) == ("tool_calls", "I look.")
    assert response["usage"] == {
        "input_tokens": 1_000,
        "output_tokens": 20,
        "cache_creation_input_tokens": 50,
        "cache_read_input_tokens": 900,
        "reasoning_tokens": 0,
    }


def test_steps_and_interactions_go_together(run: Sequence[Record]) -> None:
    document = written(run)
    for interaction, step in zip(document["llm_interactions"], document["agent_steps"], strict=True):
        assert step["llm_response"] == interaction["response"]
        assert step["timestamp"] == interaction["timestamp"]
    assert [step["step_number"] for step in document["agent_steps"]] == [1, 2, 3, 4]
    assert document["agent_steps"][2]["agent"] == "scout"


def test_a_run_that_was_cut_off_has_no_end(recording: Recording) -> None:
    document = written(recording.tell(UserMessage("go"), answer(1, Text("I")), asked(1, "c1")).records)
    assert (document["end_time"], document["success"], document["execution_time"]) == ("", False, 0.0)
    assert document["agent_steps"][0]["tool_results"] is None


def test_our_reader_of_such_files_counts_what_was_written(run: Sequence[Record], tmp_path: Path) -> None:
    path = tmp_path / "trajectory.json"
    path.write_bytes(b"".join(trae(run)))
    found = summary(opened(path))
    assert (found["format"], found["problems"]) == ("trae", [])
    assert found["tool_calls_by_name"] == {"bash": 3, "task": 1}
    assert (found["assistant_messages"], found["tool_calls"]) == (4, 4)
    assert (found["tool_results"], found["tool_errors"]) == (4, 1)
    assert found["tokens"]["input_tokens"] == 4_000


@pytest.mark.parametrize("model", ["anthropic/m-1", "openai/m-1"])
def test_our_reader_of_such_files_takes_tokens_of_the_cache_for_what_they_are(
    recording: Recording, tmp_path: Path, model: str
) -> None:
    path = tmp_path / "trajectory.json"
    path.write_bytes(
        b"".join(trae(recording.tell(SessionStarted("s", "/w", model, "ask", "1"), answer(1)).records))
    )
    [response] = [r.event for r in opened(path).records() if isinstance(r.event, ModelResponse)]
    assert response.usage == Usage(100, 20, 900, 50)


def test_a_result_without_a_call_is_told_with_the_next_request(recording: Recording) -> None:
    recording.tell(ToolFinished("lost", "done", "found"), answer(1), TaskEnded("failed", 1), done("later"))
    document = written(recording.records)
    [message] = document["llm_interactions"][0]["input_messages"]
    assert message["tool_result"]["call_id"] == "lost"
    assert document["success"] is False
