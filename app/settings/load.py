"""Settings from every source, with where each value comes from.

Precedence, highest first: command line, environment, the project's file, the person's file, default. Of the
project's file only what loosens nothing is taken.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from app.settings.known import find
from app.settings.places import config_file, project_file
from app.settings.project import taken
from app.settings.schema import ProviderSettings, Settings
from app.settings.sources import Layer, Source, cut, from_command_line, from_environment, from_file


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and what they are made of.

    Args:
        settings: All of them.
        layers: What each source says and what counts of it, the one that counts most first.
        file: The person's file, whether or not it is there.
        project: The project's file, likewise; None without a workspace.
        refused: What is not taken of the project's file, and why.
    """

    settings: Settings
    layers: tuple[Layer, ...]
    file: Path
    project: Path | None
    refused: Mapping[str, str]

    def layer(self, name: str) -> Layer:
        """The layer that a value comes from."""
        return next((layer for layer in self.layers if name in layer.values), _DEFAULT)

    def value(self, name: str) -> object:
        """A value by its dotted name."""
        return find(name).value(self.settings)

    def file_of(self, source: Source) -> Path | None:
        """The file of a source; None if it has none."""
        return {Source.USER: self.file, Source.PROJECT: self.project}.get(source)

    @property
    def names(self) -> set[str]:
        """All that any source says something of."""
        return {name for layer in self.layers for name in layer.values}

    @property
    def notice(self) -> str:
        """What a person should know, in one line; empty if all is well."""
        if not self.refused:
            return ""
        name, why = next(iter(self.refused.items()))
        more = len(self.refused) - 1
        others = f"; and {more} more, which `sawhorse config show` lists" if more else ""
        return f"{self.project}: {cut(name)} does not count: {why}{others}"


_DEFAULT = Layer(Source.DEFAULT, MappingProxyType({}))


def load(
    environ: Mapping[str, str], overrides: Mapping[str, str] | None = None, workspace: Path | None = None
) -> Loaded:
    """Read all settings.

    Args:
        environ: The environment; `SAWHORSE_TOOLS__PARALLEL=false` sets `tools.parallel`.
        overrides: Dotted names to text, from the command line.
        workspace: The folder that is worked in, whose project may say something, too.

    Raises:
        SettingsError: A file cannot be read, or a name or a value is wrong.
    """
    file = config_file(environ)
    layers = [from_file(Source.USER, file)]
    refused: dict[str, str] = {}
    project = project_file(workspace) if workspace is not None else None
    if project is not None:
        counts, refused = taken(from_file(Source.PROJECT, project), built(layers))
        layers.insert(0, counts)
    layers.insert(0, from_environment(environ))
    layers.insert(0, from_command_line(overrides or {}))
    return Loaded(built(layers), tuple(layers), file, project, MappingProxyType(refused))


def built(layers: Iterable[Layer]) -> Settings:
    """The settings that layers come to, the one that counts most first."""
    tables: dict[str, dict[str, object]] = {}
    providers: dict[str, dict[str, object]] = {}
    for layer in reversed(list(layers)):
        for name, value in layer.values.items():
            match find(name).path:
                case ("providers", provider, key):
                    providers.setdefault(provider, {})[key] = value
                case (section, key):
                    tables.setdefault(section, {})[key] = value
    settings = Settings(
        providers=MappingProxyType(
            {name: dataclasses.replace(ProviderSettings(), **table) for name, table in providers.items()}  # type: ignore[arg-type]  # checked where it was read
        ),
        keys=MappingProxyType({name: str(keys) for name, keys in tables.pop("keys", {}).items()}),
    )
    parts = {
        section: dataclasses.replace(getattr(settings, section), **tables[section]) for section in tables
    }
    return dataclasses.replace(settings, **parts)
