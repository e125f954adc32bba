"""`sawhorse trajectory show` and `stats`: a run as text, and what it comes to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.trajectory.codec import encode
from app.trajectory.content import Text, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    Event,
    ModelResponse,
    Record,
    SessionStarted,
    ToolFinished,
    ToolRequested,
    UserMessage,
)
from tests.cli.conftest import Sawhorse

EVENTS: tuple[Event, ...] = (
    SessionStarted("s-1", "/work", "openai/m-1", "auto", "1.2"),
    UserMessage("Look \x1b]0;evil\x07around."),
    ModelResponse(1, "m-1", (Text("I look."),), "tools", Usage(1_200, 20), 0.25, 0.1, 1.5, 1),
    ToolRequested("c1", 1, "bash", {"command": "ls"}, Effects("ls", command="ls")),
    ToolFinished("c1", "failed", "no such folder", 0.5, 2),
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a session."""
    folder = tmp_path / "s-1"
    folder.mkdir()
    lines = [encode(Record(number, 1_700_000_000.0 + number, event)) for number, event in enumerate(EVENTS)]
    (folder / "trajectory.jsonl").write_bytes(b"".join(lines))
    return folder


def test_a_run_is_shown_as_text(called: Sawhorse, run: Path) -> None:
    shown = called("trajectory", "show", str(run))
    assert shown.returncode == 0
    assert "#1 22:13:21 User\n    Look around.\n" in shown.stdout
    assert (
        "  #3 22:13:23 ✗ bash: ls  (failed, exit 2, 0.5 s)\n    error:\n      no such folder\n"
        in shown.stdout
    )
    assert "\x1b" not in shown.stdout


def test_a_part_of_a_run_is_shown_from_one_number_to_another(called: Sawhorse, run: Path) -> None:
    shown = called("trajectory", "show", str(run), "--from", "1", "--to", "2")
    assert [line for line in shown.stdout.splitlines() if line.startswith("#")] == [
        "#1 22:13:21 User",
        "#2 22:13:22 Assistant  (m-1, 1.5 s, 1,200 in, 20 out, $0.2500)",
    ]
    for wrong in (("--from", "3", "--to", "2"), ("--from", "99"), ("--raw", "--json")):
        refused = called("trajectory", "show", str(run), *wrong)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)


def test_as_json_a_run_is_our_lines_whoever_wrote_it(called: Sawhorse, run: Path, tmp_path: Path) -> None:
    ours = called("trajectory", "show", str(run), "--from", "3", "--json").stdout.splitlines()
    assert [json.loads(line)["kind"] for line in ours] == ["tool.requested", "tool.finished"]
    theirs = called("trajectory", "show", str(other_agents(tmp_path)), "--json").stdout.splitlines()
    assert [json.loads(line)["seq"] for line in theirs] == list(range(len(theirs)))
    assert json.loads(theirs[0])["kind"] == "session.imported"


def test_raw_records_are_those_of_the_file(called: Sawhorse, run: Path, tmp_path: Path) -> None:
    lines = (run / "trajectory.jsonl").read_text().splitlines()
    shown = called("trajectory", "show", str(run), "--raw", "--from", "3")
    assert shown.stdout.splitlines() == lines[3:]
    theirs = called("trajectory", "show", str(other_agents(tmp_path)), "--raw")
    assert '"call_id": "c1"' in theirs.stdout


def test_what_a_run_comes_to_is_told_in_columns_of_80_cells(called: Sawhorse, run: Path) -> None:
    told = called("trajectory", "stats", str(run))
    assert told.stdout == (
        "format              sawhorse\n"
        "records                         5\n"
        "assistant messages              1\n"
        "user messages                   1\n"
        "tool calls                      1\n"
        "tool results                    1\n"
        "tool errors                     1\n"
        "  bash                          1\n"
        "input tokens                1,200\n"
        "output tokens                  20\n"
        "cache read tokens               0\n"
        "cache write tokens              0\n"
        "cost                      $0.2500\n"
        "model               m-1\n"
        "first time          2023-11-14T22:13:20+00:00\n"
        "last time           2023-11-14T22:13:24+00:00\n"
    )


def test_as_json_what_a_run_comes_to_has_a_null_where_it_is_not_recorded(called: Sawhorse, run: Path) -> None:
    found = json.loads(called("trajectory", "stats", str(run), "--json").stdout)
    assert found == {
        "format": "sawhorse",
        "variant": None,
        "records": 5,
        "bad_records": 0,
        "assistant_messages": 1,
        "user_messages": 1,
        "tool_calls": 1,
        "tool_results": 1,
        "tool_errors": 1,
        "tool_calls_by_name": {"bash": 1},
        "tokens": {
            "input_tokens": 1200,
            "output_tokens": 20,
            "cache_read_tokens": 0,
            "cache_write_tokens": 0,
            "reasoning_tokens": None,
        },
        "cost_usd": 0.25,
        "models": ["m-1"],
        "first_ts": "2023-11-14T22:13:20+00:00",
        "last_ts": "2023-11-14T22:13:24+00:00",
        "problems": [],
    }


def test_a_session_is_named_by_an_end_of_its_id(called: Sawhorse, run: Path, tmp_path: Path) -> None:
    sessions = tmp_path / "data" / "sessions"
    sessions.mkdir(parents=True)
    run.rename(sessions / "2026-01-01T00-00-00-77c519")
    told = called("trajectory", "stats", "77c519", "--json", SAWHORSE_DATA=str(tmp_path / "data"))
    assert json.loads(told.stdout)["tool_calls"] == 1


@pytest.mark.parametrize("action", ["show", "stats"])
def test_what_cannot_be_read_is_told_in_one_line(called: Sawhorse, tmp_path: Path, action: str) -> None:
    (tmp_path / "empty").touch()
    refused = called("trajectory", action, str(tmp_path / "empty"))
    assert refused.returncode == 2
    assert refused.stderr == f"sawhorse: cannot open {tmp_path}/empty: it is empty\n"
    missing = called("trajectory", action, str(tmp_path / "none"))
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)


def test_what_is_wrong_with_a_file_is_told_beside_what_it_holds(called: Sawhorse, run: Path) -> None:
    path = run / "trajectory.jsonl"
    path.write_bytes(path.read_bytes()[:-30])
    shown = called("trajectory", "show", str(run))
    assert shown.returncode == 0
    assert "I look." in shown.stdout
    assert "cut off" in shown.stderr


def other_agents(folder: Path) -> Path:
    """A trajectory of trae-agent, of two records."""
    call = {"call_id": "c1", "name": "bash", "arguments": {"command": "ls"}, "id": None}
    response = {"content": "I look.", "model": "m", "finish_reason": "tool_calls", "tool_calls": [call]}
    interaction = {
        "timestamp": "2025-01-01T10:00:01",
        "provider": "openai",
        "model": "m",
        "input_messages": [{"role": "user", "content": "look"}],
        "response": response,
    }
    document = {
        "task": "look",
        "start_time": "2025-01-01T10:00:00",
        "end_time": "",
        "provider": "openai",
        "model": "m",
        "max_steps": 5,
        "llm_interactions": [interaction],
        "agent_steps": [],
        "success": False,
    }
    path = folder / "trajectory_20250101_100000.json"
    path.write_text(json.dumps(document))
    return path
