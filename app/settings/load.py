"""Settings from every source, with where each value comes from.

Precedence, highest first: command line, environment, the person's file, default.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from app.settings.checks import SettingsError, check, check_provider, kind_of, parse, unknown
from app.settings.places import config_file
from app.settings.schema import SECTIONS, ProviderSettings, Settings, fields_of

PREFIX = "SAWHORSE_"


class Source(StrEnum):
    """Where a value comes from."""

    DEFAULT = "default"
    USER = "user file"
    ENVIRONMENT = "environment"
    COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and the source of each by its dotted name."""

    settings: Settings
    sources: Mapping[str, Source]
    file: Path


def load(environ: Mapping[str, str], overrides: Mapping[str, str] | None = None) -> Loaded:
    """Read all settings.

    Args:
        environ: The environment; `SAWHORSE_TOOLS__PARALLEL=false` sets `tools.parallel`.
        overrides: Dotted names to text, from the command line.

    Raises:
        SettingsError: The file cannot be read, or a value is wrong.
    """
    file = config_file(environ)
    values: dict[str, object] = {}
    sources: dict[str, Source] = {}
    providers: dict[str, dict[str, object]] = {}
    keys: dict[str, str] = {}
    try:
        _from_file(_read(file), values, providers, keys)
    except SettingsError as error:
        raise SettingsError(f"{file}: {error}") from None
    sources.update(dict.fromkeys([*values, *(f"providers.{name}" for name in providers)], Source.USER))
    for name, text in _from_environment(environ):
        values[name] = _parse(name, text)
        sources[name] = Source.ENVIRONMENT
    for name, text in (overrides or {}).items():
        values[name] = _parse(name, text)
        sources[name] = Source.COMMAND_LINE
    return Loaded(_build(values, providers, keys), MappingProxyType(sources), file)


def names() -> list[str]:
    """The dotted name of every setting that has one value."""
    return [f"{section}.{name}" for section, kind in SECTIONS.items() for name in fields_of(kind)]


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"cannot be read ({error.strerror}); fix its permissions") from None
    except UnicodeDecodeError:
        raise SettingsError("is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"is not valid TOML: {error}; edit or remove it") from None


def _from_file(
    document: Mapping[str, object],
    values: dict[str, object],
    providers: dict[str, dict[str, object]],
    keys: dict[str, str],
) -> None:
    for section, content in document.items():
        if section not in SECTIONS and section not in ("providers", "keys"):
            raise unknown(section, [*SECTIONS, "providers", "keys"])
        if not isinstance(content, dict):
            raise SettingsError(f"{section} must be a table: write [{section}] above its settings")
        if section == "providers":
            for name, table in content.items():
                check_provider(name)
                if not isinstance(table, dict):
                    raise SettingsError(f"providers.{name} must be a table: write [providers.{name}]")
                providers[name] = {
                    key: _check(f"providers.{name}.{key}", key, value, ProviderSettings)
                    for key, value in table.items()
                }
        elif section == "keys":
            for name, value in content.items():
                if not isinstance(value, str):
                    raise SettingsError(f'keys.{name} must be text, such as "ctrl+k"')
                keys[name] = value
        else:
            for key, value in content.items():
                values[f"{section}.{key}"] = _check(f"{section}.{key}", key, value, SECTIONS[section])


def _from_environment(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (name.removeprefix(PREFIX).lower().replace("__", ".", 1), text)
        for name, text in sorted(environ.items())
        if name.startswith(PREFIX) and "__" in name
    ]


def _check(name: str, key: str, value: object, section: type) -> object:
    known = fields_of(section)
    if key not in known:
        prefix = name.removesuffix(key)
        raise unknown(name, [prefix + other for other in known])
    field, meaning = known[key]
    return check(name, value, kind_of(field, section), meaning)


def _parse(name: str, text: str) -> object:
    section, _, key = name.partition(".")
    if section not in SECTIONS or key not in fields_of(SECTIONS[section]):
        raise unknown(name, names())
    field, meaning = fields_of(SECTIONS[section])[key]
    return parse(name, text, kind_of(field, SECTIONS[section]), meaning)


def _build(
    values: Mapping[str, object], providers: Mapping[str, dict[str, object]], keys: Mapping[str, str]
) -> Settings:
    settings = Settings(
        providers=MappingProxyType(
            {name: dataclasses.replace(ProviderSettings(), **table) for name, table in providers.items()}  # type: ignore[arg-type]  # checked field by field above
        ),
        keys=MappingProxyType(dict(keys)),
    )
    for section in SECTIONS:
        chosen = {
            name.partition(".")[2]: value for name, value in values.items() if name.startswith(f"{section}.")
        }
        if chosen:
            part = dataclasses.replace(getattr(settings, section), **chosen)
            settings = dataclasses.replace(settings, **{section: part})
    return settings
