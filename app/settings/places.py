"""Where settings and recordings lie on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def config_file(environ: Mapping[str, str]) -> Path:
    """The person's settings file; `SAWHORSE_CONFIG` names another."""
    if chosen := environ.get("SAWHORSE_CONFIG"):
        return Path(chosen).expanduser()
    from platformdirs import user_config_path

    return user_config_path("sawhorse", appauthor=False) / "config.toml"


def data_directory(environ: Mapping[str, str]) -> Path:
    """Where recordings are kept; `SAWHORSE_DATA` names another folder."""
    if chosen := environ.get("SAWHORSE_DATA"):
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("sawhorse", appauthor=False)


def sessions_directory(environ: Mapping[str, str]) -> Path:
    """One folder a session: its trajectory and the outputs of its calls."""
    return data_directory(environ) / "sessions"
