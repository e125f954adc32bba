"""Settings come from four places, and a wrong one is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings.checks import SettingsError
from app.settings.load import Source, load


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def environ(file: Path, **more: str) -> dict[str, str]:
    return {"SAWHORSE_CONFIG": str(file), **more}


def test_without_a_file_everything_has_its_default(file: Path) -> None:
    loaded = load(environ(file))
    assert loaded.settings.tools.parallel is True
    assert loaded.settings.tools.max_concurrency == 16
    assert loaded.settings.approval.mode == "ask"
    assert not loaded.sources


def test_command_line_beats_environment_beats_file(file: Path) -> None:
    file.write_text('[model]\nname = "a/file"\nmax_turns = 3\n[tools]\nparallel = false\n')
    loaded = load(
        environ(file, SAWHORSE_MODEL__NAME="b/environment", SAWHORSE_MODEL__MAX_TURNS="4"),
        {"model.name": "c/line"},
    )
    assert loaded.settings.model.name == "c/line"
    assert loaded.settings.model.max_turns == 4
    assert loaded.settings.tools.parallel is False
    assert loaded.sources == {
        "model.name": Source.COMMAND_LINE,
        "model.max_turns": Source.ENVIRONMENT,
        "tools.parallel": Source.USER,
    }


def test_providers_and_keys_are_read(file: Path) -> None:
    file.write_text(
        '[providers.work]\nbase_url = "http://127.0.0.1:9/v1"\nprotocol = "openai"\napi_key = "k"\n'
        '[keys]\n"session.mode" = "f7"\n'
    )
    settings = load(environ(file)).settings
    assert settings.providers["work"].base_url == "http://127.0.0.1:9/v1"
    assert settings.providers["work"].protocol == "openai"
    assert settings.keys == {"session.mode": "f7"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "[tools]\nmax_concurrency = 0\n",
            "tools.max_concurrency must be a whole number from 1 to 256, not 0",
        ),
        ("[tools]\nparallel = 1\n", "tools.parallel must be true or false, not 1"),
        ("[tools]\nmax_concurency = 2\n", "did you mean tools.max_concurrency?"),
        ("[tolls]\n", "did you mean tools?"),
        ('[approval]\nmode = "yes"\n', "must be one of plan, ask, edits, auto, yolo, not 'yes'"),
        ('[sandbox]\nkind = "jail"\n', "sandbox.kind must be one of auto, bwrap, landlock, off, not 'jail'"),
        ("[approval]\nrepeats = -1\n", "approval.repeats must be a whole number from 0 to 1000, not -1"),
        ("tools = 3\n", "write [tools] above its settings"),
        ("[tools\n", "; edit or remove it"),
        ('[model]\nname = "plain"\n', "model.name must be provider/model, such as ollama/qwen3, not 'plain'"),
        ('[providers.""]\napi_key = "k"\n', "write providers.NAME"),
        ('[providers.x]\nbase_url = "host:80"\n', "must be an address such as http://127.0.0.1:8080/v1"),
        ("[providers.x]\napi_key = 7\n", "providers.x.api_key must be text, not that value"),
        ("[model]\nidle_timeout = nan\n", "model.idle_timeout must be a number from 1 to 3600"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line_that_names_it(file: Path, text: str, says: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as error:
        load(environ(file))
    assert says in str(error.value)
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_text_is_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="is not UTF-8 text"):
        load(environ(file))


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load(environ(tmp_path))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("SAWHORSE_TOOLS__PARALLEL", "maybe", "tools.parallel must be true or false, not 'maybe'"),
        ("SAWHORSE_TOOLS__SPEED", "1", "there is no setting tools.speed"),
        ("SAWHORSE_TOOLS__TIMEOUT", "1e9", "tools.timeout must be a number from 1 to 600"),
    ],
)
def test_a_wrong_variable_is_refused(file: Path, name: str, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        load(environ(file, **{name: text}))
