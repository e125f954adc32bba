"""A task without a person runs what a file of rules allows; whoever wants more is told how."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Sawhorse
from tests.servers.model_server import Call, ModelServer, Turn

TOUCH = Turn(calls=[Call("bash", {"command": "make made"})])
RULES = '[[rule]]\naction = "allow"\ntool = "bash"\npattern = "make"\n'


def options(server: ModelServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": f"{server.url}/v1", "OPENAI_API_KEY": "sk-test-key-123456"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Makefile").write_text("made:\n\ttouch made\n")
    return folder


def arguments(project: Path, *more: str) -> list[str]:
    return ["run", "make it", "--model", "openai/m", "--workspace", str(project), *more]


def test_what_the_file_allows_runs(sawhorse: Sawhorse, project: Path, tmp_path: Path) -> None:
    (tmp_path / "cwd" / "rules.toml").write_text(RULES)
    with ModelServer([TOUCH, Turn(text="done")]) as server:
        result = sawhorse(*arguments(project, "--approve-from", "rules.toml"), **options(server))
    assert result.returncode == 0
    assert (project / "made").exists()


def test_without_it_the_rule_that_would_help_is_named(sawhorse: Sawhorse, project: Path) -> None:
    with ModelServer([TOUCH, Turn(text="done"), TOUCH, Turn(text="done")]) as server:
        refused = sawhorse(*arguments(project), **options(server))
        assert not (project / "made").exists()
        assert "`sawhorse rules add 'allow bash make made'` allows it" in refused.stderr
        assert sawhorse("rules", "add", "allow bash make made").returncode == 0
        sawhorse(*arguments(project), **options(server))
    assert (project / "made").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "there is no file of rules rules.toml"),
        ("nonsense", "rules.toml:1: is not valid TOML"),
        (RULES.replace("allow", "permit"), "rules.toml:1: action must be allow, ask or deny"),
    ],
)
def test_a_wrong_file_is_said_before_anything_starts(
    sawhorse: Sawhorse, project: Path, tmp_path: Path, own_places: Path, content: str | None, says: str
) -> None:
    if content is not None:
        (tmp_path / "cwd" / "rules.toml").write_text(content)
    with ModelServer([TOUCH, Turn(text="done")]) as server:
        result = sawhorse(*arguments(project, "--approve-from", "rules.toml"), **options(server))
        assert not server.requests
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert says in result.stderr
    assert not (own_places / "data" / "sessions").exists()
