"""Settings in words: what a person may see of a value, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.settings.forms import masked
from app.settings.known import Known
from app.settings.sources import Layer, Source, variable_of

NOTHING = "(none)"
HIDDEN = "(hidden)"


def visible(known: Known, value: object) -> object:
    """A value without what in it is secret."""
    if known.meaning.secret:
        return HIDDEN if value else ""
    return masked(str(value)) if known.meaning.form == "address" else value


def shown(known: Known, value: object, *, empty: str = NOTHING) -> str:
    """A value as a person may see it, on one line.

    Args:
        known: The setting.
        value: Its value.
        empty: What is said where there is none.
    """
    value = visible(known, value)
    if isinstance(value, tuple):
        return ", ".join(value) or empty
    return str(value).lower() if isinstance(value, bool) else str(value) or empty


def origin(name: str, layer: Layer, path: Callable[[Path], str] = str) -> str:
    """Where a value comes from.

    Args:
        name: Of the setting.
        layer: What says it.
        path: How a path is written.
    """
    if layer.source is Source.ENVIRONMENT:
        return f"{layer.source} {variable_of(name)}"
    return f"{layer.source} {path(layer.file)}" if layer.file is not None else str(layer.source)
