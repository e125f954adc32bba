"""The settings there are, each found by its dotted name."""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import dataclass
from functools import cache

from app.settings.checks import SettingsError, check_provider, unknown
from app.settings.meaning import Meaning, Never
from app.settings.schema import SECTIONS, ProviderSettings, Settings

_KEY = Meaning(
    "Keys of this action, with a comma between.",
    project=Never("a key could be made to answer for you"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """One setting.

    Args:
        name: Its dotted name, such as `tools.parallel`.
        path: The same as the tables of a file and the key in the last.
        kind: bool, int, float, str, or tuple for a list of texts.
        meaning: What it does.
        default: Its value where nothing is said.
    """

    name: str
    path: tuple[str, ...]
    kind: type
    meaning: Meaning
    default: object

    @property
    def section(self) -> str:
        """The first of its tables, such as `tools`, `providers` or `keys`."""
        return self.path[0]

    def value(self, settings: Settings) -> object:
        """Its value among all settings."""
        match self.path:
            case ("keys", action):
                return settings.keys.get(action, self.default)
            case ("providers", provider, key):
                return getattr(settings.providers.get(provider, ProviderSettings()), key)
            case _:
                return getattr(getattr(settings, self.path[0]), self.path[1])


def find(name: str) -> Known:
    """The setting of a dotted name.

    Raises:
        SettingsError: There is none; the message names the nearest.
    """
    section, _, key = name.partition(".")
    if section == "keys" and key:
        return Known(name, ("keys", key), str, _KEY, "")
    if section == "providers" and "." in key:
        provider, _, key = key.rpartition(".")
        check_provider(provider)
        prefix = f"providers.{provider}"
        for known in _section(prefix, ProviderSettings):
            if known.name == name:
                return dataclasses.replace(known, path=("providers", provider, key))
        raise unknown(name, [known.name for known in _section(prefix, ProviderSettings)])
    found = _fixed().get(name)
    if found is None:
        raise unknown(name, _fixed())
    return found


def names() -> list[str]:
    """The dotted name of every setting but those of providers and keys, which may have any."""
    return list(_fixed())


def provider_keys() -> list[str]:
    """What can be set of a provider."""
    return [field.name for field in dataclasses.fields(ProviderSettings)]


def check_section(name: str, content: object) -> None:
    """Check that a file may have a table of this name.

    Raises:
        SettingsError: There is no such section, or it is no table.
    """
    if name not in SECTIONS and name not in ("providers", "keys"):
        raise unknown(name, [*SECTIONS, "providers", "keys"])
    if not isinstance(content, dict):
        raise SettingsError(f"{name} must be a table: write [{name}] above its settings")


@cache
def _fixed() -> dict[str, Known]:
    return {known.name: known for section, kind in SECTIONS.items() for known in _section(section, kind)}


def _section(prefix: str, section: type) -> list[Known]:
    hints = typing.get_type_hints(section)
    found = []
    for field in dataclasses.fields(section):
        hint = hints[field.name]
        kind = typing.get_origin(hint) or hint
        kind = str if kind is typing.Literal else kind
        path = (prefix, field.name)
        found.append(Known(f"{prefix}.{field.name}", path, kind, field.metadata["meaning"], field.default))
    return found
