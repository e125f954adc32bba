"""What differs between two states of the settings."""

from __future__ import annotations

from app.settings.known import find, names
from app.settings.schema import Settings


def differences(before: Settings, after: Settings) -> dict[str, object]:
    """The new values, by dotted name, of all settings that have one value each."""
    values = ((known.name, known.value(before), known.value(after)) for known in map(find, names()))
    return {name: new for name, old, new in values if new != old}
