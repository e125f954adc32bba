"""Where settings and recordings lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings.checks import SettingsError
from app.settings.places import (
    config_file,
    data_directory,
    expanded,
    rules_file,
    sessions_directory,
    trust_file,
)


def test_a_place_may_be_named_from_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config_file({"SAWHORSE_CONFIG": "~/c.toml"}) == tmp_path / "c.toml"
    assert data_directory({"SAWHORSE_DATA": "~/d"}) == tmp_path / "d"
    assert sessions_directory({"SAWHORSE_DATA": "~/d"}) == tmp_path / "d" / "sessions"


def test_rules_lie_beside_the_settings_and_trust_among_the_data() -> None:
    environ = {"SAWHORSE_CONFIG": "/c/mine.toml", "SAWHORSE_DATA": "/d"}
    assert rules_file(environ) == Path("/c/rules.toml")
    assert trust_file(environ).parent == Path("/d")


@pytest.mark.parametrize(("path", "says"), [("~nouser/x", "no such home"), ("/tmp/\udcff", "not UTF-8")])
def test_a_place_that_cannot_be_used_is_refused(path: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        expanded(path)
