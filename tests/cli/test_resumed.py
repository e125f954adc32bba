"""`--continue` and `--resume`: which session goes on, and with what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Sawhorse
from tests.cli.test_approve_from import options
from tests.servers.model_server import ModelServer, Turn


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def trajectories(own_places: Path) -> list[Path]:
    return sorted((own_places / "data" / "sessions").glob("*/trajectory.jsonl"))


def sent(server: ModelServer) -> str:
    return json.dumps(server.requests[-1].body["messages"])


def test_the_last_session_of_the_folder_goes_on(sawhorse: Sawhorse, project: Path, own_places: Path) -> None:
    answers = [Turn(text="the word is apple"), Turn(text="elsewhere"), Turn(text="you said it")]
    with ModelServer(answers) as server:
        first = sawhorse("run", "remember pear", "--model", "openai/m", cwd=project, **options(server))
        assert first.returncode == 0, first.stderr
        sawhorse("run", "elsewhere", "--model", "openai/m", **options(server))
        again = sawhorse("run", "which?", "--continue", cwd=project, **options(server))
        assert again.returncode == 0, again.stderr
        assert "remember pear" in sent(server)
        assert "the word is apple" in sent(server)
        assert server.requests[-1].body["model"] == "m", "the model is the one it was with"
    assert len(trajectories(own_places)) == 2


@pytest.mark.parametrize("way", ["id", "end", "file", "folder"])
def test_a_session_that_is_named_goes_on_from_anywhere(
    sawhorse: Sawhorse, project: Path, own_places: Path, way: str
) -> None:
    with ModelServer([Turn(text="hello"), Turn(text="again")]) as server:
        sawhorse("run", "remember pear", "--model", "openai/m", cwd=project, **options(server))
        (trajectory,) = trajectories(own_places)
        identity = trajectory.parent.name
        names = {"id": identity, "end": identity[-6:], "file": str(trajectory)}
        name = names.get(way, str(trajectory.parent))
        done = sawhorse("run", "go on", "--resume", name, "--output", "json", **options(server))
        assert done.returncode == 0, done.stderr
        assert "remember pear" in sent(server)
        assert str(project) in server.requests[-1].body["messages"][0]["content"]


def test_another_model_may_go_on(sawhorse: Sawhorse, project: Path) -> None:
    with ModelServer([Turn(text="hello"), Turn(text="again")]) as server:
        sawhorse("run", "remember pear", "--model", "openai/m", cwd=project, **options(server))
        sawhorse("run", "go on", "-c", "--model", "openai/other", cwd=project, **options(server))
        assert server.requests[-1].body["model"] == "other"


def test_what_cannot_go_on_is_said_in_a_line(sawhorse: Sawhorse, project: Path, own_places: Path) -> None:
    none = sawhorse("run", "x", "--continue", cwd=project)
    assert (none.returncode, none.stdout) == (2, "")
    assert none.stderr.strip() == (
        f"sawhorse: no session in {project} was recorded; leave --continue out to begin one"
    )
    with ModelServer([Turn(text="hello"), Turn(text="hello")]) as server:
        for _ in range(2):
            sawhorse("run", "x", "--model", "openai/m", cwd=project, **options(server))
    first, _ = trajectories(own_places)
    for name, says in (
        ("nothing", "there is no session nothing in"),
        (first.parent.name[:10], f"{first.parent.name[:10]} may be "),
        ("/none/at/all", "is not the recording of a session"),
        (f"{first.parent.name} --workspace {own_places}", f"the session worked in {project}, not in"),
    ):
        wrong = sawhorse("run", "x", "--resume", *name.split())
        assert wrong.returncode == 2
        assert says in wrong.stderr
        assert len(wrong.stderr.strip().splitlines()) == 1
    project.rmdir()
    gone = sawhorse("run", "x", "--resume", first.parent.name)
    assert "which is not there any more" in gone.stderr


def test_a_session_branches_off_where_it_is_said(sawhorse: Sawhorse, project: Path, own_places: Path) -> None:
    with ModelServer([Turn(text="the word is apple"), Turn(text="again"), Turn(text="no")]) as server:
        sawhorse("run", "remember pear", "--model", "openai/m", cwd=project, **options(server))
        (trajectory,) = trajectories(own_places)
        done = sawhorse("run", "go on", "--fork", trajectory.parent.name, **options(server))
        assert done.returncode == 0, done.stderr
        assert "the word is apple" in sent(server)
        assert str(project) in server.requests[-1].body["messages"][0]["content"], (
            "it works where that one did"
        )
        said = next(
            number
            for number, line in enumerate(trajectory.read_text().splitlines())
            if '"kind":"user.message"' in line
        )
        done = sawhorse("run", "no", "--fork", str(trajectory), "--at", str(said), **options(server))
        assert done.returncode == 0, done.stderr
        assert "the word is apple" not in sent(server)
        assert "remember pear" in sent(server)
    assert len(trajectories(own_places)) == 3


def test_where_to_branch_off_needs_a_run_that_is_there(sawhorse: Sawhorse) -> None:
    for wrong, why in ((["--at", "3"], "--fork FILE"), (["--fork", "./nothing"], "there is no file")):
        done = sawhorse("run", "go on", "--model", "openai/m", *wrong)
        assert done.returncode == 2
        assert why in done.stderr
        assert len(done.stderr.splitlines()) == 1
