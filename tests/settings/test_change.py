"""Changing a setting touches that setting and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings.change import change, unset
from app.settings.checks import SettingsError
from app.settings.load import load

COMMENTED = """\
# my settings
[tools]  # how tools run
parallel = true # yes

[model]
name = "a/b"
"""


def test_comments_and_order_stay(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED)
    assert change(file, "tools.parallel", "no") is False
    assert file.read_text() == COMMENTED.replace("parallel = true", "parallel = false")


def test_the_file_and_its_folder_are_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    change(file, "model.name", "ollama/qwen3")
    change(file, "providers.work.base_url", "http://127.0.0.1:1/v1")
    change(file, "keys.session.mode", "f7")
    settings = load({"SAWHORSE_CONFIG": str(file)}).settings
    assert settings.model.name == "ollama/qwen3"
    assert settings.providers["work"].base_url == "http://127.0.0.1:1/v1"
    assert settings.keys == {"session.mode": "f7"}
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("tools.paralel", "no", "did you mean tools.parallel?"),
        ("tools.parallel", "perhaps", "must be true or false"),
        ("tools", "no", "there is no setting tools"),
        ("providers.work.speed", "1", "there is no setting"),
        ("providers..api_key", "k", "write providers.NAME"),
        ("providers.a/b.api_key", "k", "write providers.NAME"),
        ("model.name", "nonsense", "model.name must be provider/model, such as ollama/qwen3, not 'nonsense'"),
        ("model.name", "/qwen3", "must be provider/model"),
        ("model.name", "ollama/", "must be provider/model"),
        ("model.name", "ollama/\x1b[2J", "must be provider/model"),
        ("providers.x.base_url", "localhost:8080", "must be an address such as http://127.0.0.1:8080/v1"),
        ("providers.x.base_url", "ftp://host", "must be an address"),
        ("providers.x.base_url", "http://", "must be an address"),
        ("providers.x.base_url", "http://host:99999", "must be an address"),
        ("providers.x.base_url", "http://host name", "must be an address"),
        ("providers.x.base_url", "http://host?key=1", "must hold no name, password or query"),
    ],
)
def test_a_wrong_change_leaves_the_file_alone(tmp_path: Path, name: str, text: str, says: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED)
    with pytest.raises(SettingsError, match=says):
        change(file, name, text)
    assert file.read_text() == COMMENTED


@pytest.mark.parametrize("address", ["http://u:hunter2@host", "ftp://u:hunter2@host", "//u:hunter2@host"])
def test_a_refused_address_is_not_repeated(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError) as error:
        change(tmp_path / "config.toml", "providers.x.base_url", address)
    assert "hunter2" not in str(error.value)
    assert not (tmp_path / "config.toml").exists()


@pytest.mark.parametrize("name", ["model.name", "providers.x.base_url"])
def test_what_has_a_form_may_be_emptied(tmp_path: Path, name: str) -> None:
    assert change(tmp_path / "config.toml", name, "") == ""
    load({"SAWHORSE_CONFIG": str(tmp_path / "config.toml")})


def test_a_broken_file_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[tools\n")
    with pytest.raises(SettingsError, match=r"is not valid TOML.*; edit or remove it"):
        change(file, "tools.parallel", "no")
    assert file.read_text() == "[tools\n"


def test_a_link_to_the_settings_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text(COMMENTED)
    file = tmp_path / "config.toml"
    file.symlink_to(real)
    change(file, "model.name", "c/d")
    assert file.is_symlink()
    assert 'name = "c/d"' in real.read_text()


def test_a_list_is_written_as_an_array(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    assert change(file, "recorder.redact", "tok_[a-z]{3,8}\n(?i)secret") == ("tok_[a-z]{3,8}", "(?i)secret")
    assert load({"SAWHORSE_CONFIG": str(file)}).settings.recorder.redact == ("tok_[a-z]{3,8}", "(?i)secret")


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("tools.parallel", '# my settings\n[tools]  # how tools run\n\n[model]\nname = "a/b"\n'),
        ("model.name", COMMENTED.removesuffix('[model]\nname = "a/b"\n')),
        ("model.max_turns", COMMENTED),
    ],
)
def test_what_is_taken_out_takes_nothing_with_it(tmp_path: Path, name: str, left: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED)
    assert unset(file, name) == (left != COMMENTED)
    assert file.read_text() == left


def test_a_provider_of_which_nothing_is_left_goes(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    change(file, "providers.work.base_url", "http://127.0.0.1:1/v1")
    change(file, "keys.session.mode", "f7")
    unset(file, "providers.work.base_url")
    unset(file, "keys.session.mode")
    assert file.read_text().strip() == ""


def test_an_action_may_be_written_as_tables_in_tables(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[keys]\nsession.mode = 'f7' # mine\nsession.jobs = 'f6'\n")
    change(file, "keys.session.mode", "f8")
    assert file.read_text() == "[keys]\nsession.mode = \"f8\" # mine\nsession.jobs = 'f6'\n"
    assert unset(file, "keys.session.mode")
    assert load({"SAWHORSE_CONFIG": str(file)}).settings.keys == {"session.jobs": "f6"}
