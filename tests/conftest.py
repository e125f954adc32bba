"""What all tests share: settings and recordings of their own, and no key of whoever runs them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ["TEXTUAL_ANIMATIONS"] = "none"


@pytest.fixture(autouse=True)
def own_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home for settings and recordings that no other test sees."""
    home = tmp_path_factory.mktemp("sawhorse")
    for name in list(os.environ):
        if name.startswith(("SAWHORSE_", "ANTHROPIC_", "OPENAI_", "OPENROUTER_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SAWHORSE_CONFIG", str(home / "config.toml"))
    monkeypatch.setenv("SAWHORSE_DATA", str(home / "data"))
    return home
