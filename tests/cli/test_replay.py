"""`sawhorse replay --execute --headless`: what comes out otherwise than it was recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.trajectory.codec import encode
from app.trajectory.content import ToolCall, Usage
from app.trajectory.events import Event, ModelResponse, Record, SessionStarted, ToolFinished, UserMessage
from tests.cli.conftest import Sawhorse
from tests.cli.test_approve_from import options
from tests.cli.test_resumed import trajectories
from tests.servers.model_server import Call, ModelServer, Turn

VIEW = Call("str_replace_based_edit_tool", {"command": "view", "path": "a"})
EXECUTE = ("--execute", "--headless")


@pytest.fixture
def recorded(sawhorse: Sawhorse, own_places: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A run that looked at a file, and the folder it worked in."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "a").write_text("as it was\n")
    with ModelServer([Turn(calls=[VIEW]), Turn(text="seen")]) as server:
        done = sawhorse("run", "look", "--model", "openai/m", cwd=project, **options(server))
        assert done.returncode == 0, done.stderr
    (trajectory,) = trajectories(own_places)
    return trajectory, project


def test_the_same_again_is_said_to_be_the_same(
    sawhorse: Sawhorse, recorded: tuple[Path, Path], tmp_path: Path
) -> None:
    trajectory, _ = recorded
    done = sawhorse("replay", trajectory.parent.name, *EXECUTE, TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "1 call: 1 as recorded, 0 otherwise" in done.stdout
    (copy,) = tmp_path.glob("sawhorse-replay-*/project")
    assert str(copy) in done.stdout


def test_what_is_otherwise_is_shown_and_ends_with_one(
    sawhorse: Sawhorse, recorded: tuple[Path, Path], tmp_path: Path
) -> None:
    trajectory, project = recorded
    (project / "a").write_text("changed since\n")
    done = sawhorse("replay", str(trajectory), *EXECUTE, TMPDIR=str(tmp_path))
    assert done.returncode == 1, done.stderr
    assert "changed since" in done.stdout
    assert "as it was" in done.stdout
    report = json.loads(sawhorse("replay", str(trajectory), *EXECUTE, "--json", TMPDIR=str(tmp_path)).stdout)
    assert report["differences"] == 1
    assert report["not_reached"] == 0
    (call,) = report["calls"]
    assert call["now"]["status"] == "done"
    assert "changed since" in call["now"]["content"]


def test_a_folder_that_is_gone_has_to_be_named(
    sawhorse: Sawhorse, recorded: tuple[Path, Path], tmp_path: Path
) -> None:
    trajectory, project = recorded
    moved = project.rename(tmp_path / "moved")
    done = sawhorse("replay", str(trajectory), *EXECUTE, TMPDIR=str(tmp_path))
    assert done.returncode == 2
    assert "give a folder with --workspace" in done.stderr
    done = sawhorse("replay", str(trajectory), *EXECUTE, "--workspace", str(moved), TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stderr


def test_that_nothing_asks_has_to_be_said_of_the_run_itself(
    sawhorse: Sawhorse, recorded: tuple[Path, Path], own_places: Path, tmp_path: Path
) -> None:
    trajectory, _ = recorded
    (own_places / "config.toml").write_text('[approval]\nmode = "yolo"\n')
    done = sawhorse("replay", str(trajectory), *EXECUTE, TMPDIR=str(tmp_path))
    assert done.returncode == 2
    assert "say --mode yolo" in done.stderr
    assert not list(tmp_path.glob("sawhorse-replay-*"))
    done = sawhorse("replay", str(trajectory), *EXECUTE, "--mode", "ask", TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stderr


def test_a_link_leads_no_command_out_of_the_copy(
    sawhorse: Sawhorse, own_places: Path, tmp_path: Path
) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    project.mkdir()
    outside.write_text("as it was")
    (project / "away").symlink_to(outside)
    (own_places / "config.toml").write_text('[sandbox]\nkind = "off"\n')
    call = ToolCall("c", "bash", {"command": "echo changed > away"})
    events: list[Event] = [
        SessionStarted("s", str(project), "m", "auto", "1"),
        UserMessage("write"),
        ModelResponse(1, "m", (call,), "tools", Usage(), None, None, 1.0, 1),
        ToolFinished("c", "done", ""),
    ]
    run = tmp_path / "run.jsonl"
    run.write_bytes(b"".join(encode(Record(seq, 1e9 + seq, event)) for seq, event in enumerate(events)))
    done = sawhorse("replay", str(run), *EXECUTE, "--mode", "auto", "--json", TMPDIR=str(tmp_path))
    assert [call["name"] for call in json.loads(done.stdout)["calls"]] == ["bash"], done.stderr
    assert outside.read_text() == "as it was"


def test_it_goes_on_to_the_end_of_the_recording_however_few_turns_a_task_may_have(
    sawhorse: Sawhorse, recorded: tuple[Path, Path], own_places: Path, tmp_path: Path
) -> None:
    trajectory, _ = recorded
    (own_places / "config.toml").write_text("[model]\nmax_turns = 1\n")
    done = sawhorse("replay", str(trajectory), *EXECUTE, TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stdout


def test_the_home_folder_is_not_copied_unasked(
    sawhorse: Sawhorse, recorded: tuple[Path, Path], tmp_path: Path
) -> None:
    trajectory, project = recorded
    done = sawhorse("replay", str(trajectory), *EXECUTE, HOME=str(project), TMPDIR=str(tmp_path))
    assert done.returncode == 2
    assert "too much to copy" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["nothing", "--execute"], "there is no file nothing"),
        (["FILE", "--speed", "0"], "--speed takes a number greater than 0"),
        (["FILE", "--at", "-1"], "--at takes the number of an event, from 0 on"),
        (["FILE", "--execute", "--step"], "--step is for watching, without --execute"),
        (["FILE", "--execute", "--at", "3"], "--at is for watching"),
        (["FILE", "--execute", "--speed", "2"], "--speed is for watching"),
        (["FILE", "--headless"], "--headless goes with --execute"),
        (["FILE", "--execute", "--json"], "--json goes with --headless"),
        (["FILE", "--execute"], "needs a terminal"),
        (["FILE"], "needs a terminal"),
    ],
)
def test_wrong_usage_is_one_line(sawhorse: Sawhorse, tmp_path: Path, arguments: list[str], why: str) -> None:
    file = tmp_path / "run.jsonl"
    file.write_text("{}\n")
    done = sawhorse("replay", *[str(file) if each == "FILE" else each for each in arguments])
    assert done.returncode == 2
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1
