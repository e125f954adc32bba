"""Where settings and recordings lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings.checks import SettingsError
from app.settings.places import config_file, data_directory, expanded, sessions_directory


def test_a_place_may_be_named_from_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config_file({"SAWHORSE_CONFIG": "~/c.toml"}) == tmp_path / "c.toml"
    assert data_directory({"SAWHORSE_DATA": "~/d"}) == tmp_path / "d"
    assert sessions_directory({"SAWHORSE_DATA": "~/d"}) == tmp_path / "d" / "sessions"


@pytest.mark.parametrize(("path", "says"), [("~nouser/x", "no such home"), ("/tmp/\udcff", "not UTF-8")])
def test_a_place_that_cannot_be_used_is_refused(path: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        expanded(path)
