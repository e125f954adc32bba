"""The schema of the file says the same as the program does."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from app.settings.checks import SettingsError
from app.settings.json_schema import json_schema
from app.settings.known import find, names
from app.settings.load import load

GOOD = """\
[model]
name = "ollama/qwen3"
idle_timeout = 30
[recorder]
batch_size = 50
redact = ["tok_[a-z]+"]
[providers.work]
base_url = "http://127.0.0.1:1/v1"
protocol = ""
[keys]
"session.mode" = "f7"
session.jobs = "f10"
"""


def is_valid(text: str) -> bool:
    return Draft202012Validator(json_schema()).is_valid(tomllib.loads(text))


def is_loaded(text: str, folder: Path) -> bool:
    file = folder / "config.toml"
    file.write_text(text)
    try:
        load({"SAWHORSE_CONFIG": str(file)})
    except SettingsError:
        return False
    return True


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


def test_it_has_every_setting_with_its_default_and_what_it_does() -> None:
    sections = json_schema()["properties"]
    assert isinstance(sections, dict)
    for name in names():
        section, key = find(name).path
        entry = sections[section]["properties"][key]
        assert entry["description"] == find(name).meaning.summary
        default = find(name).default
        assert entry["default"] == (list(default) if isinstance(default, tuple) else default)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("", True),
        (GOOD, True),
        ("[recorder]\nbatch_size = 0\n", False),
        ("[recorder]\nbatch_size = 1.5\n", False),
        ("[recorder]\nbatchsize = 1\n", False),
        ("[recorder]\nredact = 'x'\n", False),
        ("[recorder]\nredact = [1]\n", False),
        ("[recordr]\n", False),
        ("[approval]\nmode = 'never'\n", False),
        ("[tools]\nparallel = 1\n", False),
        ("[providers.x]\nspeed = 1\n", False),
        ("[providers.'a/b']\nprotocol = ''\n", False),
        ("[keys]\nx = 1\n", False),
        ("tools = 3\n", False),
    ],
)
def test_it_takes_what_the_program_takes(tmp_path: Path, text: str, good: bool) -> None:
    assert is_valid(text) is good
    assert is_loaded(text, tmp_path) is good
