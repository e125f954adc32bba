"""Where settings and recordings lie on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.settings.checks import SettingsError


def expanded(path: str) -> Path:
    """A path that a person gave, with `~` made their home.

    Raises:
        SettingsError: It names the home of nobody, or is not UTF-8 text.
    """
    try:
        return in_utf8(Path(path).expanduser())
    except RuntimeError:
        raise SettingsError(f"{path} cannot be used: there is no such home; give the whole path") from None


def in_utf8(path: Path) -> Path:
    """The path, if it can be recorded and sent.

    Raises:
        SettingsError: Its name is not UTF-8 text.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise SettingsError(f"{path} cannot be used: its name is not UTF-8 text; rename it") from None
    return path


def config_file(environ: Mapping[str, str]) -> Path:
    """The person's settings file; `SAWHORSE_CONFIG` names another.

    Raises:
        SettingsError: That name cannot be used.
    """
    if chosen := environ.get("SAWHORSE_CONFIG"):
        return expanded(chosen)
    from platformdirs import user_config_path

    return user_config_path("sawhorse", appauthor=False) / "config.toml"


def project_file(workspace: Path) -> Path:
    """What a project says of settings."""
    return workspace / ".sawhorse" / "config.toml"


def rules_file(environ: Mapping[str, str]) -> Path:
    """The person's rules, beside the settings file.

    Raises:
        SettingsError: The name of the settings file cannot be used.
    """
    return config_file(environ).parent / "rules.toml"


def data_directory(environ: Mapping[str, str]) -> Path:
    """Where recordings are kept; `SAWHORSE_DATA` names another folder.

    Raises:
        SettingsError: That name cannot be used.
    """
    if chosen := environ.get("SAWHORSE_DATA"):
        return expanded(chosen)
    from platformdirs import user_data_path

    return user_data_path("sawhorse", appauthor=False)


def trust_file(environ: Mapping[str, str]) -> Path:
    """Which rules of projects the person trusts.

    Raises:
        SettingsError: The name of the data directory cannot be used.
    """
    return data_directory(environ) / "trusted-rules.json"


def sessions_directory(environ: Mapping[str, str]) -> Path:
    """One folder a session: its trajectory and the outputs of its calls."""
    return data_directory(environ) / "sessions"


def cache_directory(environ: Mapping[str, str]) -> Path:
    """Where what can be made anew is kept; in the data directory, if the person named that.

    Raises:
        SettingsError: That name cannot be used.
    """
    if environ.get("SAWHORSE_DATA"):
        return data_directory(environ) / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("sawhorse", appauthor=False)
