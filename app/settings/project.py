"""What is taken of a project's file: nobody has to trust it, for it can loosen nothing."""

from __future__ import annotations

from app.settings.known import Known, find
from app.settings.meaning import Anything, Never, OnlyStricter
from app.settings.schema import Settings
from app.settings.sources import Layer


def taken(project: Layer, without: Settings) -> tuple[Layer, dict[str, str]]:
    """What counts of what a project says.

    Args:
        project: All that it says.
        without: The settings as they are without it.

    Returns:
        What counts, and why the rest does not, by dotted name.
    """
    values = {}
    refused = {}
    for name, value in project.values.items():
        if why := refusal(find(name), value, without):
            refused[name] = why
        else:
            values[name] = value
    return Layer(project.source, values, project.file), refused


def refusal(known: Known, value: object, without: Settings) -> str:
    """Why a project may not give a setting this value; empty if it may."""
    before = known.value(without)
    match known.meaning.project:
        case Never(why):
            return f"a project cannot set it: {why}"
        case Anything():
            return ""
        case OnlyStricter(strictness):
            if value == before or strictness(value) > strictness(before):
                return ""
            return f"a project can only make it stricter than {_said(before)}"


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
