"""Settings in words, and as JSON: values that are secrets are in neither."""

from __future__ import annotations

import json
from collections.abc import Iterator

from app.settings.forms import masked
from app.settings.known import find, names
from app.settings.load import Loaded
from app.settings.sources import Layer, Source, variable_of


def rows(loaded: Loaded) -> Iterator[str]:
    """A line for each setting: its name, its value, and where that comes from."""
    for name in _names(loaded):
        yield f"{name:<28} {shown(name, loaded):<28} {origin(name, loaded.layer(name))}"


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


def shown(name: str, loaded: Loaded, *, empty: str = "(none)") -> str:
    """A value as a person may see it, on one line.

    Args:
        name: Of the setting.
        loaded: All settings.
        empty: What is said where there is none.
    """
    value = _visible(name, loaded)
    if isinstance(value, tuple):
        return ", ".join(value) or empty
    return str(value).lower() if isinstance(value, bool) else str(value) if value != "" else empty


def origin(name: str, layer: Layer) -> str:
    """Where a value comes from, in words."""
    match layer.source:
        case Source.ENVIRONMENT:
            return f"{layer.source} {variable_of(name)}"
        case Source.USER | Source.PROJECT:
            return f"{layer.source} {layer.file}"
        case _:
            return str(layer.source)


def _names(loaded: Loaded) -> list[str]:
    return [*names(), *sorted(loaded.names - set(names()))]


def _visible(name: str, loaded: Loaded) -> object:
    known = find(name)
    value = loaded.value(name)
    if known.meaning.secret:
        return "(hidden)" if value else ""
    return masked(str(value)) if known.meaning.form == "address" else value


def _entry(name: str, loaded: Loaded) -> dict[str, object]:
    layer = loaded.layer(name)
    entry: dict[str, object] = {"value": _visible(name, loaded), "source": str(layer.source)}
    if layer.file is not None:
        entry["file"] = str(layer.file)
    if layer.source is Source.ENVIRONMENT:
        entry["variable"] = variable_of(name)
    return entry
