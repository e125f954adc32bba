"""Settings as rows, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from app.settings.display import origin, shown, visible
from app.settings.known import find, names
from app.settings.load import Loaded
from app.settings.sources import Source, variable_of


def rows(loaded: Loaded) -> Iterator[str]:
    """A line for each setting: its name, its value, and where that comes from."""
    for name in _names(loaded):
        value = shown(find(name), loaded.value(name))
        yield f"{name:<28} {value:<28} {origin(name, loaded.layer(name))}"


def as_json(loaded: Loaded) -> str:
    """The same as one JSON object."""
    return json.dumps(
        {
            "settings": {name: _entry(name, loaded) for name in _names(loaded)},
            "files": {"user": str(loaded.file), "project": str(loaded.project)},
            "refused": dict(loaded.refused),
        },
        indent=2,
    )


def _names(loaded: Loaded) -> list[str]:
    return [*names(), *sorted(loaded.names - set(names()))]


def _entry(name: str, loaded: Loaded) -> dict[str, object]:
    layer = loaded.layer(name)
    value = visible(find(name), loaded.value(name))
    entry: dict[str, object] = {"value": value, "source": str(layer.source)}
    if layer.file is not None:
        entry["file"] = str(layer.file)
    if layer.source is Source.ENVIRONMENT:
        entry["variable"] = variable_of(name)
    return entry
