"""`sawhorse config`, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.cli.conftest import Sawhorse


def rows(shown: str) -> dict[str, list[str]]:
    """What is shown: by name, the value and where it comes from."""
    return {line.split()[0]: line.split(maxsplit=2)[1:] for line in shown.splitlines() if line.strip()}


def test_it_shows_every_value_and_where_that_comes_from(sawhorse: Sawhorse, own_places: Path) -> None:
    assert sawhorse("config", "set", "model.name", "ollama/qwen3").returncode == 0
    assert sawhorse("config", "set", "--project", "recorder.batch_size", "3").returncode == 0
    shown = rows(sawhorse("config", "show", SAWHORSE_TOOLS__PARALLEL="no").stdout)
    file, project = own_places / "config.toml", sawhorse("config", "path", "--project").stdout.strip()
    assert shown["model.name"] == ["ollama/qwen3", f"user file {file}"]
    assert shown["recorder.batch_size"] == ["3", f"project file {project}"]
    assert shown["tools.parallel"] == ["false", "environment SAWHORSE_TOOLS__PARALLEL"]
    assert shown["tools.max_concurrency"] == ["16", "default"]
    assert file.read_text() == '[model]\nname = "ollama/qwen3"\n'
    assert sawhorse("config", "path").stdout.strip() == str(file)


def test_it_shows_the_same_as_json(sawhorse: Sawhorse, own_places: Path) -> None:
    sawhorse("config", "set", "recorder.redact", "tok_[a-z]+\nx")
    shown = json.loads(sawhorse("config", "show", "--json", SAWHORSE_RECORDER__BATCH_SIZE="3").stdout)
    assert shown["settings"]["recorder.redact"] == {
        "value": ["tok_[a-z]+", "x"],
        "source": "user file",
        "file": str(own_places / "config.toml"),
    }
    assert shown["settings"]["recorder.batch_size"] == {
        "value": 3,
        "source": "environment",
        "variable": "SAWHORSE_RECORDER__BATCH_SIZE",
    }
    assert shown["settings"]["tools.parallel"] == {"value": True, "source": "default"}
    assert shown["refused"] == {}


def test_one_value_is_got_set_and_unset(sawhorse: Sawhorse) -> None:
    def got() -> str:
        return sawhorse("config", "get", "recorder.batch_size").stdout

    assert got() == "5\n"
    assert "recorder.batch_size = 50" in sawhorse("config", "set", "recorder.batch_size", "50").stdout
    assert got() == "50\n"
    assert "is no longer in" in sawhorse("config", "unset", "recorder.batch_size").stdout
    assert "is not in" in sawhorse("config", "unset", "recorder.batch_size").stdout
    assert got() == "5\n"


def test_a_value_that_does_not_count_now_says_so(sawhorse: Sawhorse) -> None:
    set_ = sawhorse("config", "set", "recorder.batch_size", "50", SAWHORSE_RECORDER__BATCH_SIZE="3")
    assert "environment SAWHORSE_RECORDER__BATCH_SIZE counts over that" in set_.stdout


def test_a_wrong_file_can_be_repaired_setting_by_setting(sawhorse: Sawhorse, own_places: Path) -> None:
    (own_places / "config.toml").write_text("[recorder]\nbatch_size = 0\n")
    assert "line 2: recorder.batch_size must be" in sawhorse("config", "show").stderr
    assert sawhorse("config", "set", "recorder.batch_size", "7").returncode == 0
    assert sawhorse("config", "get", "recorder.batch_size").stdout == "7\n"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("approval.mode", "yolo", "approval.mode: a project can only make it stricter than ask"),
        ("providers.x.base_url", "http://evil.example", "it decides where your files are sent"),
        ("recorder.batchsize", "3", "did you mean recorder.batch_size?"),
    ],
)
def test_what_a_project_cannot_set_is_refused(sawhorse: Sawhorse, name: str, value: str, says: str) -> None:
    refused = sawhorse("config", "set", "--project", name, value)
    assert refused.returncode == 2
    assert says in refused.stderr
    assert not Path(sawhorse("config", "path", "--project").stdout.strip()).exists()


def test_what_of_a_project_does_not_count_is_said(sawhorse: Sawhorse, tmp_path: Path) -> None:
    file = Path(sawhorse("config", "path", "--project").stdout.strip())
    file.parent.mkdir()
    file.write_text("[approval]\nmode = 'yolo'\n[model]\nname = 'evil/model'\n")
    said = "approval.mode does not count: a project can only make it stricter than ask"
    assert said in sawhorse("config", "show").stdout
    run = sawhorse("run", "x", "--model", f"scripted/{tmp_path / 'none.json'}")
    assert said in run.stderr
    assert "and 1 more" in run.stderr


def test_a_secret_is_set_and_never_shown(sawhorse: Sawhorse, own_places: Path) -> None:
    set_ = sawhorse("config", "set", "providers.openai.api_key", "sk-secret")
    said = set_.stdout + sawhorse("config", "show").stdout + sawhorse("config", "show", "--json").stdout
    said += sawhorse("config", "get", "providers.openai.api_key").stdout
    assert "sk-secret" not in said
    assert rows(sawhorse("config", "show").stdout)["providers.openai.api_key"] == [
        "(hidden)",
        f"user file {own_places / 'config.toml'}",
    ]


def test_a_password_in_an_address_is_never_shown(sawhorse: Sawhorse, own_places: Path) -> None:
    file = own_places / "config.toml"
    file.write_text('[providers.x]\nbase_url = "http://name:hunter2@host:8/v1?key=hunter3"\n')
    shown = sawhorse("config", "show")
    assert shown.returncode == 0
    assert "http://***@host:8/v1?*** " in shown.stdout
    assert "hunter" not in shown.stdout + shown.stderr
    before = file.read_text()
    refused = sawhorse("config", "set", "providers.y.base_url", "http://name:hunter2@host")
    assert refused.returncode == 2
    assert "providers.y.base_url must hold no name, password or query" in refused.stderr
    assert "hunter" not in refused.stdout + refused.stderr
    assert file.read_text() == before


def test_the_schema_is_printed(sawhorse: Sawhorse) -> None:
    schema = json.loads(sawhorse("config", "schema").stdout)
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["recorder"]["properties"]["batch_size"]["default"] == 5


def test_the_command_line_takes_the_same_settings(sawhorse: Sawhorse) -> None:
    wrong = sawhorse("run", "x", "--set", "recorder.batch_size=50", "--set", "recorder.durabilty=write")
    assert wrong.returncode == 2
    assert "command line: there is no setting recorder.durabilty; did you mean" in wrong.stderr
